//! What is known of unions that cross, beyond their bytes.
//!
//! Nothing in a union says which of its members is in use; where they do not lie alike on both sides its bytes alone cannot be
//! carried over. So what a script does with one is noted beside the object: which members it wrote or looked into, and for a
//! union that came from the other side the bytes that it had there, from which each member is read when it is asked for.

use std::ffi::c_int;

use super::carry::{Sides, Words, receive};
use super::crossing::Crossing;
use super::session::Session;
use super::word::{BridgeNumber, RemoteAddress, is_plain_number};
use crate::lua::ctype::TypeRef;
use crate::lua::error::Res;
use crate::lua::record::Field;
use crate::lua::state::State;
use moonglue_abi::Step;

/// A field that is a member of a union, or lies in one.
#[derive(Clone, Copy)]
pub(crate) struct UnionMember {
    pub(crate) union: TypeRef,
    /// Of the union, from the start of the record that the field is looked up in.
    pub(crate) offset: usize,
    /// Place among the union's own fields.
    pub(crate) index: u16,
    /// Whether the field is only a part of the member.
    pub(crate) part: bool,
}

/// A member that was used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Use {
    pub(super) index: u16,
    /// It was not written as a whole, but somebody may write to its parts.
    pub(super) open: bool,
}

/// What is known of one union.
#[derive(Default)]
pub(super) struct Overlay {
    /// Its bytes on the other side, and whose process that is.
    pub(super) there: Option<(BridgeNumber, Vec<u8>)>,
    /// Its bytes here when that was noted.
    pub(super) here: Vec<u8>,
    /// The members that were used: those looked into, the latest first; then those written, the latest last.
    pub(super) uses: Vec<Use>,
}

const OPEN: u16 = 1 << 15;

impl Overlay {
    /// What is noted of the union at `addr` inside the object at `i`, which has `size` bytes.
    pub(super) fn of(state: State, i: c_int, addr: *const u8, size: usize) -> Option<Overlay> {
        state.push_note(i, addr);
        let overlay = state.bytes(-1).and_then(Overlay::decode).filter(|overlay| overlay.here.len() == size);
        state.pop(1);
        overlay
    }

    /// Notes it.
    pub(super) fn put(&self, state: State, i: c_int, addr: *const u8) {
        state.push_bytes(&self.encode());
        state.note(i, addr);
    }

    fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(16 + self.here.len() * 2);
        let (number, there) = self.there.as_ref().map_or((0, &[][..]), |(number, there)| (*number, there));
        bytes.push(self.there.is_some().into());
        bytes.extend(number.to_le_bytes());
        for part in [there, &self.here] {
            bytes.extend((part.len() as u64).to_le_bytes());
            bytes.extend(part);
        }
        for used in &self.uses {
            bytes.extend((used.index | if used.open { OPEN } else { 0 }).to_le_bytes());
        }
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<Overlay> {
        let (&came, rest) = bytes.split_first()?;
        let (number, rest) = rest.split_first_chunk::<2>()?;
        let (there, rest) = part(rest)?;
        let (here, rest) = part(rest)?;
        let uses = rest.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        Some(Overlay {
            there: (came != 0).then(|| (BridgeNumber::from_le_bytes(*number), there.to_vec())),
            here: here.to_vec(),
            uses: uses.map(|used| Use { index: used & !OPEN, open: used & OPEN != 0 }).collect(),
        })
    }

    /// Whether the bytes over there still say all: nothing was written here since, as long as the bytes here are `current`.
    fn is_whole(&self, current: &[u8]) -> bool {
        self.here == current && self.uses.iter().all(|used| used.open)
    }

    /// A member is used from now on.
    fn mark(&mut self, used: Use) {
        self.uses.retain(|known| known.index != used.index);
        // What was only looked into gives way to what was written.
        if used.open { self.uses.insert(0, used) } else { self.uses.push(used) }
    }
}

/// Bytes that are preceded by their number, and what follows.
fn part(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_first_chunk::<8>()?;
    rest.split_at_checked(usize::try_from(u64::from_le_bytes(*len)).ok()?)
}

/// # Safety
/// The union's bytes are readable there.
unsafe fn bytes_of(union: TypeRef, start: *const u8) -> Vec<u8> {
    // SAFETY: this function's contract.
    unsafe { std::slice::from_raw_parts(start, union.size()) }.to_vec()
}

/// Reads a field of a union at `start` inside the object at `i`, where it has to be read from the bytes that the union had on
/// the other side; true: its value was pushed. Else the memory here is to be read as always.
#[cold]
pub(crate) fn push_member(state: State, field: &Field, member: &UnionMember, start: *mut u8, i: c_int) -> Res<bool> {
    let open = Use { index: member.index, open: true };
    let in_parts = member.part || (field.bits.is_none() && field.ty.is_aggregate());
    // SAFETY: the field's record has the union's bytes, which the caller may read.
    let current = unsafe { bytes_of(member.union, start) };
    let Some(mut overlay) = Overlay::of(state, i, start, current.len()) else {
        if in_parts {
            Overlay { there: None, here: current, uses: vec![open] }.put(state, i, start);
        }
        return Ok(false);
    };
    let Some((number, there)) = overlay.there.as_ref().filter(|_| overlay.is_whole(&current)) else {
        if in_parts {
            overlay.mark(open);
            overlay.put(state, i, start);
        }
        return Ok(false);
    };
    let Some(session) = member.union.context.session_of(*number) else { return Ok(false) };
    let way = session.way(member.union);
    let [Step::Union { members, .. }] = way.steps() else { return Ok(false) };
    let Some(steps) = members.get(usize::from(member.index)) else { return Ok(false) };
    let there = Sides { here: start, there: there.as_ptr().cast_mut() };
    let mut words = Then { crossing: Crossing { state, session: &session, object: i }, process: *number };
    if in_parts {
        if overlay.uses == [open] {
            return Ok(false);
        }
        // The memory becomes what this member is here.
        // SAFETY: the union's bytes, here and there; a member's steps stay inside them.
        unsafe {
            start.write_bytes(0, current.len());
            receive(steps, there, &mut words)?;
            overlay.here = bytes_of(member.union, start);
        }
        overlay.uses = vec![open];
        overlay.put(state, i, start);
        return Ok(false);
    }
    if field.bits.is_none() {
        let scratch = state.push_new(field.ty)?.addr;
        let object = state.abs(-1);
        words.crossing.object = object;
        // SAFETY: the new object has the member's bytes, and its steps begin at its start.
        unsafe { receive(steps, Sides { here: scratch, ..there }, &mut words)? };
        state.push_from(field.ty, scratch, Some(object))?;
        state.remove(object);
        return Ok(true);
    }
    let mut scratch = [0u128; 2];
    let here = scratch.as_mut_ptr().cast::<u8>();
    // SAFETY: a bit field's unit has at most nine bytes.
    unsafe { receive(steps, Sides { here, ..there }, &mut words)? };
    let Some(bits) = field.bits else { return Ok(false) };
    // SAFETY: as above.
    field.push_bits(state, unsafe { bits.load(here) } as i64);
    Ok(true)
}

/// Notes that a field of the union at `start` inside the object at `i` was written.
#[cold]
pub(crate) fn wrote_member(state: State, member: &UnionMember, start: *const u8, i: c_int) {
    // SAFETY: as in `push_member`.
    let current = unsafe { bytes_of(member.union, start) };
    let mut overlay = Overlay::of(state, i, start, current.len()).unwrap_or_default();
    overlay.mark(Use { index: member.index, open: false });
    overlay.here = current;
    overlay.put(state, i, start);
}

/// Words as they were in a process that may have ended since.
struct Then<'a> {
    crossing: Crossing<'a>,
    process: BridgeNumber,
}

impl Words for Then<'_> {
    fn outgoing(&mut self, slot: *const u8, word: u64) -> Res<u64> {
        self.crossing.outgoing(slot, word)
    }

    fn is_address(&mut self, slot: *const u8, word: u64) -> bool {
        self.crossing.is_address(slot, word)
    }

    fn incoming(&mut self, slot: *mut u8, there: u64) -> Res<()> {
        let session: &Session = self.crossing.session;
        if self.process == session.bridge().number() || is_plain_number(there, self.pointer_size()) {
            return self.crossing.incoming(slot, there);
        }
        let word = RemoteAddress { bridge: self.process, address: there }.word();
        // SAFETY: `receive`'s contract: the slot is inside the value.
        unsafe { slot.cast::<u64>().write_unaligned(word) };
        Ok(())
    }

    fn pointer_size(&self) -> usize {
        self.crossing.pointer_size()
    }

    fn process(&self) -> BridgeNumber {
        self.process
    }

    fn overlay(&self, slot: *const u8, size: usize) -> Option<Overlay> {
        self.crossing.overlay(slot, size)
    }

    fn came(&mut self, slot: *mut u8, here: Vec<u8>, there: Vec<u8>) {
        self.crossing.came(slot, here, there);
    }

    fn incoming_own(&mut self, slot: *mut u8, there: u64) -> Res<bool> {
        self.crossing.incoming_own(slot, there)
    }
}
