//! What placing needs to know of a field.

use crate::{Abi, BitRules, FieldDef, Type};

/// A field, reduced to sizes. Sizes are in bytes, but wide enough to count bits without overflow.
pub(super) struct Member {
    pub(super) size: u128,
    /// Before packing.
    pub(super) align: u128,
    /// Width of a bit field.
    pub(super) bits: Option<u128>,
    pub(super) named: bool,
}

/// Where the rules put the members, in bits.
pub(super) struct Placed {
    /// One per member.
    pub(super) spots: Vec<Spot>,
    /// First bit after everything, before the size is rounded to the alignment.
    pub(super) end: u128,
    /// In bytes, before the record's own `align` raises it.
    pub(super) align: u128,
}

/// Where one member is.
#[derive(Clone, Copy)]
pub(super) struct Spot {
    /// First bit.
    pub(super) start: u128,
    /// First byte of the declared type's unit around a bit field.
    pub(super) unit: u128,
}

impl Member {
    pub(super) fn of_field(field: &FieldDef, abi: Abi, rules: BitRules) -> Member {
        let size = field.ty.size(abi) as u128;
        Member {
            size,
            align: member_align(&field.ty, abi, rules) as u128,
            bits: field.bits.map(|bits| u128::from(bits).min(8 * size)),
            named: !field.name.is_empty(),
        }
    }

    pub(super) fn of_base(size: usize, align: usize) -> Member {
        Member { size: size as u128, align: align as u128, bits: None, named: true }
    }

    /// Alignment in bytes under a packing.
    pub(super) fn packed_align(&self, pack: Option<u32>) -> u128 {
        pack.map_or(self.align, |pack| self.align.min(pack.into()))
    }

    /// Bits the member takes.
    pub(super) fn extent(&self) -> u128 {
        self.bits.unwrap_or(8 * self.size)
    }
}

impl Spot {
    /// The start of an ordinary member.
    pub(super) fn at(start: u128) -> Spot {
        Spot { start, unit: start / 8 }
    }
}

/// Under MS rules `double` and `long long` keep their full alignment on 32-bit Linux too.
fn member_align(ty: &Type, abi: Abi, rules: BitRules) -> usize {
    match (rules, ty.innermost()) {
        (BitRules::Ms, Type::Prim(prim)) => prim.natural_align(abi),
        _ => ty.align(abi),
    }
}
