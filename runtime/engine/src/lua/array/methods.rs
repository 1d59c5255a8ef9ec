//! The methods of arrays: `slice`, `totable`, `set`, `fill`, `copy`, `iter`.

use super::access::{array_at, pairs};
use super::{bulk, slice};
use crate::lua::construct::{refuse_other_keys, too_many_items};
use crate::lua::convert::Mode;
use crate::lua::error::{Failure, Kind as ErrorKind, entry, fail};
use crate::lua::state::ffi::lua_CFunction;

/// Name and entry of each method.
pub(crate) const METHODS: &[(&str, lua_CFunction)] =
    &[("slice", slice_method), ("totable", to_table), ("set", set), ("fill", fill), ("copy", copy), ("iter", pairs)];

entry! {
    fn slice_method(state) {
        let (o, elem, n) = array_at(state)?;
        state.set_top(4);
        let range = slice::range(state, Some(n)).map_err(|e| e.at(&o.ty.name))?;
        slice::push(state, elem, o.addr, &range, Some(1))?;
        Ok(1)
    }
}

entry! {
    fn to_table(state) {
        let (o, elem, n) = array_at(state)?;
        bulk::push_table(state, elem, o.addr, n, 1, Some(1)).map_err(|e| e.at(&o.ty.name))?;
        Ok(1)
    }
}

entry! {
    /// `a:set(t)`: stores `t[1..#t]` from item 0 on; the rest stays.
    fn set(state) {
        let (o, elem, n) = array_at(state)?;
        let place = |e: Failure| e.at(format_args!("{}:set", o.ty.name));
        if o.read_only {
            return fail(ErrorKind::TypeError, "the memory is read-only").map_err(place);
        }
        if !state.is_initialiser(2) {
            return state.mismatch_text("a table", 2).map_err(place);
        }
        let len = state.raw_len(2);
        if len > n {
            return too_many_items(len, n).map_err(place);
        }
        refuse_other_keys(state, 2, len).map_err(place)?;
        if bulk::store_table(state, elem, o.addr, 2, len).map_err(place)? {
            return Ok(0);
        }
        for k in 0..len {
            state.raw_geti(2, k as i64 + 1);
            let value = state.abs(-1);
            if !state.is_nil(value) {
                state
                    .store(elem, o.addr.wrapping_add(k * elem.size()), value, Some(1), Mode::Checked)
                    .map_err(|e| e.in_part(format_args!("[{k}]")))
                    .map_err(place)?;
            }
            state.pop(1);
        }
        Ok(0)
    }
}

entry! {
    /// `a:fill(v)`: every item becomes `v`.
    fn fill(state) {
        let (o, elem, n) = array_at(state)?;
        let place = |e: Failure| e.at(format_args!("{}:fill", o.ty.name));
        if o.read_only {
            return fail(ErrorKind::TypeError, "the memory is read-only").map_err(place);
        }
        state.set_top(2);
        if n == 0 {
            return Ok(0);
        }
        state.store(elem, o.addr, 2, Some(1), Mode::Checked).map_err(place)?;
        if elem.holds_pointers.get() {
            for k in 1..n {
                state.store(elem, o.addr.wrapping_add(k * elem.size()), 2, Some(1), Mode::Checked).map_err(place)?;
            }
            return Ok(0);
        }
        // The first item is converted; the rest are copies of its bytes, doubled each time.
        let (size, total) = (elem.size(), elem.size() * n);
        let mut done = size;
        while done < total && size != 0 {
            let step = done.min(total - done);
            // SAFETY: `done + step <= total`, the array's bytes; source and destination do not overlap as `step <= done`.
            unsafe { std::ptr::copy_nonoverlapping(o.addr, o.addr.add(done), step) };
            done += step;
        }
        Ok(0)
    }
}

entry! {
    /// `a:copy()`: an array of its own with the same items.
    fn copy(state) {
        let (o, _, _) = array_at(state)?;
        let size = o.ty.size();
        let new = state.push_new(o.ty)?.addr;
        if o.ty.holds_pointers.get() || o.ty.context.has_bridges() {
            let at = state.abs(-1);
            state.copy_bytes(at, new, 1, o.addr, size).map_err(|e| e.at(format_args!("{}:copy", o.ty.name)))?;
        } else {
            // SAFETY: both have the type's size in bytes; the new object is different memory.
            unsafe { std::ptr::copy_nonoverlapping(o.addr, new, size) };
        }
        Ok(1)
    }
}
