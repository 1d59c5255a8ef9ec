//! Objects on their way: what `carry` asks about the addresses in them.

use std::ffi::c_int;

use super::carry::Words;
use super::overlay::Overlay;
use super::session::Session;
use super::word::BridgeNumber;
use crate::lua::ctype::{Kind, TypeRef};
use crate::lua::error::Res;
use crate::lua::object::CData;
use crate::lua::state::State;

/// What an address from the other side is to be here.
#[derive(Clone, Copy)]
pub(super) enum Wanted {
    /// Whatever lies there.
    Any,
    /// An address for a callback, whose call is not over: of a small copy that holds a value of that type, if of any.
    Pointee(TypeRef),
    /// The same where the type is not known: none of an object's.
    Nothing,
}

/// Whether the memory of `o` at `here` may be read as a `ty`: C may be wrong about what it points at, and addresses must not
/// be read out of what are none.
pub(super) fn may_be(o: &CData, ty: TypeRef, here: usize) -> bool {
    let offset = here.wrapping_sub(o.addr as usize);
    let fits = offset.checked_add(ty.size()).is_some_and(|end| end <= o.size);
    if !ty.holds_pointers.get() {
        return fits;
    }
    fits && match o.ty.kind {
        Kind::Array(elem, _) if elem.is(ty) => offset.is_multiple_of(ty.size().max(1)),
        _ => offset == 0 && o.ty.derives_from(ty),
    }
}

/// The objects on their way: implements what `carry` asks about addresses.
pub(super) struct Crossing<'a> {
    pub(super) state: State,
    pub(super) session: &'a Session,
    /// Stack position of the object that the slots belong to; 0 for values that belong to none.
    pub(super) object: c_int,
}

impl Words for Crossing<'_> {
    fn outgoing(&mut self, slot: *const u8, word: u64) -> Res<u64> {
        if word == 0 {
            return Ok(0);
        }
        self.push_owner(slot, word);
        let owner = self.state.abs(-1);
        let there = self.session.outgoing(self.state, word, owner);
        self.state.set_top(owner - 1);
        there
    }

    fn is_address(&mut self, slot: *const u8, word: u64) -> bool {
        if super::word::is_remote(word) {
            return true;
        }
        self.push_owner(slot, word);
        let owned = !self.state.is_nil(-1);
        self.state.pop(1);
        owned
    }

    fn incoming(&mut self, slot: *mut u8, there: u64) -> Res<()> {
        let word = self.session.incoming(self.state, there, Wanted::Any);
        if self.object != 0 {
            self.state.set_aside(self.object, slot);
            self.state.keep(self.object, slot);
        } else {
            self.state.pop(1);
        }
        // SAFETY: `receive`'s contract: the slot is inside the value.
        unsafe { slot.cast::<u64>().write_unaligned(word) };
        Ok(())
    }

    fn pointer_size(&self) -> usize {
        self.session.abi.pointer_size()
    }

    fn process(&self) -> BridgeNumber {
        self.session.bridge().number()
    }

    fn overlay(&self, slot: *const u8, size: usize) -> Option<Overlay> {
        if self.object == 0 { None } else { Overlay::of(self.state, self.object, slot, size) }
    }

    fn came(&mut self, slot: *mut u8, here: Vec<u8>, there: Vec<u8>) {
        if self.object != 0 {
            let there = Some((self.process(), there));
            Overlay { there, here, uses: Vec::new() }.put(self.state, self.object, slot);
        }
    }

    fn incoming_own(&mut self, slot: *mut u8, there: u64) -> Res<bool> {
        let own = self.session.address_in_object(self.state, there, Wanted::Any).is_some();
        if own {
            self.state.pop(1);
            self.incoming(slot, there)?;
            if self.object != 0 {
                self.state.push_nil();
                self.state.note(self.object, slot);
            }
        }
        Ok(own)
    }
}

impl Crossing<'_> {
    pub(super) fn push_owner(&self, slot: *const u8, word: u64) {
        if self.object == 0 {
            self.state.push_nil();
        } else {
            self.state.push_keeper(self.object, slot, word as *const u8);
        }
    }
}
