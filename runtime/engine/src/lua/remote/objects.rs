//! Objects of this process that the other side works on: each has a copy there while a call needs it.
//!
//! A copy is made when an address of the object crosses, and what the object points to is followed. One object has one copy,
//! however often it is met, and keeps it as `retained` says. Whenever the other side is about to run, small copies are made equal to their objects; when it
//! has run, the objects are made equal to the copies. Large ones cross when a call begins and when it ends.

use std::collections::BTreeMap;
use std::ffi::c_int;
use std::rc::Rc;

use super::carry::{Sides, copy_changed, receive, send};
use super::copied::Copied;
use super::crossing::{Crossing, Wanted, may_be};
use super::failure::failure;
use super::session::Session;
use crate::lua::error::{Kind as ErrorKind, Res, fail};
use crate::lua::state::{State, ffi};
use moonglue_abi::Transfer;

/// The copies of the calls in progress, outer calls' first.
#[derive(Default)]
pub(super) struct Copies {
    all: Vec<Copied>,
    by_here: BTreeMap<usize, usize>,
    by_there: BTreeMap<u64, usize>,
    /// Copies from here on were not filled yet.
    filled: usize,
}

/// What an address belongs to, as it is about to be copied.
struct Target {
    here: *mut u8,
    len: usize,
    way: Option<Rc<Transfer>>,
    align: usize,
    writable: bool,
}

impl Session {
    /// The address on the other side of the copy of what the owner (at a stack position) owns, for the address `p` in it.
    pub(super) fn address_of_copy(&self, state: State, p: *const u8, owner: c_int) -> Res<u64> {
        if !state.reserve(20) {
            return fail(ErrorKind::MemoryError, "the Lua stack is full");
        }
        let target = self.target(state, owner)?;
        let root = state.abs(-1);
        let known = self.copies.borrow().by_here.get(&(target.here as usize)).copied();
        let index = match known {
            Some(index) => {
                self.copies.borrow_mut().all[index].guest = false;
                index
            }
            None => self.add(state, target, root)?,
        };
        state.set_top(root - 1);
        let copies = self.copies.borrow();
        let copied = &copies.all[index];
        let offset = (p as usize).wrapping_sub(copied.here as usize);
        match copied.there_at(offset) {
            Some(offset) => Ok(copied.span.remote() + offset as u64),
            None => fail(
                ErrorKind::ValueError,
                "the address lies between the fields of an object: it has no place in the library's layout",
            ),
        }
    }

    /// Pushes the root of what `owner` is and describes its memory.
    fn target(&self, state: State, owner: c_int) -> Res<Target> {
        if let Some(bytes) = state.bytes(owner) {
            let (here, len) = (bytes.as_ptr().cast_mut(), bytes.len() + 1);
            state.push_value(owner);
            return Ok(Target { here, len, way: None, align: 16, writable: false });
        }
        if state.is_table(owner) {
            state.raw_geti(owner, 1);
        } else {
            state.push_value(owner);
        }
        if let Some(o) = state.object(-1).filter(|o| !o.is_function()) {
            let way = self.way(o.ty);
            let align = o.ty.as_abi().align(self.abi).max(16);
            return Ok(Target { here: o.addr, len: o.size, way: Some(way), align, writable: !o.read_only });
        }
        if state.tag(-1) == ffi::LUA_TUSERDATA {
            let (here, len) = (state.userdata(-1).cast::<u8>(), state.raw_len(-1));
            return Ok(Target { here, len, way: None, align: 16, writable: true });
        }
        fail(
            ErrorKind::ValueError,
            "an address of this process that belongs to no object: the library's process cannot reach it",
        )
    }

    fn add(&self, state: State, target: Target, root: c_int) -> Res<usize> {
        let (value, there) = target.way.as_ref().map_or((0, 0), |w| (w.from_size(), w.to_size()));
        let tail = target.len.saturating_sub(value);
        if let Some(copied) = self.take_retained(state, root, target.here)
            && copied.there_len() == there + tail
        {
            return Ok(self.push_copy(state, Copied { writable: target.writable, guest: false, ..copied }, root));
        }
        let span = self.bridge().arena_alloc(there + tail, target.align.min(4096)).map_err(failure)?;
        if target.way.as_ref().is_some_and(|way| !way.is_copy()) {
            // Padding holds what was there before.
            // SAFETY: the span has that many bytes, which nobody else uses.
            unsafe { span.local().as_ptr().write_bytes(0, there) };
        }
        let copied = Copied {
            here: target.here,
            span,
            way: target.way,
            tail,
            writable: target.writable,
            guest: false,
            left: false,
        };
        Ok(self.push_copy(state, copied, root))
    }

    /// Makes a copy one of the innermost call's; it is filled before the other side runs.
    pub(super) fn push_copy(&self, state: State, copied: Copied, root: c_int) -> usize {
        let root = state.abs(root);
        let mut copies = self.copies.borrow_mut();
        let index = copies.all.len();
        copies.by_here.insert(copied.here as usize, index);
        copies.by_there.insert(copied.span.remote(), index);
        copies.all.push(copied);
        drop(copies);
        state.push_ref(self.roots.get());
        state.push_value(root);
        state.raw_seti(-2, index as i64 + 1);
        state.pop(1);
        index
    }

    /// The process that had the copies is gone: those of calls that it was in the middle of are nobody's any more.
    pub(super) fn leave_copies(&self) {
        let mut copies = self.copies.borrow_mut();
        copies.by_here.clear();
        copies.by_there.clear();
        for copied in &mut copies.all {
            (copied.writable, copied.left) = (false, true);
        }
    }

    /// Whether the object at that address has a copy now.
    pub(super) fn has_copy(&self, here: usize) -> bool {
        self.copies.borrow().by_here.contains_key(&here)
    }

    /// How many copies there are: where a call's own begin.
    pub(super) fn mark(&self) -> usize {
        self.copies.borrow().all.len()
    }

    /// Fills the copies that are new, and those that filling them makes.
    pub(super) fn send_new(&self, state: State) -> Res<()> {
        loop {
            let index = {
                let mut copies = self.copies.borrow_mut();
                let index = copies.filled;
                if index >= copies.all.len() {
                    return Ok(());
                }
                copies.filled += 1;
                index
            };
            self.send_or_leave(state, index)?;
        }
    }

    /// Makes a copy equal to its object. One that only takes part in the call is left alone from now on where that cannot be:
    /// it is not the call's fault.
    fn send_or_leave(&self, state: State, index: usize) -> Res<()> {
        let top = state.top();
        let sent = self.send_one(state, index);
        if sent.is_err()
            && let Some(copied) = self.copies.borrow_mut().all.get_mut(index).filter(|copied| copied.guest)
        {
            (copied.writable, copied.left) = (false, true);
            state.set_top(top);
            return Ok(());
        }
        sent
    }

    /// Makes the small copies equal to their objects, before the other side runs on.
    pub(super) fn send_changed(&self, state: State) -> Res<()> {
        self.bring_back(state);
        let filled = self.copies.borrow().filled;
        for index in 0..filled {
            if self.is_small(index) {
                self.send_or_leave(state, index)?;
            }
        }
        self.send_new(state)
    }

    /// Makes the objects equal to their small copies, after the other side has run and before Lua does.
    pub(super) fn receive_changed(&self, state: State) -> Res<()> {
        for index in 0..self.mark() {
            if self.is_small(index) {
                self.receive_one(state, index)?;
            }
        }
        Ok(())
    }

    fn is_small(&self, index: usize) -> bool {
        self.copies.borrow().all.get(index).is_some_and(|c| c.writable && c.is_small())
    }

    /// Ends a call: its objects are made equal to their copies, which go.
    pub(super) fn finish(&self, state: State, mark: usize) -> Res<()> {
        let mut done = Ok(());
        for index in mark..self.mark() {
            let writable = self.copies.borrow().all[index].writable;
            if writable && done.is_ok() {
                done = self.receive_one(state, index);
            }
        }
        done
    }

    /// Gives the copies from `mark` on back; small ones of objects stay for a while longer.
    pub(super) fn forget(&self, state: State, mark: usize) {
        if self.mark() <= mark {
            return;
        }
        state.push_ref(self.roots.get());
        loop {
            let mut copies = self.copies.borrow_mut();
            if copies.all.len() <= mark {
                copies.filled = copies.filled.min(mark);
                break;
            }
            let Some(copied) = copies.all.pop() else { break };
            copies.by_here.remove(&(copied.here as usize));
            copies.by_there.remove(&copied.span.remote());
            let index = copies.all.len();
            drop(copies);
            state.raw_geti(-1, index as i64 + 1);
            self.retain(state, copied);
            state.push_nil();
            state.raw_seti(-2, index as i64 + 1);
        }
        state.pop(1);
    }

    fn send_one(&self, state: State, index: usize) -> Res<()> {
        let Some((sides, way, tail, len)) = self.parts(index) else { return Ok(()) };
        // SAFETY: both tails have `len` bytes: the object's memory, kept by the table of roots, and the span.
        unsafe { std::ptr::copy_nonoverlapping(tail.here, tail.there, len) };
        let Some(way) = way else { return Ok(()) };
        self.with_root(state, index, |crossing| {
            // SAFETY: the root is an object of the type that `way` was compiled from; the span has its other size.
            unsafe { send(way.steps(), sides, crossing) }
        })
    }

    fn receive_one(&self, state: State, index: usize) -> Res<()> {
        let Some((sides, way, tail, len)) = self.parts(index) else { return Ok(()) };
        // SAFETY: as in `send_one`.
        unsafe { copy_changed(tail, len) };
        let Some(way) = way else { return Ok(()) };
        self.with_root(state, index, |crossing| {
            // SAFETY: as in `send_one`.
            unsafe { receive(way.steps(), sides, crossing) }
        })
    }

    #[allow(clippy::type_complexity, reason = "taken apart at once by its two callers")]
    fn parts(&self, index: usize) -> Option<(Sides, Option<Rc<Transfer>>, Sides, usize)> {
        let copies = self.copies.borrow();
        let copied = copies.all.get(index)?;
        let (here, there) = copied.tail_sides();
        let value = Sides { here: copied.here, there: copied.span.local().as_ptr() };
        Some((value, copied.way.clone(), Sides { here, there }, copied.tail))
    }

    fn with_root(&self, state: State, index: usize, f: impl FnOnce(&mut Crossing) -> Res<()>) -> Res<()> {
        state.push_ref(self.roots.get());
        state.raw_geti(-1, index as i64 + 1);
        let object = state.abs(-1);
        let done = f(&mut Crossing { state, session: self, object });
        if done.is_ok() {
            state.set_top(object - 2);
        }
        done
    }

    /// The copy that the other side's address lies in.
    fn copy_with(&self, there: u64) -> Option<usize> {
        let copies = self.copies.borrow();
        let (_, &index) = copies.by_there.range(..=there).next_back()?;
        let copied = &copies.all[index];
        (there - copied.span.remote() < copied.there_len() as u64 && index < copies.filled).then_some(index)
    }

    /// Makes the copy at an address of the other side equal to its object, before Lua reads the copy.
    pub(super) fn refresh_copy(&self, state: State, there: u64) -> Res<()> {
        match self.copy_with(there) {
            Some(index) if self.is_small(index) => self.send_one(state, index),
            _ => Ok(()),
        }
    }

    /// Makes the object equal to the copy at an address of the other side, which Lua has written to.
    pub(super) fn refresh_object(&self, state: State, there: u64) -> Res<()> {
        match self.copy_with(there) {
            Some(index) if self.is_small(index) => self.receive_one(state, index),
            _ => Ok(()),
        }
    }

    /// The address on the other side of the copy that has the memory at `p`, if there is one.
    pub(super) fn address_in_copy(&self, p: *const u8) -> Option<u64> {
        let copies = self.copies.borrow();
        let (_, &index) = copies.by_here.range(..=p as usize).next_back()?;
        let copied = &copies.all[index];
        let offset = (p as usize).checked_sub(copied.here as usize).filter(|o| *o <= copied.here_len())?;
        copied.there_at(offset).map(|offset| copied.span.remote() + offset as u64)
    }

    /// What the other side's address means here, when it lies in a copy: the object's own address. Pushes what keeps it.
    pub(super) fn address_in_object(&self, state: State, there: u64, wanted: Wanted) -> Option<u64> {
        let (index, here) = {
            let copies = self.copies.borrow();
            let (_, &index) = copies.by_there.range(..=there).next_back()?;
            let copied = &copies.all[index];
            if !matches!(wanted, Wanted::Any) && !copied.is_small() {
                return None;
            }
            let offset = usize::try_from(there - copied.span.remote()).ok().filter(|o| *o <= copied.there_len())?;
            (index, copied.here as u64 + copied.here_at(offset)? as u64)
        };
        state.push_ref(self.roots.get());
        state.raw_geti(-1, index as i64 + 1);
        state.remove(-2);
        if let Wanted::Pointee(ty) = wanted
            && !state.object(-1).is_some_and(|o| may_be(o, ty, here as usize))
        {
            state.pop(1);
            return None;
        }
        if state.object(-1).is_some() {
            state.push_anchor(-1);
            state.remove(-2);
        }
        Some(here)
    }
}
