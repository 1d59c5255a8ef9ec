//! `a[i]`, `a[i] = v`, `#a`, `pairs(a)`, and the text properties of character arrays.

use std::ffi::c_int;

use crate::lua::convert::{Mode, Plain, decode_units, wide_unit};
use crate::lua::ctype::{Kind, TypeRef};
use crate::lua::error::{Kind as ErrorKind, Res, entry, fail};
use crate::lua::object::CData;
use crate::lua::record::suggestion;
use crate::lua::show;
use crate::lua::stack::Frame;
use crate::lua::state::{State, ffi};

/// The array at argument 1: its object, element type and length.
pub(crate) fn array_at(state: State) -> Res<(&'static mut CData, TypeRef, usize)> {
    if let Some(o) = state.object(1)
        && let Kind::Array(elem, n) = &o.ty.kind
    {
        return Ok((o, elem, *n));
    }
    fail(ErrorKind::TypeError, format_args!("expected an array, got {}", state.describe(1)))
}

/// The index at argument 2, inside `0..n`.
#[inline]
fn index_at(state: State, ty: TypeRef, n: usize) -> Res<usize> {
    let k = if state.is_integer(2) {
        state.integer(2)
    } else {
        match state.tag(2) {
            ffi::LUA_TNUMBER => super::super::convert::wide_integer(state, 2, "an index")
                .map_err(|e| e.at(&ty.name))?
                .try_into()
                .unwrap_or(i64::MAX),
            _ => {
                let got = state.describe(2);
                return fail(ErrorKind::TypeError, format_args!("{}: an index is an integer, got {got}", ty.name));
            }
        }
    };
    if (k as u64) < n as u64 {
        return Ok(k as usize);
    }
    fail(ErrorKind::IndexError, format_args!("{}: index {k} is outside 0 to {}", ty.name, n as i64 - 1))
}

entry! {
    hot
    pub(crate) fn index(state) {
        let (o, elem, n) = array_at(state)?;
        if state.is_string(2) {
            return property(state, o, elem, n);
        }
        let k = index_at(state, o.ty, n)?;
        // Inside the object: `k < n` and the object has the array type's bytes.
        let addr = o.addr.wrapping_add(k * elem.size());
        state.push_from(elem, addr, Some(1))?;
        Ok(1)
    }
}

entry! {
    hot
    pub(crate) fn new_index(state) {
        let (o, elem, n) = array_at(state)?;
        if o.read_only {
            return fail(ErrorKind::TypeError, format_args!("{}: the memory is read-only", o.ty.name));
        }
        if state.is_string(2) {
            return set_property(state, o, elem, n);
        }
        let k = index_at(state, o.ty, n)?;
        let addr = o.addr.wrapping_add(k * elem.size());
        state
            .store(elem, addr, 3, Some(1), Mode::Checked)
            .map_err(|e| e.in_part(format_args!("[{k}]")).in_part(&o.ty.name))?;
        Ok(0)
    }
}

/// [`index`] where Lua's stack can be read in place: an item that is a plain number is read at once.
unsafe extern "C-unwind" fn index_in_place(raw: *mut ffi::lua_State) -> c_int {
    // SAFETY: Lua runs this function on `raw`; it is only in metatables where the layout fits.
    let frame = unsafe { Frame::of(raw) };
    if let Some((o, k, plain)) = plain_item(frame, 2) {
        // SAFETY: `plain_item` checked the index.
        frame.push(unsafe { plain.load_item(o.addr, k) });
        return 1;
    }
    // SAFETY: as above.
    unsafe { index(raw) }
}

/// [`new_index`] likewise.
unsafe extern "C-unwind" fn new_index_in_place(raw: *mut ffi::lua_State) -> c_int {
    // SAFETY: as in `index_in_place`.
    let frame = unsafe { Frame::of(raw) };
    if let Some((o, k, plain)) = plain_item(frame, 3)
        && !o.read_only
        // SAFETY: `plain_item` checked the index.
        && unsafe { plain.store_item(o.addr, k, frame.arg(3)) }
    {
        return 0;
    }
    // SAFETY: as above.
    unsafe { new_index(raw) }
}

/// The array at argument 1, the index at argument 2 of a plain number in it, and what those are, of `count` arguments.
#[inline(always)]
fn plain_item(frame: Frame, count: usize) -> Option<(&'static CData, usize, Plain)> {
    if frame.count() != count {
        return None;
    }
    let o = frame.arg(1).object()?;
    let Kind::Array(elem, n) = &o.ty.kind else { return None };
    let k = frame.arg(2).integer()?;
    let plain = elem.plain?;
    // Inside the object, which has the array type's bytes.
    if (k as u64) < *n as u64 { Some((o, k as usize, plain)) } else { None }
}

/// Methods, and `.value` and `.raw` of character arrays.
fn property(state: State, o: &CData, elem: TypeRef, n: usize) -> Res {
    let name = state.bytes(2).unwrap_or_default();
    // SAFETY: the object has the array type's bytes: `n` items of one byte.
    let bytes = |n: usize| unsafe { std::slice::from_raw_parts(o.addr, n) };
    match name {
        b"value" if elem.is_char() => {
            let all = bytes(n);
            state.push_bytes(all.split(|b| *b == 0).next().unwrap_or_default());
            return Ok(1);
        }
        b"raw" if elem.is_char() => {
            state.push_bytes(bytes(n));
            return Ok(1);
        }
        b"value" if elem.is_wchar() => {
            let width = elem.size();
            // SAFETY: `k < n` items of `width` bytes each.
            let units = (0..n).map(|k| unsafe { wide_unit(o.addr.add(k * width), width) });
            state.push_str(&decode_units(units.take_while(|u| *u != 0), width));
            return Ok(1);
        }
        _ => {}
    }
    state.push_ref(o.ty.context.refs.array_methods.get());
    state.push_value(2);
    if state.raw_get(-2) != ffi::LUA_TNIL {
        return Ok(1);
    }
    no_property(state, o.ty)
}

fn no_property<T>(state: State, ty: TypeRef) -> Res<T> {
    let name = state.text(2).unwrap_or_default();
    let near = moonglue_ffi::near(&name, super::methods::METHODS.iter().map(|m| m.0).chain(["value", "raw"]));
    fail(ErrorKind::AttributeError, format_args!("{}: no attribute '{name}'{}", ty.name, suggestion(&near)))
}

fn set_property(state: State, o: &CData, elem: TypeRef, n: usize) -> Res {
    let name = state.bytes(2).unwrap_or_default();
    let place =
        |e: super::super::error::Failure| e.at(format_args!("{}.{}", o.ty.name, state.text(2).unwrap_or_default()));
    match name {
        b"value" | b"raw" if elem.is_char() => {
            let Some(text) = state.bytes(3) else {
                return state.mismatch_text("a string", 3).map_err(place);
            };
            if name == b"value" {
                state.put_bytes(text, n, o.addr).map_err(place)?;
            } else if text.len() > n {
                let got = text.len();
                return fail(ErrorKind::ValueError, format_args!("a string of {got} bytes is too long for {n}"))
                    .map_err(place);
            } else {
                // SAFETY: `text.len() <= n`, the array's bytes; the string may not overlap them (it is Lua's).
                unsafe { std::ptr::copy_nonoverlapping(text.as_ptr(), o.addr, text.len()) };
            }
            Ok(0)
        }
        b"value" if elem.is_wchar() => {
            if !state.is_string(3) {
                return state.mismatch_text("a string", 3).map_err(place);
            }
            let Some(text) = state.str(3) else {
                return fail(ErrorKind::ValueError, "the string is not valid UTF-8").map_err(place);
            };
            state.put_units(text, n, o.addr, elem.size()).map_err(place)?;
            Ok(0)
        }
        _ => no_property(state, o.ty),
    }
}

impl State {
    #[cold]
    pub(crate) fn mismatch_text<T>(self, expected: &str, i: i32) -> Res<T> {
        fail(ErrorKind::TypeError, format_args!("expected {expected}, got {}", self.describe(i)))
    }
}

entry! {
    hot
    pub(crate) fn len(state) {
        let (_, _, n) = array_at(state)?;
        state.push_integer(n as i64);
        Ok(1)
    }
}

entry! {
    /// `pairs(a)` and `a:iter()`: index from 0, value.
    pub(crate) fn pairs(state) {
        array_at(state)?;
        state.push_closure(next_item, 0);
        state.push_value(1);
        state.push_integer(-1);
        Ok(3)
    }
}

entry! {
    hot
    fn next_item(state) {
        let (o, elem, n) = array_at(state)?;
        let k = state.integer(2).wrapping_add(1);
        if k < 0 || k as u64 >= n as u64 {
            state.push_nil();
            return Ok(1);
        }
        state.push_integer(k);
        state.push_from(elem, o.addr.wrapping_add(k as usize * elem.size()), Some(1))?;
        Ok(2)
    }
}

/// Leaves the metatable of arrays on the stack.
pub(crate) fn push_metatable(state: State, in_place: bool) {
    state.new_table(0, 8);
    for (name, f) in [
        ("__index", if in_place { index_in_place } else { index as ffi::lua_CFunction }),
        ("__newindex", if in_place { new_index_in_place } else { new_index }),
        ("__len", len),
        ("__pairs", pairs),
        ("__tostring", show::object_to_string),
    ] {
        state.push_closure(f, 0);
        state.set_raw_field(-2, name);
    }
    state.push_str("array");
    state.set_raw_field(-2, "__name");
    state.push_boolean(false);
    state.set_raw_field(-2, "__metatable");
}
