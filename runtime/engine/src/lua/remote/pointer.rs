//! Pointers into the memory of another process: what `p.contents`, `p[i]`, slices and the functions on memory do with them.

use super::memory::{RemotePlace, filled};
use super::view;
use crate::lua::array::{array_of, slice};
use crate::lua::convert::decode_units;
use crate::lua::convert::wide_unit;
use crate::lua::ctype::{Conv, TypeRef};
use crate::lua::error::{Kind, Res, fail};
use crate::lua::object::CData;
use crate::lua::state::State;

/// The place that the pointer object points at.
fn place(o: &CData) -> Res<RemotePlace> {
    let policy = &o.ty.context.policy;
    if !policy.raw_pointers {
        // Nothing says what lies there, and whoever can write anywhere in that process can make it do anything.
        let asked = policy.check_raw_pointer(&format!("following {} into another process", o.ty.name));
        asked.or_else(|text| fail(Kind::PermissionError, text))?;
    }
    RemotePlace::of_word(o.ty.context, o.address_value() as u64).map_err(|e| e.at(&o.ty.name))
}

/// Pushes item `k`.
pub(crate) fn push_item(state: State, o: &CData, target: TypeRef, k: i64) -> Res<()> {
    target.require_complete()?;
    place(o)?.item(target, k).push(state, target).map_err(|e| e.at(&o.ty.name))
}

/// Stores the value at argument 3 as item `k`.
pub(crate) fn store_item(state: State, o: &CData, target: TypeRef, k: i64) -> Res<()> {
    target.require_complete()?;
    let stored = place(o)?.item(target, k).store(state, target, 3);
    stored.map_err(|e| e.in_part(format_args!("[{k}]")).in_part(&o.ty.name))
}

/// Pushes what the pointer points at as an object; nil for a pointer that is NULL itself.
pub(crate) fn push_contents(state: State, o: &CData, target: TypeRef) -> Res<()> {
    target.require_complete()?;
    let place = place(o)?;
    if target.holds_pointers.get() && !target.is_aggregate() {
        place.push(state, target).map_err(|e| e.at(&o.ty.name))?;
        if state.is_nil(-1) || target.function().is_some() {
            return Ok(());
        }
        state.pop(1);
    }
    view::push(state, target, place.word());
    Ok(())
}

/// Pushes the items of a range: a string for characters, else a table.
pub(crate) fn push_slice(state: State, o: &CData, target: TypeRef, range: &slice::Range) -> Res<()> {
    target.require_complete()?;
    let place = place(o)?;
    let last = range.first + (range.count as i64 - 1).max(0) * range.step;
    let lowest = range.first.min(last);
    let span = range.first.abs_diff(last) as usize + usize::from(range.count > 0);
    // One read for all of them, also for those that the step leaves out.
    let array = array_of(target, span)?;
    place.item(target, lowest).push_copy(state, array).map_err(|e| e.at(&o.ty.name))?;
    let copy = state.abs(-1);
    let base = state.object(copy).map_or(std::ptr::null_mut(), |o| o.addr);
    let inside = slice::Range { first: range.first - lowest, count: range.count, step: range.step };
    slice::push(state, target, base, &inside, Some(copy))
}

/// Bytes of one item on the other side.
pub(crate) fn stride(o: &CData, target: TypeRef) -> Res<usize> {
    Ok(place(o)?.session.size_there(target))
}

/// Pushes the text that a `c_char_p` or `c_wchar_p` with the address `word` reads as.
pub(crate) fn push_text(state: State, ty: TypeRef, conv: Conv, word: u64, most: usize) -> Res<()> {
    let place = RemotePlace::of_word(ty.context, word)?;
    let wide = conv == Conv::WCharP;
    let width = if wide { moonglue_abi::Prim::WChar.size(place.session.abi) } else { 1 };
    let bytes = place.read_string(state, width, (most / width) as u64)?;
    push_units(state, &bytes, width);
    Ok(())
}

/// Pushes bytes as they are, or wide characters as UTF-8.
fn push_units(state: State, bytes: &[u8], width: usize) {
    if width == 1 {
        return state.push_bytes(bytes);
    }
    // SAFETY: each chunk has one unit's bytes.
    let units = bytes.chunks_exact(width).map(|unit| unsafe { wide_unit(unit.as_ptr(), width) });
    state.push_str(&decode_units(units, width));
}

/// Pushes `n` bytes from `word` on, or all up to a NUL.
pub(crate) fn push_bytes_at(state: State, place: &RemotePlace, n: Option<usize>, width: usize) -> Res<()> {
    let bytes = match n {
        Some(n) => {
            let mut bytes = filled(n.saturating_mul(width), 0)?;
            place.read(state, &mut bytes)?;
            bytes
        }
        None => place.read_string(state, width, u64::MAX)?,
    };
    push_units(state, &bytes, width);
    Ok(())
}
