//! Opening the module in a Lua state.

use std::sync::Arc;

use super::array;
use super::callback::enter::remember_traceback;
use super::context::Context;
use super::error::{Failure, Kind, NewError};
use super::error_text;
use super::function::generated::OFTEN;
use super::function::{self, parameter};
use super::record::descriptor;
use super::remote;
use super::state::{State, ffi};
use super::{complex, construct, module, pointer, stack, types, value};
use crate::host::Policy;

/// Makes the module table `ctypes` for `lua`; opening it again gives the table that is there.
///
/// `ours`: nothing ran in the state before, so that nothing outlives what the module frees when the state closes; in a
/// state of somebody else's, finalizers older than the module run after its own, and what they may still reach is left.
///
/// # Errors
///
/// What Lua itself refuses, for want of memory.
pub(crate) fn open(lua: &mlua::Lua, policy: Arc<Policy>, ours: bool) -> mlua::Result<mlua::Table> {
    let mut failed = None;
    // SAFETY: the closure runs protected on the live state, leaves exactly the module on the stack, and owns nothing
    // that a Lua error would have to drop but the policy's reference.
    let table = unsafe {
        lua.exec_raw::<mlua::Value>((), |raw| {
            let state = State::new(raw);
            if let Some(context) = Context::of(state) {
                state.push_ref(context.refs.module.get());
                return;
            }
            let context = Context::install(state, Context::new(policy, ours));
            context.main.set(main_thread(raw));
            let path = Path::wanted();
            context.reads_stack.set(path != Path::Api && stack::fits(state));
            context.generated.allow(if context.reads_stack.get() { path.generates_after() } else { 0 });
            prepare(state, context);
            if let Err(e) = module::push(state, context) {
                if let Failure::New(e) = e {
                    failed = Some(e.message);
                }
                state.push_nil();
                return;
            }
            state.push_value(-1);
            context.refs.module.set(state.make_ref());
        })?
    };
    match table {
        mlua::Value::Table(table) => Ok(table),
        _ => Err(mlua::Error::runtime(failed.unwrap_or_else(|| "the ctypes module did not open".into()))),
    }
}

/// The fastest way that calls may take: `MOONGLUE_CALL_PATH` in the environment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Path {
    /// Through Lua's C API, which serves everything.
    Api,
    /// Lua's stack is read in place where its layout is known.
    Direct,
    /// Functions that are called often get code of their own.
    Measured,
    /// All functions get code of their own at once.
    Generated,
}

impl Path {
    fn wanted() -> Path {
        match std::env::var("MOONGLUE_CALL_PATH").as_deref() {
            Ok("api") => Path::Api,
            Ok("direct") => Path::Direct,
            Ok("generated") => Path::Generated,
            _ => Path::Measured,
        }
    }

    /// How often a function is called before it gets code; 0: it never does.
    fn generates_after(self) -> u32 {
        match self {
            Path::Api | Path::Direct => 0,
            Path::Measured => OFTEN,
            Path::Generated => 1,
        }
    }
}

/// The main thread of the state that `raw` belongs to.
///
/// # Safety
///
/// `raw` is a live state.
unsafe fn main_thread(raw: *mut ffi::lua_State) -> *mut ffi::lua_State {
    // SAFETY: the registry of a live state holds its main thread under this key.
    unsafe {
        ffi::lua_rawgeti(raw, ffi::LUA_REGISTRYINDEX, ffi::LUA_RIDX_MAINTHREAD as _);
        let main = ffi::lua_tothread(raw, -1);
        ffi::lua_settop(raw, -2);
        main
    }
}

/// Makes the metatables and shared tables.
fn prepare(state: State, context: &'static Context) {
    let refs = &context.refs;
    error_text::push_metatable(state);
    refs.error_metatable.set(state.make_ref());

    state.new_table(0, 8);
    for (name, f) in [
        ("__call", construct::construct as ffi::lua_CFunction),
        ("__index", types::index),
        ("__newindex", types::new_index),
        ("__mul", types::multiply),
        ("__tostring", types::to_string),
    ] {
        state.push_closure(f, 0);
        state.set_raw_field(-2, name);
    }
    state.push_str("C type");
    state.set_raw_field(-2, "__name");
    state.push_boolean(false);
    state.set_raw_field(-2, "__metatable");
    refs.type_metatable.set(state.make_ref());

    state.new_table(0, types::METHODS.len());
    for &(name, f) in types::METHODS {
        state.push_closure(f, 0);
        state.set_raw_field(-2, name);
    }
    refs.type_methods.set(state.make_ref());
    state.new_table(0, array::methods::METHODS.len());
    for &(name, f) in array::methods::METHODS {
        state.push_closure(f, 0);
        state.set_raw_field(-2, name);
    }
    refs.array_methods.set(state.make_ref());

    value::push_metatable(state);
    refs.simple_metatable.set(state.make_ref());
    let in_place = context.reads_stack.get();
    array::access::push_metatable(state, in_place);
    refs.array_metatable.set(state.make_ref());
    pointer::push_metatable(state, in_place);
    refs.pointer_metatable.set(state.make_ref());
    function::share_metatable(state);
    function::push_metatable(state);
    refs.function_metatable.set(state.make_ref());
    complex::push_metatable(state);
    refs.complex_metatable.set(state.make_ref());
    descriptor::push_metatable(state);
    refs.descriptor_metatable.set(state.make_ref());
    parameter::push_metatable(state);
    refs.parameter_metatable.set(state.make_ref());
    remote::view::push_metatable(state);
    refs.view_metatable.set(state.make_ref());

    push_mode(state, "v");
    refs.weak_values.set(state.make_ref());
    state.new_table(0, 0);
    push_mode(state, "k");
    state.set_metatable(-2);
    refs.callbacks_by_function.set(state.make_ref());
    state.new_table(0, 0);
    push_mode(state, "k");
    state.set_metatable(-2);
    refs.variables.set(state.make_ref());
    state.new_table(0, 0);
    refs.pinned.set(state.make_ref());
    state.new_table(0, 0);
    refs.libraries.set(state.make_ref());
    let memory_error = NewError {
        kind: Kind::MemoryError,
        message: "not enough memory to tell what a callback raised".into(),
        errno: None,
        has_path: false,
        remote: None,
    };
    state.push_error(context, &memory_error);
    refs.memory_error.set(state.make_ref());
    state.push_closure(remember_traceback, 0);
    refs.message_handler.set(state.make_ref());
}

fn push_mode(state: State, mode: &str) {
    state.new_table(0, 1);
    state.push_str(mode);
    state.set_raw_field(-2, "__mode");
}
