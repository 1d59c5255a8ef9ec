//! `ct.inout(T)` and `ct.out(T, n)`: entries of `argtypes` whose tables come back filled.

use super::ParamType;
use crate::lua::ctype::TypeRef;
use crate::lua::error::{Failure, Kind as ErrorKind, Res, entry, fail};
use crate::lua::module::context_of;
use crate::lua::state::{State, ffi};
use crate::lua::types::check_type;

/// First word of a parameter entry's userdata.
const MAGIC: u64 = 0x6d6f_6f6e_7061_7261;

#[repr(C)]
struct Parameter {
    magic: u64,
    ty: TypeRef,
    /// Items of an `out` parameter; `usize::MAX` for `inout`.
    items: usize,
}

fn push(state: State, ty: TypeRef, items: usize) -> Res {
    let context = context_of(state)?;
    let p = state.new_userdata(size_of::<Parameter>()).cast::<Parameter>();
    // SAFETY: Lua just made it with exactly this size.
    unsafe { p.write(Parameter { magic: MAGIC, ty, items }) };
    state.push_ref(context.refs.parameter_metatable.get());
    state.set_metatable(-2);
    Ok(1)
}

/// The entry of `argtypes` at `i`, if it is one of these.
fn parameter_at(state: State, i: i32) -> Option<ParamType> {
    if state.tag(i) != ffi::LUA_TUSERDATA || state.raw_len(i) != size_of::<Parameter>() {
        return None;
    }
    let p = state.userdata(i).cast::<Parameter>();
    // SAFETY: a full userdata of the right size; the magic word says whether it is ours.
    let p = unsafe { if (*p).magic == MAGIC { &*p } else { return None } };
    Some(if p.items == usize::MAX { ParamType::InOut(p.ty) } else { ParamType::Out(p.ty, p.items) })
}

/// One entry of `argtypes`, at `i`.
pub(crate) fn read(state: State, i: i32) -> Res<ParamType> {
    if let Some(ty) = state.type_at(i) {
        if ty.is_void() {
            return fail(ErrorKind::TypeError, "void is no parameter type");
        }
        return Ok(ParamType::Type(ty));
    }
    if let Some(parameter) = parameter_at(state, i) {
        return Ok(parameter);
    }
    if state.is_table(i) && has_from_param(state, i)? {
        return Ok(ParamType::Custom);
    }
    fail(ErrorKind::TypeError, format_args!("expected a C type or a table with from_param, got {}", state.describe(i)))
}

fn has_from_param(state: State, i: i32) -> Res<bool> {
    unsafe extern "C-unwind" fn get(raw: *mut ffi::lua_State) -> std::ffi::c_int {
        // SAFETY: runs under `pcall` with the table as its only argument.
        unsafe { ffi::lua_getfield(raw, 1, c"from_param".as_ptr()) };
        1
    }
    state.push_closure(get, 0);
    state.push_value(i);
    if !state.pcall(1, 1) {
        return Err(Failure::Raised);
    }
    let found = !state.is_nil(-1);
    state.pop(1);
    Ok(found)
}

entry! {
    /// `ct.inout(T)`.
    pub(crate) fn inout(state) {
        let ty = check_type(state, 1, "inout")?;
        ty.require_complete().map_err(|e| e.at("inout"))?;
        push(state, ty, usize::MAX)
    }
}

entry! {
    /// `ct.out(T, n)`.
    pub(crate) fn out(state) {
        let ty = check_type(state, 1, "out")?;
        ty.require_complete().map_err(|e| e.at("out"))?;
        let n = if state.is_none_or_nil(2) { 1 } else { crate::lua::array::length(state, 2).map_err(|e| e.at("out"))? };
        push(state, ty, n)
    }
}

entry! {
    fn to_string(state) {
        let text = match parameter_at(state, 1) {
            Some(ParamType::InOut(ty)) => format!("inout({})", ty.name),
            Some(ParamType::Out(ty, n)) => format!("out({}, {n})", ty.name),
            _ => "parameter".to_string(),
        };
        state.push_str(&text);
        Ok(1)
    }
}

/// Leaves the metatable of these entries on the stack.
pub(crate) fn push_metatable(state: State) {
    state.new_table(0, 3);
    state.push_closure(to_string, 0);
    state.set_raw_field(-2, "__tostring");
    state.push_str("parameter");
    state.set_raw_field(-2, "__name");
    state.push_boolean(false);
    state.set_raw_field(-2, "__metatable");
}
