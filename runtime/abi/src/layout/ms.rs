//! The rules of Windows compilers, as gcc implements them: a unit of storage belongs to neighbouring bit fields whose types
//! have one size; anything else starts anew.
//!
//! A union's size counts only the bytes its bit fields use, then is rounded to its alignment: in a packed union that is less
//! than a whole unit. (Microsoft's own compiler keeps the unit whole there.)
//!
//! On 32-bit Linux `ms_struct` gives `double` and `long long` alignment 8. gcc takes that back to 4 when it asks for the
//! alignment of a record that is as large as one of them; here it stays 8, as on Windows.

use super::member::{Member, Placed, Spot};
use crate::RecordKind;

/// Storage shared by a run of bit fields.
struct Unit {
    /// First byte.
    start: u128,
    /// In bytes.
    size: u128,
}

impl Unit {
    fn end(&self) -> u128 {
        8 * (self.start + self.size)
    }
}

pub(super) fn place(kind: RecordKind, members: &[Member], pack: Option<u32>) -> Placed {
    match kind {
        RecordKind::Struct => place_struct(members, pack),
        RecordKind::Union => place_union(members, pack),
    }
}

fn place_struct(members: &[Member], pack: Option<u32>) -> Placed {
    let mut position: u128 = 0;
    let mut align = 1;
    let mut open: Option<Unit> = None;
    let mut spots = Vec::with_capacity(members.len());
    for member in members {
        let asked = member.packed_align(pack);
        match member.bits {
            Some(0) => {
                // It only means something right after a bit field; elsewhere MS compilers ignore it.
                if let Some(unit) = open.take() {
                    position = unit.end().next_multiple_of(8 * asked);
                    align = align.max(asked);
                }
                spots.push(Spot::at(position));
            }
            Some(width) => {
                align = align.max(asked);
                let unit = match open.take() {
                    Some(unit) if unit.size == member.size && position + width <= unit.end() => unit,
                    before => {
                        position = before.map_or(position, |unit| unit.end()).next_multiple_of(8 * asked);
                        Unit { start: position / 8, size: member.size }
                    }
                };
                spots.push(Spot { start: position, unit: unit.start });
                position += width;
                open = Some(unit);
            }
            None => {
                align = align.max(asked);
                position = open.take().map_or(position, |unit| unit.end());
                position = position.next_multiple_of(8 * asked);
                spots.push(Spot::at(position));
                position += member.extent();
            }
        }
    }
    let end = open.map_or(position, |unit| unit.end());
    Placed { spots, end, align }
}

fn place_union(members: &[Member], pack: Option<u32>) -> Placed {
    let counted = members.iter().filter(|member| member.bits != Some(0));
    Placed {
        spots: members.iter().map(|_| Spot::at(0)).collect(),
        end: members.iter().map(Member::extent).max().unwrap_or(0),
        align: counted.map(|member| member.packed_align(pack)).max().unwrap_or(1),
    }
}
