//! Unions whose members do not lie alike on both sides.

use std::sync::Arc;

use moonglue_abi::Step;
use moonglue_ffi::scalar::{load_uint, store_int};

use super::carry::{Sides, Words, send};
use super::overlay::Use;
use crate::lua::error::{Kind, Res, fail};

/// A union's step.
pub(super) struct Union<'a> {
    pub(super) from_size: usize,
    pub(super) to_size: usize,
    /// Whether one of its members is an address at its start.
    pub(super) pointer: bool,
    /// The steps of each member.
    pub(super) members: &'a [Arc<[Step]>],
}

impl Union<'_> {
    /// Makes the other side's copy what the union is here.
    ///
    /// # Safety
    /// As for [`send`], with `sides` the union's own.
    pub(super) unsafe fn send(&self, sides: Sides, words: &mut dyn Words) -> Res<()> {
        // SAFETY: this function's contract.
        let current = unsafe { std::slice::from_raw_parts(sides.here, self.from_size) }.to_vec();
        let Some(known) = words.overlay(sides.here, self.from_size) else {
            // SAFETY: this function's contract.
            return unsafe { self.send_unknown(sides, words) };
        };
        let unchanged = known.here == current;
        let came = known.there.as_ref().filter(|(_, there)| there.len() == self.to_size);
        let own = came.filter(|(number, _)| *number == words.process());
        if own.is_none() && came.is_some() && unchanged && known.uses.is_empty() && self.pointer {
            return fail(
                Kind::ValueError,
                "a union that came from another process: nothing says whether it holds one of its addresses",
            );
        }
        let (open, written): (Vec<Use>, Vec<Use>) = known.uses.iter().partition(|used| used.open);
        let all = open.iter().rev().chain(&written);
        let order: Vec<u16> = match open.first() {
            // What it was over there is known, and what was written since.
            _ if unchanged && own.is_some() => written.iter().map(|used| used.index).collect(),
            // Somebody has written to a part of a member.
            Some(latest) if !unchanged => {
                all.filter(|used| *used != latest).chain([latest]).map(|used| used.index).collect()
            }
            _ => all.map(|used| used.index).collect(),
        };
        if order.is_empty() && !(unchanged && own.is_some()) {
            // SAFETY: this function's contract.
            return unsafe { self.send_unknown(sides, words) };
        }
        // SAFETY: this function's contract: `to_size` bytes there.
        let there = unsafe { std::slice::from_raw_parts_mut(sides.there, self.to_size) };
        match own {
            Some((_, bytes)) => there.copy_from_slice(bytes),
            None => there.fill(0),
        }
        let mut done = Ok(());
        for steps in order.iter().filter_map(|&index| self.members.get(usize::from(index))) {
            // Only the last has to make sense: it has overwritten the others.
            // SAFETY: this function's contract: members lie inside the union.
            done = unsafe { send(steps, sides, words) };
        }
        done
    }

    /// The same when nothing is known but the bytes.
    ///
    /// # Safety
    /// As for [`Union::send`].
    unsafe fn send_unknown(&self, sides: Sides, words: &mut dyn Words) -> Res<()> {
        let Sides { here, there } = sides;
        // SAFETY: see above: a union with a pointer has at least a word.
        let word = if self.pointer { unsafe { here.cast::<u64>().read_unaligned() } } else { 0 };
        if self.pointer && words.is_address(here, word) {
            let word = words.outgoing(here, word)?;
            // SAFETY: see above.
            unsafe { store_int(there, words.pointer_size(), word) };
            return Ok(());
        }
        // SAFETY: see above.
        let bytes = unsafe { std::slice::from_raw_parts(here, self.from_size) };
        let (kept, cut) = bytes.split_at(self.from_size.min(self.to_size));
        if !cut.iter().all(|&b| b == 0) && !cut.iter().all(|&b| b == 0xff) {
            return fail(
                Kind::OverflowError,
                format_args!(
                    "the {} bytes of a union do not fit the {} it has in the library",
                    self.from_size, self.to_size
                ),
            );
        }
        // SAFETY: see above; the two sides are different memory.
        unsafe { std::ptr::copy_nonoverlapping(kept.as_ptr(), there, kept.len()) };
        Ok(())
    }

    /// Makes the union here what the other side's copy has become.
    ///
    /// # Safety
    /// As for `receive`, with `sides` the union's own.
    pub(super) unsafe fn receive(&self, sides: Sides, words: &mut dyn Words) -> Res<()> {
        let Sides { here, there } = sides;
        // SAFETY: this function's contract.
        let new = unsafe { std::slice::from_raw_parts(there, self.to_size) }.to_vec();
        let mut same = vec![0; self.to_size];
        // SAFETY: this function's contract, and memory of the size that a union has there.
        let sent = unsafe { self.send(Sides { here, there: same.as_mut_ptr() }, words) };
        if sent.is_ok() && same == new {
            return Ok(());
        }
        let size = self.from_size.min(self.to_size);
        let mut bytes = vec![0; self.from_size];
        bytes[..size].copy_from_slice(&new[..size]);
        if self.pointer {
            // SAFETY: a union with a pointer has one's bytes there.
            let word = unsafe { load_uint(there, words.pointer_size()) };
            // The address of something of this process is one, whatever else it could be.
            if words.incoming_own(here, word)? {
                return Ok(());
            }
        }
        // SAFETY: this function's contract.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), here, bytes.len()) };
        words.came(here, bytes, new);
        Ok(())
    }
}
