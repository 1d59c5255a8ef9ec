//! The bounds of what pointers keep alive. Without the grant of raw pointers, a pointer is followed only into memory that
//! it keeps, and only inside it.

use std::ffi::c_int;
use std::ops::Range;

use super::error::{Kind, Res, fail};
use super::object::CData;
use super::state::{State, ffi};

/// The memory behind the kept value on the top of the stack.
pub(crate) fn kept_range(state: State) -> Option<Range<usize>> {
    let span = |start: *const u8, len: usize| Some(start as usize..start as usize + len);
    if let Some(text) = state.bytes(-1) {
        return span(text.as_ptr(), text.len() + 1);
    }
    if state.is_table(-1) {
        state.raw_geti(-1, 1);
        let range = state.object(-1).and_then(|root| span(root.addr, root.size));
        state.pop(1);
        return range;
    }
    if state.object(-1).is_none() && state.tag(-1) == ffi::LUA_TUSERDATA {
        return span(state.userdata(-1).cast(), state.raw_len(-1));
    }
    None
}

/// Whether the kept value on the top of the stack holds the memory (or is the function) at `p`.
pub(crate) fn kept_holds(state: State, p: *const u8) -> bool {
    if let Some(o) = state.object(-1)
        && o.is_function()
        && o.address_value().cast_const() == p
    {
        return true;
    }
    // One past the end is an address that C's pointers may have.
    kept_range(state).is_some_and(|r| (r.start..=r.end).contains(&(p as usize)))
}

/// Fails unless `size` bytes at `addr` may be reached through the pointer object `o`, which is at `i`.
#[inline]
pub(crate) fn require_reachable(state: State, o: &CData, i: c_int, addr: *const u8, size: usize) -> Res<()> {
    if o.ty.context.policy.raw_pointers {
        return Ok(());
    }
    reachable(state, o, i, addr, size)
}

#[cold]
fn reachable(state: State, o: &CData, i: c_int, addr: *const u8, size: usize) -> Res<()> {
    state.push_kept(i, o.addr);
    let range = kept_range(state);
    state.pop(1);
    let start = addr as usize;
    let inside = |r: Range<usize>| start >= r.start && start <= r.end && size <= r.end - start;
    if range.is_some_and(inside) {
        return Ok(());
    }
    match o.ty.context.policy.check_raw_pointer(&format!("following {} beyond what it keeps", o.ty.name)) {
        Ok(()) => Ok(()),
        Err(text) => fail(Kind::PermissionError, text),
    }
}

/// Fails when a pointer that reads by itself (a string, a function) lies in the memory of the object at `source` and
/// nothing says where it came from: a script could have forged it.
#[inline]
pub(crate) fn require_kept(state: State, o: &CData, source: c_int, slot: *const u8) -> Res<()> {
    let policy = &o.ty.context.policy;
    if policy.raw_pointers {
        return Ok(());
    }
    // SAFETY: the slot is pointer-sized and inside the object, as the caller's access is.
    let p = unsafe { slot.cast::<*const u8>().read_unaligned() };
    if p.is_null() {
        return Ok(());
    }
    state.push_keeper(source, slot, p);
    let kept = !state.is_nil(-1);
    state.pop(1);
    if kept {
        return Ok(());
    }
    match policy.check_raw_pointer("reading a string or function through an address in memory") {
        Ok(()) => Ok(()),
        Err(text) => fail(Kind::PermissionError, text),
    }
}

/// How many bytes from `p` on are known to be there when `p` was read from the slot at `slot` inside the object at
/// `source`: to the end of what the slot keeps; without limit when nothing is known.
pub(crate) fn kept_bytes_from(state: State, source: c_int, slot: *const u8, p: *const u8) -> usize {
    state.push_keeper(source, slot, p);
    let range = kept_range(state);
    state.pop(1);
    range.filter(|r| r.contains(&(p as usize))).map_or(usize::MAX, |r| r.end - p as usize)
}
