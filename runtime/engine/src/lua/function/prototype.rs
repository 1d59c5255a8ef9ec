//! `CFUNCTYPE` and `WINFUNCTYPE`: function types, and what calling one makes: a callback, a function at an address, or a
//! library's function with parameter flags.

use std::ffi::c_int;

use moonglue_abi::Abi;
use moonglue_ffi::{Convention, near};

use super::{Function, FunctionInfo, ParamFlag, Settings, push};
use crate::lua::callback;
use crate::lua::context::Context;
use crate::lua::convert::wide_integer;
use crate::lua::ctype::{CType, Kind, TypeRef};
use crate::lua::error::{Failure, Kind as ErrorKind, Res, entry, fail};
use crate::lua::library;
use crate::lua::memory::require_raw;
use crate::lua::module::context_of;
use crate::lua::record::suggestion;
use crate::lua::simple::simple_types;
use crate::lua::state::{State, ffi};

/// Most parameters a prototype takes.
const MOST_PARAMETERS: c_int = 1024;

entry! { pub(crate) fn c_function_type(state) { function_type(state, "CFUNCTYPE", Convention::C) } }
entry! { pub(crate) fn win_function_type(state) { function_type(state, "WINFUNCTYPE", Convention::Stdcall) } }

fn function_type(state: State, what: &str, convention: Convention) -> Res {
    let context = context_of(state)?;
    let mut settings = Settings { convention, ..Settings::default() };
    let mut last = state.top();
    if last > 1 && state.is_table(last) {
        read_options(state, last, &mut settings).map_err(|e| e.at(what))?;
        last -= 1;
    }
    let simple = simple_types(context, Abi::HOST);
    if last < 1 {
        return fail(ErrorKind::TypeError, format_args!("{what}: expected a result type"));
    }
    let result = if state.is_nil(1) {
        simple.void
    } else {
        match state.type_at(1) {
            Some(ty) => ty,
            None => {
                return fail(
                    ErrorKind::TypeError,
                    format_args!("{what}: result: expected a C type, got {}", state.describe(1)),
                );
            }
        }
    };
    if matches!(result.kind, Kind::Array(..)) {
        return fail(
            ErrorKind::TypeError,
            format_args!("{what}: result: C functions return no arrays ({})", result.name),
        );
    }
    if last - 1 > MOST_PARAMETERS {
        return fail(
            ErrorKind::ArgumentError,
            format_args!("{what}: too many arguments ({}), maximum is {MOST_PARAMETERS}", last - 1),
        );
    }
    let mut params = Vec::with_capacity(last as usize);
    for i in 2..=last {
        match state.type_at(i) {
            Some(ty) if !ty.is_void() => params.push(ty),
            _ => {
                let got = state.describe(i);
                return fail(
                    ErrorKind::TypeError,
                    format_args!("{what}: argument {}: expected a C type, got {got}", i - 1),
                );
            }
        }
    }
    let ty = intern(context, result, params, settings);
    state.push_type(ty);
    Ok(1)
}

fn read_options(state: State, i: c_int, settings: &mut Settings) -> Res<()> {
    state.push_nil();
    while state.next(i) {
        let name = state.text(-2).unwrap_or_default();
        let on = state.boolean(-1);
        match name.as_str() {
            "use_errno" => settings.use_errno = on,
            "use_last_error" => settings.use_last_error = on,
            _ => {
                let near = near(&name, ["use_errno", "use_last_error"]);
                return fail(ErrorKind::ValueError, format_args!("unknown option '{name}'{}", suggestion(&near)));
            }
        }
        state.pop(1);
    }
    Ok(())
}

/// The function type with these facts; equal prototypes are one type.
pub(crate) fn intern(context: &'static Context, result: TypeRef, params: Vec<TypeRef>, settings: Settings) -> TypeRef {
    let address = |t: TypeRef| std::ptr::from_ref(t) as usize;
    let key = (address(result), params.iter().map(|t| address(t)).collect(), settings.key());
    if let Some(ty) = context.function_types.borrow().get(&key) {
        return ty;
    }
    let list = params.iter().map(|t| &*t.name).collect::<Vec<_>>().join(", ");
    let name = format!("{} (*)({list})", result.name);
    let info = FunctionInfo { of_library: false, result, params, settings };
    let ty = new_type(context, &name, info);
    context.function_types.borrow_mut().insert(key, ty);
    ty
}

/// A function type.
pub(crate) fn new_type(context: &'static Context, name: &str, info: FunctionInfo) -> TypeRef {
    let size = Abi::HOST.pointer_size();
    let ty = context.adopt(CType::new(context, name, Kind::Function(info), Abi::HOST, size, size));
    ty.instance_metatable.set(context.refs.function_metatable.get());
    ty
}

/// `FT(f)`, `FT(address)`, `FT({name, lib} [, paramflags])`, `FT()`.
pub(crate) fn construct(state: State, ty: TypeRef, args: c_int) -> Res {
    let place = |e: Failure| e.at(&ty.name);
    if ty.function().is_none_or(|f| f.of_library) {
        return fail(ErrorKind::TypeError, "functions of a library are not made by hand; use CFUNCTYPE").map_err(place);
    }
    if args == 0 || state.is_nil(2) {
        push(state, ty, std::ptr::null(), Function::of_type(ty, &ty.name))?;
        return Ok(1);
    }
    if state.tag(2) == ffi::LUA_TNUMBER {
        require_raw(ty.context, "a function at an address").map_err(place)?;
        let address = wide_integer(state, 2, "an address").map_err(place)?;
        push(state, ty, address as usize as *const u8, Function::of_type(ty, &ty.name))?;
        return Ok(1);
    }
    if let Some(o) = state.object(2) {
        // Another function object or a pointer: the same code under this prototype.
        let code = match &o.ty.kind {
            Kind::Function(_) => o.address_value(),
            Kind::Simple(s) if s.conv == crate::lua::ctype::Conv::VoidP => o.address_value(),
            _ => return state.mismatch_text("a function, an address or {name, library}", 2).map_err(place),
        };
        if o.ty.function().is_none() {
            require_raw(ty.context, "a function at an address").map_err(place)?;
        }
        callback::pin(state, 2);
        return super::push_at_address(state, ty, code, 2);
    }
    if state.is_function(2) {
        callback::push_new(state, ty, 2).map_err(place)?;
        return Ok(1);
    }
    if state.is_table(2) {
        return exported(state, ty).map_err(place);
    }
    state.mismatch_text("a function, an address or {name, library}", 2).map_err(place)
}

/// `FT({name_or_ordinal, lib} [, paramflags])`.
fn exported(state: State, ty: TypeRef) -> Res {
    state.set_top(3);
    state.raw_geti(2, 1);
    state.raw_geti(2, 2);
    let (name, lib) = (state.abs(-2), state.abs(-1));
    library::push_symbol(state, lib, name, ty)?;
    if state.is_none_or_nil(3) {
        return Ok(1);
    }
    let Some(function) = super::function_at(state, -1) else { return Ok(1) };
    let params = ty.function().map_or(&[][..], |f| &f.params);
    let flags = super::paramflags::read(state, 3, params)?;
    for (k, flag) in flags.iter().enumerate() {
        if flag.has_default {
            // Kept in the function's own table, by position.
            state.user_value(-1);
            state.raw_geti(3, k as i64 + 1);
            state.raw_geti(-1, 3);
            state.set_raw_field(-3, &ParamFlag::default_key(k));
            state.pop(2);
        }
    }
    function.flags.replace(Some(flags));
    function.invalidate(true);
    Ok(1)
}
