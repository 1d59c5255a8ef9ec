//! gcc's rules on Unix: bit fields follow each other bit by bit, as long as each stays inside a unit of its own type.

use super::member::{Member, Placed, Spot};
use crate::{Abi, RecordKind};

pub(super) fn place(kind: RecordKind, members: &[Member], pack: Option<u32>, abi: Abi) -> Placed {
    let mut position = 0;
    let mut end = 0;
    let mut align = 1;
    let mut spots = Vec::with_capacity(members.len());
    for member in members {
        if kind == RecordKind::Union {
            position = 0;
        }
        position = start_of(member, position, pack);
        let unit_align = member.packed_align(pack);
        spots.push(match member.bits {
            Some(_) => Spot { start: position, unit: position / (8 * unit_align) * unit_align },
            None => Spot::at(position),
        });
        position += member.extent();
        end = position.max(end);
        align = align.max(align_asked_by(member, pack, abi));
    }
    Placed { spots, end, align }
}

fn start_of(member: &Member, position: u128, pack: Option<u32>) -> u128 {
    let step = 8 * member.packed_align(pack);
    match member.bits {
        None => position.next_multiple_of(step),
        // Ending the storage in use is the whole purpose of a zero width, so packing does not weaken it.
        Some(0) => position.next_multiple_of(8 * member.align),
        // Any packing, even a wide one, lets fields cross the boundaries of their types.
        Some(width) if pack.is_none() => {
            let unit = position / step * step;
            if position + width > unit + 8 * member.size { position.next_multiple_of(step) } else { position }
        }
        Some(_) => position,
    }
}

/// On x86 an unnamed bit field leaves the record's alignment alone; on ARM it counts.
fn align_asked_by(member: &Member, pack: Option<u32>, abi: Abi) -> u128 {
    match member.bits {
        Some(_) if !member.named && abi != Abi::Aarch64Linux => 1,
        Some(0) => member.align,
        _ => member.packed_align(pack),
    }
}
