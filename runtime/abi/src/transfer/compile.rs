//! From a type to its steps.

use std::sync::Arc;

use crate::{Abi, ByteOrder, Prim, Record, RecordKind, Repr, Type};

use super::step::{BitSpot, Place, Step};

/// Arrays of up to this many items are unrolled, so that their copies join those around them.
const UNROLLED: usize = 4;

pub(super) fn steps_of(ty: &Type, from: Abi, to: Abi) -> Vec<Step> {
    let mut compiler = Compiler { from, to, steps: Vec::new() };
    compiler.value(ty, Place { from: 0, to: 0 }, false);
    compiler.steps
}

struct Compiler {
    from: Abi,
    to: Abi,
    steps: Vec<Step>,
}

impl Compiler {
    fn value(&mut self, ty: &Type, at: Place, swapped: bool) {
        match ty {
            Type::Void => {}
            Type::Prim(prim) => self.scalar(*prim, at, swapped),
            Type::Array(elem, count) => self.array(elem, *count, at, swapped),
            Type::Record(record) => self.record(record, at),
        }
    }

    fn scalar(&mut self, prim: Prim, at: Place, swapped: bool) {
        let (from_size, to_size) = (prim.size(self.from), prim.size(self.to));
        match prim.repr(self.from) {
            Repr::Pointer { .. } => self.steps.push(Step::Pointer { at }),
            Repr::Int { signed, .. } if from_size != to_size => {
                self.steps.push(Step::Integer {
                    at,
                    from_size: from_size as u8,
                    to_size: to_size as u8,
                    signed,
                    swapped,
                });
            }
            // The rest of the object is padding.
            Repr::X87 => self.copy(at, 10),
            Repr::Complex(_) if from_size != to_size => {
                self.copy(at, 10);
                self.copy(Place { from: at.from + from_size / 2, to: at.to + to_size / 2 }, 10);
            }
            _ => self.copy(at, from_size.min(to_size)),
        }
    }

    fn array(&mut self, elem: &Type, count: usize, at: Place, swapped: bool) {
        let stride = Place { from: elem.size(self.from), to: elem.size(self.to) };
        let mut item = Compiler { from: self.from, to: self.to, steps: Vec::new() };
        item.value(elem, Place { from: 0, to: 0 }, swapped);
        match &*item.steps {
            [] => {}
            [Step::Copy { at: Place { from: 0, to: 0 }, len }] if stride.from == stride.to && *len == stride.from => {
                self.copy(at, count * stride.from);
            }
            _ if count <= UNROLLED => {
                for n in 0..count {
                    let by = Place { from: at.from + n * stride.from, to: at.to + n * stride.to };
                    item.steps.iter().for_each(|step| self.shifted(step, by));
                }
            }
            _ => self.steps.push(Step::Repeat { at, count, stride, steps: item.steps.into() }),
        }
    }

    /// Adds a step of an item that begins there.
    fn shifted(&mut self, step: &Step, by: Place) {
        let mut step = step.clone();
        let at = step.at_mut();
        *at = Place { from: at.from + by.from, to: at.to + by.to };
        match step {
            Step::Copy { at, len } => self.copy(at, len),
            step => self.steps.push(step),
        }
    }

    fn record(&mut self, record: &Record, at: Place) {
        if record.def().kind == RecordKind::Union {
            return self.union(record, at);
        }
        self.members(record, at);
    }

    fn members(&mut self, record: &Record, at: Place) {
        if let Some(base) = &record.def().base {
            self.record(base, at);
        }
        for index in 0..record.def().fields.len() {
            self.field(record, index, at);
        }
    }

    /// One field of the record at `at`.
    fn field(&mut self, record: &Record, index: usize, at: Place) {
        let swapped = record.def().options.order == ByteOrder::Big;
        let (from, to) = (record.layout(self.from), record.layout(self.to));
        let (field, f, t) = (&record.def().fields[index], &from.fields[index], &to.fields[index]);
        let place = Place { from: at.from + f.offset, to: at.to + t.offset };
        match (f.bits, t.bits) {
            (Some(a), Some(b)) if a.width > 0 && b.width > 0 => {
                let spot = |size: usize, bits: crate::BitPlace| BitSpot {
                    size: size as u8,
                    bit_offset: bits.offset as u8,
                    width: bits.width as u8,
                };
                let signed =
                    matches!(&field.ty, Type::Prim(p) if matches!(p.repr(self.from), Repr::Int { signed: true, .. }));
                let (from, to) = (spot(f.size, a), spot(t.size, b));
                if from == to {
                    return self.copy(place, f.size);
                }
                self.steps.push(Step::Bits { at: place, from, to, signed, swapped });
            }
            (None, None) => self.value(&field.ty, place, swapped),
            _ => {}
        }
    }

    /// Members that all are the same bytes in the same place are one copy; else nothing says how to read the union.
    fn union(&mut self, record: &Record, at: Place) {
        let start = Place { from: 0, to: 0 };
        let mut members: Vec<Arc<[Step]>> = Vec::new();
        let mut add = |compile: &dyn Fn(&mut Compiler)| {
            let mut inner = Compiler { from: self.from, to: self.to, steps: Vec::new() };
            compile(&mut inner);
            members.push(inner.steps.into());
        };
        for index in 0..record.def().fields.len() {
            add(&|inner| inner.field(record, index, start));
        }
        if let Some(base) = &record.def().base {
            add(&|inner| inner.record(base, start));
        }
        // One copy of all that any of them has, where that is the same on both sides.
        let mut len = Some(0);
        for step in members.iter().flat_map(|steps| steps.iter()) {
            len = match step {
                Step::Copy { at, len: n } if at.from == at.to => len.map(|len: usize| len.max(at.from + n)),
                _ => None,
            };
            if len.is_none() {
                break;
            }
        }
        if let Some(len) = len {
            return self.copy(at, len);
        }
        let (from_size, to_size) = (record.layout(self.from).size, record.layout(self.to).size);
        let pointer = members.iter().any(|m| matches!(m.first(), Some(Step::Pointer { at }) if at.from == 0));
        self.steps.push(Step::Union { at, from_size, to_size, pointer, members: members.into() });
    }

    /// Adds a copy; one that follows the last one at the same distance on both sides makes that longer.
    fn copy(&mut self, at: Place, len: usize) {
        if len == 0 {
            return;
        }
        if let Some(Step::Copy { at: last, len: so_far }) = self.steps.last_mut()
            && at.from >= last.from
            && at.from - last.from == at.to.wrapping_sub(last.to)
            // Only padding can lie between: a step of its own would be the last one.
            && at.from <= last.from + *so_far + 16
        {
            *so_far = (*so_far).max(at.from - last.from + len);
            return;
        }
        self.steps.push(Step::Copy { at, len });
    }
}
