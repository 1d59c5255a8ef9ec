//! Values carried between this process's memory and the other side's copy of them, along a `Transfer`'s steps.
//!
//! `here` is memory with this process's layout, `there` memory (also mapped here) with the other side's.

use moonglue_abi::{BitSpot, Place, Step};
use moonglue_ffi::scalar::{
    BitField, load_int, load_int_swapped, load_uint, load_uint_swapped, store_int, store_int_swapped,
};

use super::overlay::Overlay;
use super::unions::Union;
use super::word::BridgeNumber;
use crate::lua::error::{Kind, Res, fail};

/// Large copies are compared piece by piece, so that what did not change is not written.
const PIECE: usize = 1 << 16;

/// What becomes of the addresses in the values.
pub(super) trait Words {
    /// What the word in the slot at `slot` is on the other side.
    fn outgoing(&mut self, slot: *const u8, word: u64) -> Res<u64>;

    /// Whether the word in the slot at `slot` is known to be an address rather than a number in the same place.
    fn is_address(&mut self, slot: *const u8, word: u64) -> bool;

    /// Puts what the other side's word `there` means into the slot at `slot`.
    fn incoming(&mut self, slot: *mut u8, there: u64) -> Res<()>;

    /// Bytes of an address on the other side.
    fn pointer_size(&self) -> usize;

    /// Which process the other side is.
    fn process(&self) -> BridgeNumber;

    /// What is known of the union of `size` bytes at `slot`.
    fn overlay(&self, slot: *const u8, size: usize) -> Option<Overlay>;

    /// The union at `slot` came from the other side, where it has the bytes `there`; here it has been given those of `here`.
    fn came(&mut self, slot: *mut u8, here: Vec<u8>, there: Vec<u8>);

    /// Puts what the other side's word `there` means into the slot at `slot` if it is the address of something of this
    /// process's; whether it was.
    fn incoming_own(&mut self, slot: *mut u8, there: u64) -> Res<bool>;
}

/// The memory of one value on both sides.
#[derive(Clone, Copy)]
pub(super) struct Sides {
    pub(super) here: *mut u8,
    pub(super) there: *mut u8,
}

impl Sides {
    fn at(self, place: Place) -> Sides {
        Sides { here: self.here.wrapping_add(place.from), there: self.there.wrapping_add(place.to) }
    }
}

/// Makes the other side's copy what the value is here.
///
/// # Safety
/// `sides` has a whole value of the type that the steps were compiled from, readable here and writable there; what
/// `words` does leaves both in place.
pub(super) unsafe fn send(steps: &[Step], sides: Sides, words: &mut dyn Words) -> Res<()> {
    for step in steps {
        // SAFETY: this function's contract: every place a step names lies inside the value.
        unsafe { send_step(step, sides, words)? };
    }
    Ok(())
}

/// # Safety
/// As for [`send`].
unsafe fn send_step(step: &Step, sides: Sides, words: &mut dyn Words) -> Res<()> {
    // SAFETY (of all below): the contract of `send`.
    match step {
        Step::Copy { at, len } => {
            let Sides { here, there } = sides.at(*at);
            // SAFETY: see above; the two sides are different memory.
            unsafe { std::ptr::copy_nonoverlapping(here, there, *len) };
        }
        Step::Integer { at, from_size, to_size, signed, swapped } => {
            let Sides { here, there } = sides.at(*at);
            // SAFETY: see above.
            let v = unsafe { load(here, *from_size, *signed, *swapped) };
            let v = narrow(v, u32::from(*to_size) * 8, *signed)?;
            // SAFETY: see above.
            unsafe { store(there, *to_size, v, *swapped) };
        }
        Step::Pointer { at } => {
            let Sides { here, there } = sides.at(*at);
            // SAFETY: see above.
            let word = unsafe { here.cast::<u64>().read_unaligned() };
            let word = words.outgoing(here, word)?;
            // SAFETY: see above.
            unsafe { store_int(there, words.pointer_size(), word) };
        }
        Step::Bits { at, from, to, signed, swapped } => {
            let Sides { here, there } = sides.at(*at);
            // SAFETY: see above.
            let v = unsafe { bits(from, *signed, *swapped).load(here) };
            let v = narrow(v, to.width.into(), *signed)?;
            // SAFETY: see above.
            unsafe { bits(to, *signed, *swapped).store(there, v) };
        }
        Step::Union { at, from_size, to_size, pointer, members } => {
            let union = Union { from_size: *from_size, to_size: *to_size, pointer: *pointer, members };
            // SAFETY: see above: the union lies inside the value.
            unsafe { union.send(sides.at(*at), words)? };
        }
        Step::Repeat { at, count, stride, steps } => {
            for n in 0..*count {
                let item = Place { from: at.from + n * stride.from, to: at.to + n * stride.to };
                // SAFETY: see above: the item lies inside the array.
                unsafe { send(steps, sides.at(item), words)? };
            }
        }
    }
    Ok(())
}

/// Makes the value here what the other side's copy has become. What is the same is not touched.
///
/// # Safety
/// `sides` has a whole value of the type that the steps were compiled from, writable here and readable there; what `words`
/// does leaves both in place.
pub(super) unsafe fn receive(steps: &[Step], sides: Sides, words: &mut dyn Words) -> Res<()> {
    for step in steps {
        // SAFETY: this function's contract: every place a step names lies inside the value.
        unsafe { receive_step(step, sides, words)? };
    }
    Ok(())
}

/// # Safety
/// As for [`receive`].
unsafe fn receive_step(step: &Step, sides: Sides, words: &mut dyn Words) -> Res<()> {
    // SAFETY (of all below): the contract of `receive`.
    match step {
        Step::Copy { at, len } => {
            // SAFETY: see above.
            unsafe { copy_changed(sides.at(*at), *len) };
        }
        Step::Integer { at, from_size, to_size, signed, swapped } => {
            let Sides { here, there } = sides.at(*at);
            // SAFETY: see above.
            let (old, new) =
                unsafe { (load(here, *from_size, *signed, *swapped), load(there, *to_size, *signed, *swapped)) };
            let mask = u64::MAX >> (64 - u32::from(*to_size.min(from_size)) * 8);
            // The same when it would be sent as it came: an unsigned value may sit in a signed type.
            if old & mask != new & mask || narrow(old, u32::from(*to_size) * 8, *signed).is_err() {
                let new = narrow(new, u32::from(*from_size) * 8, *signed)?;
                // SAFETY: see above.
                unsafe { store(here, *from_size, new, *swapped) };
            }
        }
        Step::Pointer { at } => {
            let Sides { here, there } = sides.at(*at);
            // SAFETY: see above.
            let (word, new) = unsafe { (here.cast::<u64>().read_unaligned(), load_uint(there, words.pointer_size())) };
            // What cannot be sent has been overwritten.
            if words.outgoing(here, word).ok() != Some(new) {
                words.incoming(here, new)?;
            }
        }
        Step::Bits { at, from, to, signed, swapped } => {
            let Sides { here, there } = sides.at(*at);
            let from = bits(from, *signed, *swapped);
            // SAFETY: see above.
            let (old, new) = unsafe { (from.load(here), bits(to, *signed, *swapped).load(there)) };
            if old != new {
                // SAFETY: see above.
                unsafe { from.store(here, new) };
            }
        }
        Step::Union { at, from_size, to_size, pointer, members } => {
            let union = Union { from_size: *from_size, to_size: *to_size, pointer: *pointer, members };
            // SAFETY: see above: the union lies inside the value.
            unsafe { union.receive(sides.at(*at), words)? };
        }
        Step::Repeat { at, count, stride, steps } => {
            for n in 0..*count {
                let item = Place { from: at.from + n * stride.from, to: at.to + n * stride.to };
                // SAFETY: see above: the item lies inside the array.
                unsafe { receive(steps, sides.at(item), words)? };
            }
        }
    }
    Ok(())
}

/// Brings back what the other side has changed; what is equal is not written.
///
/// # Safety
/// `len` bytes on both sides.
pub(super) unsafe fn copy_changed(sides: Sides, len: usize) {
    for start in (0..len).step_by(PIECE) {
        let n = PIECE.min(len - start);
        let (here, there) = (sides.here.wrapping_add(start), sides.there.wrapping_add(start));
        // SAFETY: within the `len` bytes that the caller vouches for; the two sides are different memory. What C changes
        // meanwhile in another thread is its own race.
        unsafe {
            if libc::memcmp(here.cast(), there.cast(), n) != 0 {
                std::ptr::copy_nonoverlapping(there, here, n);
            }
        }
    }
}

/// The place of a bit field as it is read and written.
pub(crate) fn bits(spot: &BitSpot, signed: bool, swapped: bool) -> BitField {
    BitField { offset: 0, size: spot.size, bit_offset: spot.bit_offset, width: spot.width, signed, swapped }
}

/// The low bits of `v`, refused when it fits neither the signed nor the unsigned range of `bits` bits.
pub(super) fn narrow(v: u64, bits: u32, signed: bool) -> Res<u64> {
    if bits >= 64 {
        return Ok(v);
    }
    let value = if signed { i128::from(v as i64) } else { i128::from(v) };
    if value < -(1i128 << (bits - 1)) || value >= 1i128 << bits {
        return fail(Kind::OverflowError, format_args!("{value} does not fit the {bits} bits it has in the library"));
    }
    Ok(v)
}

/// An integer of that many bytes.
///
/// # Safety
/// `size` readable bytes at `at`.
pub(crate) unsafe fn load(at: *const u8, size: u8, signed: bool, swapped: bool) -> u64 {
    let size = usize::from(size);
    // SAFETY: this function's contract.
    unsafe {
        match (signed, swapped) {
            (true, false) => load_int(at, size) as u64,
            (false, false) => load_uint(at, size),
            (true, true) => load_int_swapped(at, size) as u64,
            (false, true) => load_uint_swapped(at, size),
        }
    }
}

/// The reverse of [`load`].
///
/// # Safety
/// `size` writable bytes at `at`.
pub(crate) unsafe fn store(at: *mut u8, size: u8, v: u64, swapped: bool) {
    let size = usize::from(size);
    // SAFETY: this function's contract.
    unsafe { if swapped { store_int_swapped(at, size, v) } else { store_int(at, size, v) } }
}
