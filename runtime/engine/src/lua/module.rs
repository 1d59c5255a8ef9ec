//! The module table `ctypes`.

use moonglue_abi::Abi;
use moonglue_ffi::near;

use super::context::Context;
use super::error::{Kind as ErrorKind, Res, entry, fail};
use super::library::{self, util};
use super::record::{define, suggestion};
use super::simple::simple_types;
use super::state::{State, ffi};
use super::{complex, errno, function, layout, memory, pointer, types, wintypes};

/// The context of the running state, or an error for a state that is closing.
pub(crate) fn context_of(state: State) -> Res<&'static Context> {
    match Context::of(state) {
        Some(context) => Ok(context),
        None => fail(ErrorKind::ValueError, "the ctypes module of this state is closed"),
    }
}

/// The module's functions.
const FUNCTIONS: &[(&str, ffi::lua_CFunction)] = &[
    ("Structure", define::structure),
    ("Union", define::union),
    ("BigEndianStructure", define::big_endian_structure),
    ("LittleEndianStructure", define::little_endian_structure),
    ("BigEndianUnion", define::big_endian_union),
    ("LittleEndianUnion", define::little_endian_union),
    ("POINTER", types::pointer_type),
    ("ARRAY", types::multiply),
    ("pointer", pointer::pointer),
    ("byref", pointer::byref),
    ("cast", pointer::cast),
    ("is_null", pointer::is_null),
    ("sizeof", memory::sizeof),
    ("alignment", memory::alignment),
    ("addressof", memory::addressof),
    ("resize", memory::resize),
    ("memmove", memory::memmove),
    ("memset", memory::memset),
    ("string_at", memory::string_at),
    ("wstring_at", memory::wstring_at),
    ("memoryview_at", memory::memoryview_at),
    ("create_string_buffer", memory::create_string_buffer),
    ("c_buffer", memory::create_string_buffer),
    ("create_unicode_buffer", memory::create_unicode_buffer),
    ("CFUNCTYPE", function::prototype::c_function_type),
    ("WINFUNCTYPE", function::prototype::win_function_type),
    ("inout", function::parameter::inout),
    ("out", function::parameter::out),
    ("time", function::time::time),
    ("CDLL", library::c_dll),
    ("WinDLL", library::win_dll),
    ("OleDLL", library::ole_dll),
    ("find_library", util::find_library),
    ("symbol", library::symbol_function),
    ("symbols", library::symbols::symbols),
    ("close", library::close),
    ("complex", complex::complex),
    ("layout", layout::layout),
    ("u64", unsigned),
    ("abi", super::targets::abi),
    ("get_errno", errno::get_errno),
    ("set_errno", errno::set_errno),
    ("get_last_error", errno::get_last_error),
    ("set_last_error", errno::set_last_error),
    ("GetLastError", errno::get_last_error),
    ("FormatError", errno::format_error),
    ("WinError", errno::win_error),
    ("import", import),
];

/// Leaves the module table on the stack.
pub(crate) fn push(state: State, context: &'static Context) -> Res<()> {
    let simple = simple_types(context, Abi::HOST);
    state.new_table(0, 128);
    let module = state.abs(-1);
    for &(name, ty) in &simple.named {
        state.push_type(ty);
        state.set_raw_field(module, name);
    }
    state.push_type(simple.void);
    state.set_raw_field(module, "void");
    for &(name, f) in FUNCTIONS {
        state.push_closure(f, 0);
        state.set_raw_field(module, name);
    }
    let constants = [
        ("RTLD_GLOBAL", super::library::RTLD_GLOBAL),
        ("RTLD_LOCAL", super::library::RTLD_LOCAL),
        ("DEFAULT_MODE", super::library::RTLD_LOCAL),
        ("SIZEOF_TIME_T", size_of::<libc::time_t>() as i64),
    ];
    for (name, value) in constants {
        state.push_integer(value);
        state.set_raw_field(module, name);
    }
    state.push_str(env!("CARGO_PKG_VERSION"));
    state.set_raw_field(module, "_VERSION");
    state.new_table(0, 2);
    state.push_closure(util::find_library, 0);
    state.set_raw_field(-2, "find_library");
    state.push_closure(util::dllist, 0);
    state.set_raw_field(-2, "dllist");
    push_strict(state, "ctypes.util");
    state.set_metatable(-2);
    state.set_raw_field(module, "util");
    for (name, f) in
        [("cdll", library::c_dll as ffi::lua_CFunction), ("windll", library::win_dll), ("oledll", library::ole_dll)]
    {
        push_loader(state, f);
        state.set_raw_field(module, name);
    }
    wintypes::push(state, context)?;
    state.set_raw_field(module, "wintypes");
    push_strict(state, "ctypes");
    state.set_metatable(module);
    Ok(())
}

/// Leaves a metatable on the stack that makes unknown names errors.
pub(crate) fn push_strict(state: State, what: &str) {
    state.new_table(0, 2);
    state.push_str(what);
    state.push_closure(unknown, 1);
    state.set_raw_field(-2, "__index");
    state.push_str(what);
    state.set_raw_field(-2, "__name");
}

entry! {
    /// An unknown name of a module: `AttributeError` with near names.
    fn unknown(state) {
        let what = state.text(ffi::lua_upvalueindex(1)).unwrap_or_default();
        let Some(name) = state.text(2).filter(|_| state.is_string(2)) else {
            return fail(ErrorKind::AttributeError, format_args!("{what}: no name {}", state.key_text(2)));
        };
        let mut names = Vec::new();
        if state.is_table(1) {
            state.push_nil();
            while state.next(1) {
                state.pop(1);
                if state.is_string(-1) {
                    names.push(state.text(-1).unwrap_or_default());
                }
            }
        }
        names.sort();
        let near = near(&name, names.iter().map(String::as_str));
        fail(ErrorKind::AttributeError, format_args!("{what} has no '{name}'{}", suggestion(&near)))
    }
}

/// Pushes a loader such as `cdll`: `cdll.LoadLibrary(name)` opens anew, `cdll[name]` once.
fn push_loader(state: State, open: ffi::lua_CFunction) {
    state.new_table(0, 4);
    state.push_closure(open, 0);
    state.set_raw_field(-2, "LoadLibrary");
    state.new_table(0, 1);
    state.push_closure(open, 0);
    state.push_closure(load_once, 1);
    state.set_raw_field(-2, "__index");
    state.set_metatable(-2);
}

entry! {
    fn load_once(state) {
        let Some(name) = state.text(2).filter(|_| state.is_string(2)) else {
            return state.mismatch_text("a library's name", 2).map_err(|e| e.at("cdll"));
        };
        if name.starts_with('_') {
            return fail(ErrorKind::AttributeError, format_args!("cdll: no attribute '{name}'"));
        }
        state.push_value(ffi::lua_upvalueindex(1));
        state.push_value(2);
        if !state.pcall(1, 1) {
            return Err(super::error::Failure::Raised);
        }
        state.push_value(2);
        state.push_value(-2);
        state.raw_set(1);
        Ok(1)
    }
}

entry! {
    /// `ct.u64(v)`: an integer's bits as an unsigned decimal.
    fn unsigned(state) {
        let bits = match state.object(1).and_then(|o| o.ty.conv().map(|_| o)) {
            Some(o) => {
                state.push_from(o.ty, o.addr, None)?;
                super::convert::wide_integer(state, -1, "an integer").map_err(|e| e.at("u64"))?
            }
            None => super::convert::wide_integer(state, 1, "an integer").map_err(|e| e.at("u64"))?,
        };
        state.push_str(&(bits as u64).to_string());
        Ok(1)
    }
}

entry! {
    /// `ctypes.import()`: copies every public name into the globals.
    fn import(state) {
        let context = context_of(state)?;
        state.push_ref(context.refs.module.get());
        // SAFETY: the registry of a live state holds its globals under this key.
        unsafe { ffi::lua_rawgeti(state.raw(), ffi::LUA_REGISTRYINDEX, ffi::LUA_RIDX_GLOBALS as _) };
        state.push_nil();
        while state.next(-3) {
            let public = state.text(-2).is_some_and(|n| !n.starts_with('_') && n != "import");
            if public {
                state.push_value(-2);
                state.push_value(-2);
                state.raw_set(-5);
            }
            state.pop(1);
        }
        Ok(0)
    }
}
