//! What the drawing says, row by row: fields, nested fields, holes.

use crate::{Abi, ByteOrder, FieldDef, FieldLayout, Record, RecordKind, Type};

/// One line of the drawing.
pub(super) struct Row {
    /// From the start of the outermost record, in bytes.
    pub(super) offset: usize,
    /// In bytes; `None` for a hole that is not made of whole bytes.
    pub(super) size: Option<usize>,
    /// First and last bit in the storage unit.
    pub(super) bits: Option<(u32, u32)>,
    /// The field's name or the name of the hole.
    pub(super) label: String,
    /// The field's type.
    pub(super) type_name: String,
    /// Nesting, 0 for the outermost fields.
    pub(super) level: usize,
}

/// Collects the rows of one record, nested ones included.
pub(super) struct Rows<'a> {
    abi: Abi,
    type_name: &'a dyn Fn(&[&FieldDef]) -> String,
    /// The fields around the one being drawn, outermost first.
    path: Vec<&'a FieldDef>,
    rows: Vec<Row>,
}

impl<'a> Rows<'a> {
    pub(super) fn of(record: &'a Record, abi: Abi, type_name: &'a dyn Fn(&[&FieldDef]) -> String) -> Vec<Row> {
        let mut rows = Rows { abi, type_name, path: Vec::new(), rows: Vec::new() };
        rows.record(record, 0, 0);
        rows.rows
    }

    /// Adds the fields of `record`, which starts `at` bytes into the outermost one.
    fn record(&mut self, record: &'a Record, at: usize, level: usize) {
        let def = record.def();
        let layout = record.layout(self.abi);
        // In bits from the record's start, in the order of declaration.
        let mut used: u128 = 0;
        if let Some(base) = &def.base {
            used = in_bits(self.base(base, at, level));
        }
        for (field, place) in def.fields.iter().zip(&layout.fields) {
            let (start, end) = extent(place, def.options.order);
            if def.kind == RecordKind::Struct {
                self.hole(at, used, start, "padding", level);
            }
            self.field(field, place, at, level);
            used = used.max(end);
        }
        self.hole(at, used, in_bits(layout.size), "tail padding", level);
    }

    fn base(&mut self, base: &'a Record, at: usize, level: usize) -> usize {
        let size = base.layout(self.abi).size;
        self.rows.push(Row {
            offset: at,
            size: Some(size),
            bits: None,
            label: "(base)".to_owned(),
            type_name: base.def().name.clone(),
            level,
        });
        self.record(base, at, level + 1);
        size
    }

    fn field(&mut self, field: &'a FieldDef, place: &FieldLayout, at: usize, level: usize) {
        self.path.push(field);
        let mut type_name = (self.type_name)(&self.path);
        let bits = place.bits.filter(|bits| bits.width > 0);
        if let Some(bits) = place.bits {
            type_name = format!("{type_name} : {}", bits.width);
        }
        self.rows.push(Row {
            offset: at + place.offset,
            size: Some(place.size),
            bits: bits.map(|bits| (bits.offset, bits.offset + bits.width - 1)),
            label: if field.name.is_empty() { "(unnamed)".to_owned() } else { field.name.clone() },
            type_name,
            level,
        });
        if let Type::Record(inner) = &field.ty {
            self.record(inner, at + place.offset, level + 1);
        }
        self.path.pop();
    }

    /// Bits from `start` to `end` that belong to no field.
    fn hole(&mut self, at: usize, start: u128, end: u128, name: &str, level: usize) {
        if start >= end {
            return;
        }
        let bytes = start.is_multiple_of(8) && end.is_multiple_of(8);
        let label = match (bytes, end - start) {
            (true, _) => format!("-- {name} --"),
            (false, 1) => "-- 1 unused bit --".to_owned(),
            (false, bits) => format!("-- {bits} unused bits --"),
        };
        self.rows.push(Row {
            offset: at + (start / 8) as usize,
            size: bytes.then_some(((end - start) / 8) as usize),
            bits: None,
            label,
            type_name: String::new(),
            level,
        });
    }
}

/// The largest records have more bits than a `usize` can count.
fn in_bits(bytes: usize) -> u128 {
    8 * bytes as u128
}

/// First bit and the bit after the last, counted in the order of declaration.
fn extent(place: &FieldLayout, order: ByteOrder) -> (u128, u128) {
    let start = in_bits(place.offset);
    let Some(bits) = place.bits else { return (start, start + in_bits(place.size)) };
    let (offset, width) = (u128::from(bits.offset), u128::from(bits.width));
    let within = match order {
        // A field of no width has no unit to be mirrored in.
        ByteOrder::Big => in_bits(place.size).saturating_sub(offset + width),
        ByteOrder::Native | ByteOrder::Little => offset,
    };
    (start + within, start + within + width)
}
