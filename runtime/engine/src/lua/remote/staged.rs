//! Structs that pass by value between a callback and the other process, as objects: what their addresses mean and what is known
//! of their unions stays with them.

use std::ffi::c_int;

use crate::lua::ctype::TypeRef;
use crate::lua::error::Res;
use crate::lua::state::{State, ffi};

const NAME: &str = "staged";

/// Pushes a new object of type `ty` that stands for the struct that the callback is given, or gives, at `p`.
pub(super) fn stage(state: State, ty: TypeRef, p: *const u8) -> Res<c_int> {
    state.push_new(ty)?;
    let object = state.abs(-1);
    state.push_ref(ty.context.refs.pinned.get());
    if state.raw_field(-1, NAME) != ffi::LUA_TTABLE {
        state.pop(1);
        state.new_table(0, 4);
        state.push_value(-1);
        state.set_raw_field(-3, NAME);
    }
    state.push_value(object);
    state.raw_seti(-2, p as i64);
    state.set_top(object);
    Ok(object)
}

/// The struct at `p` is over.
pub(super) fn unstage(state: State, ty: TypeRef, p: *const u8) {
    let top = state.top();
    state.push_ref(ty.context.refs.pinned.get());
    if state.raw_field(-1, NAME) == ffi::LUA_TTABLE {
        state.push_nil();
        state.raw_seti(-2, p as i64);
    }
    state.set_top(top);
}

/// Pushes the object that stands for the struct at `p`; false (nothing pushed) when none does.
pub(crate) fn push(state: State, ty: TypeRef, p: *const u8) -> bool {
    if !ty.context.has_bridges() {
        return false;
    }
    let top = state.top();
    state.push_ref(ty.context.refs.pinned.get());
    let found = state.raw_field(-1, NAME) == ffi::LUA_TTABLE && state.raw_geti(-1, p as i64) == ffi::LUA_TUSERDATA;
    if found {
        state.insert(top + 1);
    }
    state.set_top(top + c_int::from(found));
    found
}
