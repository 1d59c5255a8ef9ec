//! One object and its copy in shared memory.

use std::rc::Rc;

use moonglue_abi::Transfer;

use crate::remote::Span;

/// Copies of up to this many bytes are made equal around callbacks too, and stay while their objects live.
const SMALL: usize = 1 << 16;

/// One object and its copy.
pub(super) struct Copied {
    pub(super) here: *mut u8,
    pub(super) span: Span,
    /// How the value changes on the way; bytes without a type are the same on both sides.
    pub(super) way: Option<Rc<Transfer>>,
    /// Bytes behind the value that are the same on both sides: an object that was resized, or bytes without a type.
    pub(super) tail: usize,
    pub(super) writable: bool,
    /// It takes part in a call that its object is no argument of.
    pub(super) guest: bool,
    /// It could not be made equal to its object any more.
    pub(super) left: bool,
}

impl Copied {
    pub(super) fn here_len(&self) -> usize {
        self.way.as_ref().map_or(0, |w| w.from_size()) + self.tail
    }

    pub(super) fn there_len(&self) -> usize {
        self.way.as_ref().map_or(0, |w| w.to_size()) + self.tail
    }

    /// The offset over there of what is at `offset` here.
    pub(super) fn there_at(&self, offset: usize) -> Option<usize> {
        let value = self.way.as_ref().map_or(0, |w| w.from_size());
        match &self.way {
            Some(way) if offset <= value => way.offset_at(offset),
            Some(way) => Some(way.to_size() + (offset - value)),
            None => Some(offset),
        }
    }

    /// The offset here of what is at `offset` over there.
    pub(super) fn here_at(&self, offset: usize) -> Option<usize> {
        let value = self.way.as_ref().map_or(0, |w| w.to_size());
        match &self.way {
            Some(way) if offset <= value => way.offset_back(offset),
            Some(way) => Some(way.from_size() + (offset - value)),
            None => Some(offset),
        }
    }

    pub(super) fn tail_sides(&self) -> (*mut u8, *mut u8) {
        let (from, to) = self.way.as_ref().map_or((0, 0), |w| (w.from_size(), w.to_size()));
        (self.here.wrapping_add(from), self.span.local().as_ptr().wrapping_add(to))
    }

    /// Whether it is made equal to its object around callbacks too.
    pub(super) fn is_small(&self) -> bool {
        self.here_len() <= SMALL
    }
}
