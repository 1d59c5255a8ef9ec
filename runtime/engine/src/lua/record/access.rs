//! `obj.field`, `obj.field = v`, and methods: the metatable of a record's instances.

use std::ffi::c_int;

use crate::lua::convert::Plain;
use crate::lua::ctype::{Kind, TypeRef};
use crate::lua::error::{Failure, Kind as ErrorKind, Res, entry, fail};
use crate::lua::object::CData;
use crate::lua::show;
use crate::lua::stack::Frame;
use crate::lua::state::{State, ffi};

/// Metamethods that fields and methods need themselves; what a script sets under these names is a fallback.
pub(crate) const FALLBACK_METAMETHODS: [&str; 2] = ["__index", "__newindex"];

/// Makes the metatable that instances of `ty` share; metamethods set on the base come along.
pub(crate) fn make_metatable(state: State, ty: TypeRef) {
    state.new_table(0, 8);
    let in_place = ty.context.reads_stack.get();
    state.push_closure(if in_place { index_in_place } else { index }, 0);
    state.set_raw_field(-2, "__index");
    state.push_closure(if in_place { new_index_in_place } else { new_index }, 0);
    state.set_raw_field(-2, "__newindex");
    state.push_closure(show::object_to_string, 0);
    state.set_raw_field(-2, "__tostring");
    state.push_closure(pairs, 0);
    state.set_raw_field(-2, "__pairs");
    state.push_str(&ty.name);
    state.set_raw_field(-2, "__name");
    state.push_boolean(false);
    state.set_raw_field(-2, "__metatable");
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

fn record_object(state: State) -> Res<&'static mut CData> {
    match state.object(1) {
        Some(o) if o.ty.record().is_some() => Ok(o),
        _ => fail(ErrorKind::TypeError, format_args!("expected a structure, got {}", state.describe(1))),
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

/// Pushes the script's own fallback metamethod `name` of `ty`; false when there is none.
fn push_fallback(state: State, ty: TypeRef, name: &str) -> bool {
    state.push_str(name);
    let key = state.abs(-1);
    let found = push_attribute(state, ty, key);
    state.remove(key);
    found
}

entry! {
    hot
    fn index(state) {
        let o = record_object(state)?;
        let Some(info) = o.ty.record() else { return Ok(0) };
        if let Some(field) = info.fields().find(state, 2) {
            field.push(state, o.addr, Some(1))?;
            return Ok(1);
        }
        if push_attribute(state, o.ty, 2) {
            return Ok(1);
        }
        if push_fallback(state, o.ty, "__index") {
            if state.is_table(-1) {
                state.push_value(2);
                state.raw_get(-2);
                return Ok(1);
            }
            state.push_value(1);
            state.push_value(2);
            return if state.pcall(2, 1) { Ok(1) } else { Err(Failure::Raised) };
        }
        let name = state.key_text(2);
        info.no_field(name.trim_matches('\'')).map_err(|e| e.at(&o.ty.name))
    }
}

entry! {
    hot
    fn new_index(state) {
        let o = record_object(state)?;
        let Some(info) = o.ty.record() else { return Ok(0) };
        if let Some(field) = info.fields().find(state, 2) {
            if o.read_only {
                return fail(ErrorKind::TypeError, format_args!("{}.{}: the memory is read-only", o.ty.name, field.name));
            }
            field.store(state, o.addr, 3, Some(1)).map_err(|e| e.in_part(&field.name).in_part(&o.ty.name))?;
            return Ok(0);
        }
        if push_fallback(state, o.ty, "__newindex") {
            state.push_value(1);
            state.push_value(2);
            state.push_value(3);
            return if state.pcall(3, 0) { Ok(0) } else { Err(Failure::Raised) };
        }
        let name = state.key_text(2);
        info.no_field(name.trim_matches('\'')).map_err(|e| e.at(&o.ty.name))
    }
}

/// [`index`] where Lua's stack can be read in place: a field that is a plain number is read at once.
unsafe extern "C-unwind" fn index_in_place(raw: *mut ffi::lua_State) -> c_int {
    // SAFETY: Lua runs this function on `raw`; it is only in metatables where the layout fits.
    let frame = unsafe { Frame::of(raw) };
    if let Some((o, offset, plain)) = plain_field(frame, 2) {
        // SAFETY: offsets come from the record's layout: the number lies inside the object.
        frame.push(unsafe { plain.load(o.addr.add(offset)) });
        return 1;
    }
    // SAFETY: as above.
    unsafe { index(raw) }
}

/// [`new_index`] likewise.
unsafe extern "C-unwind" fn new_index_in_place(raw: *mut ffi::lua_State) -> c_int {
    // SAFETY: as in `index_in_place`.
    let frame = unsafe { Frame::of(raw) };
    if let Some((o, offset, plain)) = plain_field(frame, 3)
        && !o.read_only
        // SAFETY: as in `index_in_place`.
        && unsafe { plain.store(o.addr.add(offset), frame.arg(3)) }
    {
        return 0;
    }
    // SAFETY: as above.
    unsafe { new_index(raw) }
}

/// The record at argument 1, and where the plain number named by argument 2 lies in it, of `count` arguments.
#[inline(always)]
fn plain_field(frame: Frame, count: usize) -> Option<(&'static CData, usize, Plain)> {
    if frame.count() != count {
        return None;
    }
    let o = frame.arg(1).object()?;
    let Kind::Record(info) = &o.ty.kind else { return None };
    let key = info.fields.get()?.find_key(frame.arg(2).key())?;
    Some((o, key.offset, key.plain?))
}

entry! {
    /// `for name, value in pairs(obj)`: the fields in order.
    fn pairs(state) {
        record_object(state)?;
        state.push_closure(next_field, 0);
        state.push_value(1);
        state.push_nil();
        Ok(3)
    }
}

entry! {
    fn next_field(state) {
        let o = record_object(state)?;
        let Some(info) = o.ty.record() else { return Ok(0) };
        let fields = info.fields();
        let at = if state.is_none_or_nil(2) {
            0
        } else {
            let name = state.bytes(2).unwrap_or_default();
            fields.positional.iter().position(|&k| fields.all[k].name.as_bytes() == name).map_or(usize::MAX, |k| k + 1)
        };
        let Some(&k) = fields.positional.get(at) else {
            state.push_nil();
            return Ok(1);
        };
        let field = &fields.all[k];
        state.push_str(&field.name);
        field.push(state, o.addr, Some(1))?;
        Ok(2)
    }
}
