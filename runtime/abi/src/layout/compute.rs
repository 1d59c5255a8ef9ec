//! From a declaration to a layout.

use super::member::{Member, Spot};
use super::{BitPlace, FieldLayout, RecordLayout, ms, sysv};
use crate::{Abi, BitRules, ByteOrder, Error, RecordDef};

/// Lays a checked declaration out for one target.
pub(crate) fn lay_out(def: &RecordDef, abi: Abi) -> Result<RecordLayout, Error> {
    let rules = def.bit_rules(abi);
    let members = members(def, abi, rules)?;
    let pack = def.options.pack();
    let placed = match rules {
        BitRules::SysV => sysv::place(def.kind, &members, pack, abi),
        BitRules::Ms => ms::place(def.kind, &members, pack),
    };
    let align = placed.align.max(def.options.align().into());
    let size = placed.end.div_ceil(8).next_multiple_of(align);
    if size > isize::MAX as u128 {
        return Err(Error::TooLarge { abi });
    }
    let own = members.len() - def.fields.len();
    let fields = members[own..]
        .iter()
        .zip(&placed.spots[own..])
        .map(|(member, spot)| field_layout(member, *spot, size, def.options.order))
        .collect();
    Ok(RecordLayout { size: size as usize, align: align as usize, fields })
}

/// The base, if any, comes first and whole, just as if it were the first field.
fn members(def: &RecordDef, abi: Abi, rules: BitRules) -> Result<Vec<Member>, Error> {
    let mut members = Vec::with_capacity(1 + def.fields.len());
    if let Some(base) = &def.base {
        let layout = base.layout(abi);
        members.push(Member::of_base(layout.size, layout.align));
    }
    for field in &def.fields {
        field.ty.checked_size(abi)?;
        members.push(Member::of_field(field, abi, rules));
    }
    Ok(members)
}

fn field_layout(member: &Member, spot: Spot, record_size: u128, order: ByteOrder) -> FieldLayout {
    let Some(width) = member.bits else {
        return FieldLayout { offset: (spot.start / 8) as usize, size: member.size as usize, bits: None };
    };
    let end = spot.start + width;
    let unit_end = spot.unit + member.size;
    let (offset, size) = if width > 0 && end <= 8 * unit_end && unit_end <= record_size {
        (spot.unit, member.size)
    } else {
        (spot.start / 8, end.div_ceil(8) - spot.start / 8)
    };
    let from_start = spot.start - 8 * offset;
    let bit_offset = match order {
        _ if width == 0 => 0,
        ByteOrder::Native | ByteOrder::Little => from_start,
        ByteOrder::Big => 8 * size - from_start - width,
    };
    let bits = BitPlace { offset: bit_offset as u32, width: width as u32 };
    FieldLayout { offset: offset as usize, size: size as usize, bits: Some(bits) }
}
