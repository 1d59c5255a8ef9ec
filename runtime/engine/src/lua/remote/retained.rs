//! Copies that outlive their call: C may have kept their addresses.
//!
//! The copy of a small object stays where it is for as long as the object lives, so that what C kept is still that object. The
//! last few are also made equal to their objects around each call, as if they had been passed: a context or a buffer that was
//! handed over once goes on being shared.

use std::cell::Cell;
use std::collections::VecDeque;
use std::ffi::c_int;

use rustc_hash::FxHashMap;

use super::copied::Copied;
use super::session::Session;
use crate::lua::state::State;

/// So many of them take part in every call.
const RECENT: usize = 8;

/// So many there are before those of dead objects are looked for.
const FIRST_SWEEP: usize = 64;

/// Copies without a call.
#[derive(Default)]
pub(super) struct Retained {
    /// By the address of the object; with the place of the object in the table of weak references.
    by_here: FxHashMap<usize, (Copied, i64)>,
    /// Addresses of the last ones, oldest first.
    recent: VecDeque<usize>,
    last: i64,
    sweep_at: usize,
}

impl Session {
    /// Takes charge of a copy whose call is over; its object is on the top (popped).
    pub(super) fn retain(&self, state: State, copied: Copied) {
        let worth_it = copied.way.is_some() && copied.is_small() && !copied.left;
        let worth_it = worth_it && !self.bridge().is_buried();
        if !worth_it || state.object(-1).is_none() {
            return state.pop(1);
        }
        let copied = Copied { guest: true, ..copied };
        let here = copied.here as usize;
        let mut retained = self.retained.borrow_mut();
        let place = retained.last + 1;
        retained.last = place;
        retained.recent.retain(|known| *known != here);
        retained.recent.push_back(here);
        if retained.recent.len() > RECENT {
            retained.recent.pop_front();
        }
        let before = retained.by_here.insert(here, (copied, place));
        let crowded = retained.by_here.len() > retained.sweep_at.max(FIRST_SWEEP);
        drop(retained);
        state.push_ref(weak_table(state, &self.weak_roots));
        state.push_value(-2);
        state.raw_seti(-2, place);
        if let Some((_, place)) = before {
            state.push_nil();
            state.raw_seti(-2, place);
        }
        state.pop(2);
        if crowded {
            self.sweep(state);
        }
    }

    /// The copy that the object at stack position `root`, with its memory at `here`, had in an earlier call.
    pub(super) fn take_retained(&self, state: State, root: c_int, here: *mut u8) -> Option<Copied> {
        let root = state.abs(root);
        let (copied, place) = self.retained.borrow_mut().by_here.remove(&(here as usize))?;
        state.push_ref(self.weak_roots.get());
        state.raw_geti(-1, place);
        let same = state.raw_equal(-1, root);
        state.push_nil();
        state.raw_seti(-3, place);
        state.pop(2);
        same.then_some(copied)
    }

    /// Has the last few take part in the call that is about to be made.
    pub(super) fn bring_back(&self, state: State) {
        let recent = {
            let retained = self.retained.borrow();
            if retained.recent.is_empty() {
                return;
            }
            let mut all = [0; RECENT];
            for (slot, here) in all.iter_mut().zip(&retained.recent) {
                *slot = *here;
            }
            all
        };
        for here in recent.into_iter().filter(|here| *here != 0) {
            if self.has_copy(here) {
                continue;
            }
            let Some(place) = self.retained.borrow().by_here.get(&here).map(|(_, place)| *place) else { continue };
            state.push_ref(self.weak_roots.get());
            state.raw_geti(-1, place);
            let alive = state.object(-1).is_some_and(|o| o.addr as usize == here);
            if alive {
                let root = state.abs(-1);
                if let Some(copied) = self.take_retained(state, root, here as *mut u8) {
                    self.push_copy(state, copied, root);
                }
            } else {
                self.retained.borrow_mut().by_here.remove(&here);
            }
            state.pop(2);
        }
    }

    /// Gives back the copies of objects that are gone.
    fn sweep(&self, state: State) {
        state.push_ref(self.weak_roots.get());
        let mut retained = self.retained.borrow_mut();
        retained.by_here.retain(|here, (_, place)| {
            state.raw_geti(-1, *place);
            let alive = state.object(-1).is_some_and(|o| o.addr as usize == *here);
            state.pop(1);
            alive
        });
        retained.sweep_at = retained.by_here.len() * 2;
        drop(retained);
        state.pop(1);
    }

    /// The process that had the copies is gone.
    pub(super) fn forget_retained(&self) {
        let mut retained = self.retained.borrow_mut();
        retained.by_here.clear();
        retained.recent.clear();
    }
}

/// The reference of the table of weak references, made on first use.
fn weak_table(state: State, reference: &Cell<c_int>) -> c_int {
    if reference.get() == 0 {
        state.new_table(0, 0);
        state.new_table(0, 1);
        state.push_str("v");
        state.set_raw_field(-2, "__mode");
        state.set_metatable(-2);
        reference.set(state.make_ref());
    }
    reference.get()
}
