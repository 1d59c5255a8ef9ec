//! The steps that carry a value over.

use std::sync::Arc;

use crate::{Abi, Type};

use super::compile::steps_of;

/// The way of a type's values from one target to another: what to do with which bytes, compiled once for a pair of targets.
///
/// Whoever has the bytes follows the [`steps`](Transfer::steps); going back follows them in the other direction. Bytes
/// that no step names are padding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    steps: Arc<[Step]>,
    from_size: usize,
    to_size: usize,
}

/// Where the same thing is on both sides: byte offsets from the start of the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// On the target it comes from.
    pub from: usize,
    /// On the target it goes to.
    pub to: usize,
}

/// The place of a bit field within its storage unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BitSpot {
    /// Of the unit, in bytes, 1 to 9.
    pub size: u8,
    /// From the unit's least significant bit.
    pub bit_offset: u8,
    /// In bits.
    pub width: u8,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The same bytes on both sides.
    Copy {
        /// Where.
        at: Place,
        /// How many bytes.
        len: usize,
    },
    /// An integer of different widths.
    Integer {
        /// Where.
        at: Place,
        /// Bytes on the one side.
        from_size: u8,
        /// Bytes on the other.
        to_size: u8,
        /// Whether widening extends the sign.
        signed: bool,
        /// Whether its bytes are in the order that is not the targets'.
        swapped: bool,
    },
    /// An address, which means something on one side only.
    Pointer {
        /// Where.
        at: Place,
    },
    /// A bit field whose storage differs.
    Bits {
        /// Where the units are.
        at: Place,
        /// Within the unit on the one side.
        from: BitSpot,
        /// Within the unit on the other.
        to: BitSpot,
        /// Whether widening extends the sign.
        signed: bool,
        /// Whether the unit's bytes are in the order that is not the targets'.
        swapped: bool,
    },
    /// A union whose members do not all lie alike: nothing says which one is in use.
    Union {
        /// Where.
        at: Place,
        /// Its bytes on the one side.
        from_size: usize,
        /// Its bytes on the other.
        to_size: usize,
        /// Whether one of its members is an address at its start.
        pointer: bool,
        /// What to do with each member where that is the one in use, offsets counted from the union's start. Those of a base
        /// come last, as one.
        members: Arc<[Arc<[Step]>]>,
    },
    /// The items of an array.
    Repeat {
        /// Where the first one is.
        at: Place,
        /// How many there are.
        count: usize,
        /// From one to the next.
        stride: Place,
        /// What to do with each, offsets counted from its start.
        steps: Arc<[Step]>,
    },
}

impl Step {
    pub(super) fn at_mut(&mut self) -> &mut Place {
        match self {
            Step::Copy { at, .. }
            | Step::Integer { at, .. }
            | Step::Pointer { at }
            | Step::Bits { at, .. }
            | Step::Union { at, .. }
            | Step::Repeat { at, .. } => at,
        }
    }
}

impl Transfer {
    /// Compiles the way of `ty`'s values between two targets.
    pub fn new(ty: &Type, from: Abi, to: Abi) -> Transfer {
        Transfer { steps: steps_of(ty, from, to).into(), from_size: ty.size(from), to_size: ty.size(to) }
    }

    /// The steps, in ascending order of offsets but for unions.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The value's size where it comes from, in bytes.
    pub fn from_size(&self) -> usize {
        self.from_size
    }

    /// The value's size where it goes to, in bytes.
    pub fn to_size(&self) -> usize {
        self.to_size
    }

    /// Whether both sides have the same bytes: no address is among them, and nothing lies elsewhere.
    pub fn is_copy(&self) -> bool {
        self.from_size == self.to_size
            && match &*self.steps {
                [] => true,
                [Step::Copy { at, len }] => at.from == 0 && at.to == 0 && *len <= self.from_size,
                _ => false,
            }
    }

    /// Where what is at `offset` in the value lies on the other side: the item or field that holds it, and as far into
    /// that. Nothing for padding and beyond the end; the end itself leads to the end.
    pub fn offset_at(&self, offset: usize) -> Option<usize> {
        if offset == self.from_size { Some(self.to_size) } else { find(&self.steps, offset, Way::Forth) }
    }

    /// The reverse of [`offset_at`](Transfer::offset_at): from the other side's offset to the one here.
    pub fn offset_back(&self, offset: usize) -> Option<usize> {
        if offset == self.to_size { Some(self.from_size) } else { find(&self.steps, offset, Way::Back) }
    }
}

/// Which side an offset is looked up on.
#[derive(Clone, Copy)]
enum Way {
    Forth,
    Back,
}

impl Way {
    fn seen(self, at: Place) -> Place {
        match self {
            Way::Forth => at,
            Way::Back => Place { from: at.to, to: at.from },
        }
    }
}

/// The offset on the one side of what `steps` have at `offset` on the other.
fn find(steps: &[Step], offset: usize, way: Way) -> Option<usize> {
    steps.iter().find_map(|step| {
        let within = |at: Place, len: usize| {
            let at = way.seen(at);
            (at.from..at.from + len).contains(&offset).then(|| at.to + (offset - at.from))
        };
        match step {
            Step::Copy { at, len } => within(*at, *len),
            Step::Integer { at, from_size, to_size, .. } => within(*at, (*from_size.min(to_size)).into()),
            Step::Pointer { at } | Step::Bits { at, .. } => within(*at, 1),
            Step::Union { at, from_size, to_size, .. } => within(*at, *from_size.min(to_size)),
            Step::Repeat { at, count, stride, steps } => {
                let (at, stride) = (way.seen(*at), way.seen(*stride));
                if !(at.from..at.from + count * stride.from).contains(&offset) {
                    return None;
                }
                let n = offset - at.from;
                let (item, inside) = (n / stride.from, n % stride.from);
                let start = at.to + item * stride.to;
                if inside == 0 { Some(start) } else { find(steps, inside, way).map(|o| start + o) }
            }
        }
    })
}
