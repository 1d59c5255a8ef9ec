//! `a:slice(i, j [, step])` and `p:slice(i, j [, step])`: copies of a range, as a string for characters, else a table.

use std::ffi::c_int;

use super::bulk;
use crate::lua::convert::{decode_units, wide_integer, wide_unit};
use crate::lua::ctype::TypeRef;
use crate::lua::error::{Kind as ErrorKind, Res, fail};
use crate::lua::state::State;

/// A checked range: first item, number of items, distance.
pub(crate) struct Range {
    pub(crate) first: i64,
    pub(crate) count: usize,
    pub(crate) step: i64,
}

/// Reads `(start, stop [, step])` at stack positions 2 to 4. `len`: the items there are, none for a pointer. A negative
/// step walks down to `stop` exclusive.
pub(crate) fn range(state: State, len: Option<usize>) -> Res<Range> {
    let get = |i: c_int, what: &str, default: Option<i64>| -> Res<i64> {
        if state.is_none_or_nil(i) {
            return match default {
                Some(v) => Ok(v),
                None => fail(ErrorKind::ValueError, format_args!("slice: {what} is required")),
            };
        }
        let v = wide_integer(state, i, "an integer").map_err(|e| e.at(format_args!("slice: {what}")))?;
        i64::try_from(v).or_else(|_| fail(ErrorKind::IndexError, format_args!("slice: {what} {v} is out of range")))
    };
    let step = get(4, "step", Some(1))?;
    if step == 0 {
        return fail(ErrorKind::ValueError, "slice: step is 0");
    }
    let down = step < 0;
    // Upwards, pointers begin at 0 as well.
    let start = get(2, "start", if down { len.map(|n| n as i64 - 1) } else { Some(0) })?;
    let stop = get(3, "stop", len.map(|n| if down { -1 } else { n as i64 }))?;
    let distance = if down { i128::from(start) - i128::from(stop) } else { i128::from(stop) - i128::from(start) };
    let stride = i128::from(step).abs();
    let count = if distance <= 0 { 0 } else { (distance + stride - 1) / stride };
    if let Some(n) = len {
        let n = n as i64;
        let (low, high) = if down { (-1, n - 1) } else { (0, n) };
        for (what, v) in [("start", start), ("stop", stop)] {
            // An empty range may start right behind the last item, in either direction.
            let allowed = if count == 0 { -1..=n } else { low..=high };
            if !allowed.contains(&v) {
                return fail(ErrorKind::IndexError, format_args!("slice: {what} {v} is outside {low} to {high}"));
            }
        }
    }
    match usize::try_from(count).ok().filter(|c| *c <= i32::MAX as usize) {
        Some(count) => Ok(Range { first: start, count, step }),
        None => fail(ErrorKind::MemoryError, format_args!("slice: {count} items are too many")),
    }
}

/// Pushes the items of `range` counted from `base`.
pub(crate) fn push(state: State, elem: TypeRef, base: *mut u8, range: &Range, source: Option<c_int>) -> Res<()> {
    let size = elem.size() as isize;
    let at = |k: usize| {
        let item = (range.first as isize).wrapping_add((k as isize).wrapping_mul(range.step as isize));
        base.wrapping_offset(item.wrapping_mul(size))
    };
    if elem.is_char() {
        let mut bytes = Vec::with_capacity(range.count);
        for k in 0..range.count {
            // SAFETY: an array's range was checked against its length; a pointer's range is the script's word.
            bytes.push(unsafe { at(k).read() });
        }
        state.push_bytes(&bytes);
        return Ok(());
    }
    if elem.is_wchar() {
        // SAFETY: as above.
        let units = (0..range.count).map(|k| unsafe { wide_unit(at(k), elem.size()) });
        state.push_str(&decode_units(units, elem.size()));
        return Ok(());
    }
    bulk::push_table(state, elem, at(0), range.count, range.step as isize, source)
}
