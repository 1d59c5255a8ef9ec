//! The metatable of a record's instances, and the metamethods that scripts set on the type.

use std::ffi::c_int;

use super::access;
use crate::lua::ctype::TypeRef;
use crate::lua::error::{Failure, Res};
use crate::lua::show;
use crate::lua::state::{State, ffi};

/// Metamethods that fields and methods need themselves; what a script sets under these names is a fallback.
pub(crate) const FALLBACK_METAMETHODS: [&str; 2] = ["__index", "__newindex"];

/// Makes the metatable that instances of `ty` share; metamethods set on the base come along.
pub(crate) fn make_metatable(state: State, ty: TypeRef) {
    state.new_table(0, 8);
    let in_place = ty.context.reads_stack.get();
    state.push_closure(if in_place { access::index_in_place } else { access::index }, 0);
    state.set_raw_field(-2, "__index");
    state.push_closure(if in_place { access::new_index_in_place } else { access::new_index }, 0);
    state.set_raw_field(-2, "__newindex");
    for name in ["__tostring", "__pairs", "__name", "__metatable"] {
        push_default(state, ty, name);
        state.set_raw_field(-2, name);
    }
    let mut chain = Vec::new();
    let mut base = ty.record().and_then(|r| r.base);
    while let Some(t) = base {
        chain.push(t);
        base = t.record().and_then(|r| r.base);
    }
    for t in chain.into_iter().rev().filter(|t| t.attributes.get() != 0) {
        state.push_ref(t.attributes.get());
        state.push_nil();
        while state.next(-2) {
            let name = state.text(-2).unwrap_or_default();
            if name.starts_with("__") && !FALLBACK_METAMETHODS.contains(&name.as_str()) {
                state.push_value(-2);
                state.push_value(-2);
                state.raw_set(-6);
            }
            state.pop(1);
        }
        state.pop(1);
    }
    ty.instance_metatable.set(state.make_ref());
}

/// Pushes what instances of `ty` have under a metamethod's name that no script has set; nil for most.
fn push_default(state: State, ty: TypeRef, name: &str) {
    match name {
        "__tostring" => state.push_closure(show::object_to_string, 0),
        "__pairs" => state.push_closure(access::pairs, 0),
        "__name" => state.push_str(&ty.name),
        "__metatable" => state.push_boolean(false),
        _ => state.push_nil(),
    }
}

/// Puts the metamethod `name`, which was just set or cleared in `ty`'s attributes, into the metatables of `ty` and of all types
/// that derive from it; each takes the one that is nearest to it.
pub(crate) fn set_metamethod(state: State, ty: TypeRef, name: &str) {
    let mut types = vec![ty];
    while let Some(t) = types.pop() {
        // It may be a finalizer.
        t.metatable_in_place.set(std::ptr::null());
        state.push_ref(t.instance_metatable.get());
        if !push_own_metamethod(state, t, name) {
            push_default(state, t, name);
        }
        state.set_raw_field(-2, name);
        state.pop(1);
        if let Some(info) = t.record() {
            types.extend(info.derived.borrow().iter().copied());
        }
    }
}

/// Pushes the attribute of `ty` or a base named by the value at `key`; false (nothing pushed) when there is none.
pub(crate) fn push_attribute(state: State, ty: TypeRef, key: i32) -> bool {
    let key = state.abs(key);
    let mut next = Some(ty);
    while let Some(t) = next {
        if t.attributes.get() != 0 {
            state.push_ref(t.attributes.get());
            state.push_value(key);
            if state.raw_get(-2) != ffi::LUA_TNIL {
                state.remove(-2);
                return true;
            }
            state.pop(2);
        }
        next = t.record().and_then(|r| r.base);
    }
    false
}

/// Pushes the metamethod `name` that a script set in `ty` or the nearest base; false when there is none.
fn push_own_metamethod(state: State, ty: TypeRef, name: &str) -> bool {
    state.push_str(name);
    let key = state.abs(-1);
    let found = push_attribute(state, ty, key);
    state.remove(key);
    found
}

/// What Lua does with a `__index` or `__newindex` of a script, for a name that is neither field nor method: it calls a function,
/// and looks into (or writes to) anything else. The arguments are the entry's own; false when the type has no such metamethod.
pub(crate) fn fall_back(state: State, ty: TypeRef, name: &str) -> Res<bool> {
    unsafe extern "C-unwind" fn get(raw: *mut ffi::lua_State) -> c_int {
        // SAFETY: runs under `pcall` with the thing to look into and the key.
        unsafe { ffi::lua_gettable(raw, 1) };
        1
    }
    unsafe extern "C-unwind" fn set(raw: *mut ffi::lua_State) -> c_int {
        // SAFETY: runs under `pcall` with the thing to write to, the key and the value.
        unsafe { ffi::lua_settable(raw, 1) };
        0
    }
    if !push_own_metamethod(state, ty, name) {
        return Ok(false);
    }
    let writes = name == "__newindex";
    if state.is_function(-1) {
        state.push_value(1);
    } else {
        state.push_closure(if writes { set } else { get }, 0);
        state.insert(-2);
    }
    state.push_value(2);
    if writes {
        state.push_value(3);
    }
    let (args, results) = if writes { (3, 0) } else { (2, 1) };
    if state.pcall(args, results) { Ok(true) } else { Err(Failure::Raised) }
}
