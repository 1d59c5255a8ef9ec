//! `obj.field`, `obj.field = v`, methods, `pairs(obj)`.

use std::ffi::c_int;

use super::metamethods::{self, push_attribute};
use crate::lua::convert::Plain;
use crate::lua::ctype::Kind;
use crate::lua::error::{Kind as ErrorKind, Res, entry, fail};
use crate::lua::object::CData;
use crate::lua::stack::Frame;
use crate::lua::state::{State, ffi};

fn record_object(state: State) -> Res<&'static mut CData> {
    match state.object(1) {
        Some(o) if o.ty.record().is_some() => Ok(o),
        _ => fail(ErrorKind::TypeError, format_args!("expected a structure, got {}", state.describe(1))),
    }
}

entry! {
    hot
    pub(super) fn index(state) {
        let o = record_object(state)?;
        let Some(info) = o.ty.record() else { return Ok(0) };
        if let Some(field) = info.fields().find(state, 2) {
            field.push(state, o.addr, Some(1))?;
            return Ok(1);
        }
        if push_attribute(state, o.ty, 2) {
            return Ok(1);
        }
        if metamethods::fall_back(state, o.ty, "__index")? {
            return Ok(1);
        }
        let name = state.key_text(2);
        info.no_field(name.trim_matches('\'')).map_err(|e| e.at(&o.ty.name))
    }
}

entry! {
    hot
    pub(super) fn new_index(state) {
        let o = record_object(state)?;
        let Some(info) = o.ty.record() else { return Ok(0) };
        if let Some(field) = info.fields().find(state, 2) {
            if o.read_only {
                return fail(ErrorKind::TypeError, format_args!("{}.{}: the memory is read-only", o.ty.name, field.name));
            }
            field.store(state, o.addr, 3, Some(1)).map_err(|e| e.in_part(&field.name).in_part(&o.ty.name))?;
            return Ok(0);
        }
        if metamethods::fall_back(state, o.ty, "__newindex")? {
            return Ok(0);
        }
        let name = state.key_text(2);
        info.no_field(name.trim_matches('\'')).map_err(|e| e.at(&o.ty.name))
    }
}

/// [`index`] where Lua's stack can be read in place: a field that is a plain number is read at once.
pub(super) unsafe extern "C-unwind" fn index_in_place(raw: *mut ffi::lua_State) -> c_int {
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
pub(super) unsafe extern "C-unwind" fn new_index_in_place(raw: *mut ffi::lua_State) -> c_int {
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
    pub(super) fn pairs(state) {
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
