//! `f.restype`, `f.argtypes`, `f.errcheck` and the rest: what function objects show and let set.

use std::ffi::c_int;
use std::fmt::Write;

use moonglue_abi::Abi;
use moonglue_ffi::near;

use super::{Declared, Function, ParamType, check_function, map, parameter};
use crate::lua::callback;
use crate::lua::ctype::Kind;
use crate::lua::error::{Failure, Kind as ErrorKind, Res, entry, fail};
use crate::lua::record::suggestion;
use crate::lua::show;
use crate::lua::simple::simple_types;
use crate::lua::state::{State, ffi};

const NAMES: [&str; 7] = ["restype", "argtypes", "errcheck", "address", "name", "map", "free"];

fn no_attribute(state: State, function: &Function) -> Res {
    let name = state.text(2).unwrap_or_else(|| state.describe(2));
    let near = near(&name, NAMES);
    fail(ErrorKind::AttributeError, format_args!("{}: no attribute '{name}'{}", function.name, suggestion(&near)))
}

fn index(state: State) -> Res {
    let function = check_function(state, 1)?;
    match state.bytes(2) {
        Some(b"restype") => push_restype(state, function),
        Some(b"argtypes") => push_argtypes(state, function),
        Some(b"errcheck") => push_slot(state, "errcheck"),
        Some(b"address") => {
            callback::pin(state, 1);
            let address = state.object(1).map_or(0, |o| o.address_value() as i64);
            state.push_integer(address);
        }
        Some(b"name") => state.push_str(&function.name),
        Some(b"map") => state.push_closure(map::map, 0),
        Some(b"free") if function.callback.is_some() => state.push_closure(callback::free, 0),
        _ => return no_attribute(state, function),
    }
    Ok(1)
}

fn push_slot(state: State, name: &str) {
    state.user_value(1);
    state.raw_field(-1, name);
}

/// The list that was set, or the one that the function's type declares.
fn push_argtypes(state: State, function: &Function) {
    push_slot(state, "argtypes");
    let params = function.params.borrow();
    let (true, Some(params)) = (state.is_nil(-1), params.as_ref()) else { return };
    state.new_table(params.len(), 0);
    for (k, param) in params.iter().enumerate() {
        if let ParamType::Type(ty) = param {
            state.push_type(ty);
            state.raw_seti(-2, k as i64 + 1);
        }
    }
}

fn push_restype(state: State, function: &Function) {
    match function.result.get() {
        Declared::Type(ty) => state.push_type(ty),
        Declared::Converter => push_slot(state, "restype"),
        Declared::Unset => {
            if let Some(context) = state.object(1).map(|o| o.ty.context) {
                state.push_type(simple_types(context, Abi::HOST).int);
            } else {
                state.push_nil();
            }
        }
    }
}

/// Stores the value at `i` under `name` in the function's table.
fn set_slot(state: State, name: &str, i: c_int) {
    state.user_value(1);
    state.push_value(i);
    state.set_raw_field(-2, name);
    state.pop(1);
}

fn new_index(state: State) -> Res {
    let function = check_function(state, 1)?;
    state.set_top(3);
    let name = state.text(2).unwrap_or_default();
    let place = |e: Failure| e.at(format_args!("{}.{name}", function.name));
    if function.callback.is_some() {
        return fail(ErrorKind::AttributeError, "the type of a callback is fixed").map_err(place);
    }
    match name.as_str() {
        "restype" => set_restype(state, function).map_err(place)?,
        "argtypes" => set_argtypes(state, function).map_err(place)?,
        "errcheck" => {
            if !state.is_nil(3) && !state.is_function(3) {
                return state.mismatch_text("a function", 3).map_err(place);
            }
            set_slot(state, "errcheck", 3);
            function.has_errcheck.set(!state.is_nil(3));
        }
        "address" | "name" | "map" => return fail(ErrorKind::AttributeError, "cannot be written").map_err(place),
        _ => return no_attribute(state, function),
    }
    let in_progress = state.object(1).is_some_and(|o| !o.ty.context.calls.get().is_null());
    function.invalidate(in_progress);
    Ok(0)
}

fn set_restype(state: State, function: &Function) -> Res<()> {
    let declared = if state.is_nil(3) {
        let context = state.object(1).map(|o| o.ty.context);
        let void = context.map(|c| simple_types(c, Abi::HOST).void);
        void.map_or(Declared::Unset, Declared::Type)
    } else if let Some(ty) = state.type_at(3) {
        if !ty.is_void() {
            if matches!(ty.kind, Kind::Array(..)) {
                return fail(ErrorKind::TypeError, format_args!("C functions return no arrays ({})", ty.name));
            }
            if ty.record().is_some() {
                ty.require_complete()?;
            }
        }
        Declared::Type(ty)
    } else if state.is_function(3) {
        set_slot(state, "restype", 3);
        Declared::Converter
    } else {
        return state.mismatch_text("a C type, a function or nil", 3);
    };
    function.result.set(declared);
    Ok(())
}

fn set_argtypes(state: State, function: &Function) -> Res<()> {
    if state.is_nil(3) {
        set_slot(state, "argtypes", 3);
        function.params.replace(None);
        return Ok(());
    }
    if !state.is_table(3) {
        return state.mismatch_text("a list of types", 3);
    }
    let n = state.raw_len(3);
    if n > 4096 {
        return fail(ErrorKind::ArgumentError, format_args!("too many arguments ({n}), maximum is 4096"));
    }
    let mut params: Vec<ParamType> = Vec::with_capacity(n);
    state.new_table(n, 0);
    let copy = state.abs(-1);
    for k in 1..=n as i64 {
        state.raw_geti(3, k);
        let entry = state.abs(-1);
        params.push(parameter::read(state, entry).map_err(|e| e.at(format_args!("item {k}")))?);
        state.raw_seti(copy, k);
    }
    crate::lua::construct::refuse_other_keys(state, 3, n)?;
    set_slot(state, "argtypes", copy);
    function.params.replace(Some(params));
    Ok(())
}

/// The prototype, as C would write it with our type names: `c_double sin(c_double)`.
pub(crate) fn prototype_text(function: &Function) -> String {
    let mut out = String::new();
    let _ = match function.result.get() {
        Declared::Type(ty) => write!(out, "{} ", ty.name),
        Declared::Unset => write!(out, "c_int "),
        Declared::Converter => write!(out, "(converted) c_int "),
    };
    let name = &function.name;
    // What has no name of its own has its type's.
    let name = if name.contains("(*)(") { "(*)" } else { name };
    let _ = write!(out, "{name}(");
    match function.params.borrow().as_deref() {
        None => out.push_str("..."),
        Some(params) => {
            for (k, param) in params.iter().enumerate() {
                out.push_str(if k > 0 { ", " } else { "" });
                let _ = match param {
                    ParamType::Type(ty) => write!(out, "{}", ty.name),
                    ParamType::Custom => write!(out, "from_param"),
                    ParamType::InOut(ty) => write!(out, "inout({})", ty.name),
                    ParamType::Out(ty, n) => write!(out, "out({}, {n})", ty.name),
                };
                let flag_name = function.flags.borrow().as_ref().and_then(|f| f.get(k).and_then(|f| f.name.clone()));
                if let Some(n) = flag_name {
                    let _ = write!(out, " {n}");
                }
            }
        }
    }
    out.push(')');
    out
}

/// `tostring` of the function at `i`.
pub(crate) fn show(state: State, i: c_int, out: &mut String) {
    let Some(function) = super::function_at(state, i) else { return };
    out.push_str(&prototype_text(function));
    if let Some(callback) = &function.callback {
        let _ = write!(out, " [callback made at {}]", callback.made_at());
    } else if state.object(i).is_some_and(|o| o.address_value().is_null()) {
        out.push_str(" [NULL]");
    }
}

unsafe extern "C-unwind" fn collect(raw: *mut ffi::lua_State) -> c_int {
    // SAFETY: Lua calls the finalizer with its live state.
    let state = unsafe { State::new(raw) };
    if let Some(o) = state.finalized_function() {
        // SAFETY: objects of function types are made by `push` alone, which wrote the pointer there.
        let slot = unsafe { o.addr.add(size_of::<usize>()).cast::<*mut Function>() };
        // SAFETY: as above; clearing it makes a resurrected object harmless.
        let function = unsafe { slot.replace(std::ptr::null_mut()) };
        if !function.is_null() {
            // SAFETY: boxed by `push`, freed once: the slot is cleared.
            let function = unsafe { Box::from_raw(function) };
            function.retire_code();
            callback::dispose(state, *function);
            o.set_address_value(std::ptr::null());
        }
    }
    0
}

/// Leaves the metatable of the objects behind function objects on the stack.
pub(crate) fn push_metatable(state: State) {
    state.new_table(0, 4);
    state.push_closure(collect, 0);
    state.set_raw_field(-2, "__gc");
    state.push_closure(show::object_to_string, 0);
    state.set_raw_field(-2, "__tostring");
    state.push_str("function");
    state.set_raw_field(-2, "__name");
    state.push_boolean(false);
    state.set_raw_field(-2, "__metatable");
}

/// The metamethods that function objects need of the metatable that all Lua functions share.
const SHARED: [(&str, ffi::lua_CFunction); 3] =
    [("__index", shared_index), ("__newindex", shared_new_index), ("__tostring", shared_to_string)];

/// Makes `f.restype` and `tostring(f)` work on function objects: Lua functions share one metatable, in which a metamethod
/// that is there already stays in force for all other functions.
pub(crate) fn share_metatable(state: State) {
    state.push_closure(shared_index, 0);
    if !state.metatable(-1) {
        state.new_table(0, 3);
    }
    for (name, f) in SHARED {
        state.raw_field(-1, name);
        state.push_closure(f, 1);
        state.set_raw_field(-2, name);
    }
    state.set_metatable(-2);
    state.pop(1);
}

/// What was under this metamethod's name before, called for functions that are not ours; none: the error `otherwise`.
fn before_us(state: State, otherwise: &str) -> Res {
    let before = ffi::lua_upvalueindex(1);
    if state.is_table(before) {
        state.push_value(2);
        state.raw_get(before);
        return Ok(1);
    }
    if state.is_function(before) {
        let args = state.top();
        state.push_value(before);
        state.insert(1);
        return if state.pcall(args, 1) { Ok(1) } else { Err(Failure::Raised) };
    }
    let place = state.position(1).map(|p| format!("{p}: ")).unwrap_or_default();
    state.push_str(&format!("{place}{otherwise}"));
    Err(Failure::Raised)
}

entry! {
    fn shared_index(state) {
        if super::function_at(state, 1).is_some() { index(state) } else { before_us(state, "attempt to index a function value") }
    }
}

entry! {
    fn shared_new_index(state) {
        if super::function_at(state, 1).is_some() {
            new_index(state)
        } else {
            before_us(state, "attempt to index a function value")
        }
    }
}

entry! {
    fn shared_to_string(state) {
        if super::function_at(state, 1).is_some() {
            let mut out = String::new();
            show(state, 1, &mut out);
            state.push_str(&out);
            return Ok(1);
        }
        if !state.is_nil(ffi::lua_upvalueindex(1)) {
            return before_us(state, "");
        }
        state.push_str(&format!("function: {:p}", state.pointer(1)));
        Ok(1)
    }
}
