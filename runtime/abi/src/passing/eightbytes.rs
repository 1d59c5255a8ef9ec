//! System V x86-64: a value of up to 16 bytes is cut into eightbytes, each with a class of its own.
//!
//! Where the convention leaves room this follows gcc: fields off their natural alignment force memory, but only the first
//! element of an array is looked at; bit fields count as integers wherever they lie, unnamed ones too.

use super::{Class, Passing};
use crate::{Abi, BitPlace, ByteOrder, FieldLayout, Prim, Record, RecordKind, Repr, Type};

/// The class of one eightbyte while it is being worked out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Part {
    Empty,
    Integer,
    Sse,
    X87,
    X87Up,
    ComplexX87,
    Memory,
}

impl Part {
    /// The class of an eightbyte that holds both.
    fn and(self, other: Part) -> Part {
        match (self, other) {
            (a, b) if a == b => a,
            (Part::Empty, a) | (a, Part::Empty) => a,
            (Part::Memory, _) | (_, Part::Memory) => Part::Memory,
            (Part::Integer, _) | (_, Part::Integer) => Part::Integer,
            (Part::Sse, Part::Sse) => Part::Sse,
            _ => Part::Memory,
        }
    }
}

/// The two eightbytes a value in registers can have.
type Parts = [Part; 2];

const NOTHING: Parts = [Part::Empty; 2];

/// The value goes through memory whatever else it holds.
struct Unfit;

pub(super) fn passing(ty: &Type, abi: Abi) -> Passing {
    if *ty == Type::Prim(Prim::LongDoubleComplex) {
        return Passing::ComplexX87;
    }
    if ty.size(abi) > 16 {
        return Passing::Memory;
    }
    match classify(ty, 0, abi) {
        Ok(parts) => settle(parts),
        Err(Unfit) => Passing::Memory,
    }
}

fn settle(parts: Parts) -> Passing {
    let mut classes = Vec::with_capacity(2);
    for part in parts {
        match part {
            Part::Integer => classes.push(Class::Integer),
            Part::Sse => classes.push(Class::Sse),
            Part::Empty => {}
            Part::X87 => return Passing::X87,
            Part::ComplexX87 => return Passing::ComplexX87,
            Part::X87Up | Part::Memory => return Passing::Memory,
        }
    }
    Passing::Registers(classes)
}

/// The classes of a value that starts `at` bytes into the whole.
fn classify(ty: &Type, at: usize, abi: Abi) -> Result<Parts, Unfit> {
    match ty {
        Type::Void => Ok(NOTHING),
        Type::Prim(prim) => scalar(*prim, at, abi),
        Type::Array(elem, count) => array(elem, *count, at, abi),
        Type::Record(record) => self::record(record, at, abi),
    }
}

fn scalar(prim: Prim, at: usize, abi: Abi) -> Result<Parts, Unfit> {
    let size = prim.size(abi);
    let (unit, part) = match prim.repr(abi) {
        Repr::Bool | Repr::Int { .. } | Repr::Pointer { .. } => (size, Part::Integer),
        Repr::F32 | Repr::F64 => (size, Part::Sse),
        Repr::Complex(_) if size > 16 => (size / 2, Part::ComplexX87),
        Repr::Complex(_) => (size / 2, Part::Sse),
        Repr::X87 | Repr::F128 => (size, Part::X87),
    };
    if !at.is_multiple_of(unit) {
        return Err(Unfit);
    }
    Ok(match part {
        Part::X87 => [Part::X87, Part::X87Up],
        part => over(at, size, part),
    })
}

/// How many eightbytes gcc counts for something of that size and place.
fn eightbytes(size: usize, at: usize) -> usize {
    size.saturating_add(at % 8).div_ceil(8)
}

/// Every element is taken to be like the first.
fn array(elem: &Type, count: usize, at: usize, abi: Abi) -> Result<Parts, Unfit> {
    let size = elem.size(abi).saturating_mul(count);
    match eightbytes(size, at) {
        0 => return Ok(NOTHING),
        1 | 2 => {}
        // Only inside an array without elements: elsewhere the whole would be too large already.
        _ => return Err(Unfit),
    }
    let mut parts = classify(elem, at, abi)?;
    let end = at + size;
    let only_first_eightbyte = at + elem.size(abi) <= 8;
    if only_first_eightbyte && end > 8 {
        parts[1] = parts[0];
    }
    // The element of an empty array may reach further than the array.
    if at < 8 && end <= 8 {
        parts[1] = Part::Empty;
    }
    fit(parts)
}

fn record(record: &Record, at: usize, abi: Abi) -> Result<Parts, Unfit> {
    let layout = record.layout(abi);
    let def = record.def();
    match eightbytes(layout.size, at) {
        0 => return Ok(NOTHING),
        1 | 2 => {}
        _ => return Err(Unfit),
    }
    let mut parts = match &def.base {
        Some(base) => self::record(base, at, abi)?,
        None => NOTHING,
    };
    for (field, place) in def.fields.iter().zip(&layout.fields) {
        let of_field = match place.bits {
            Some(BitPlace { width: 0, .. }) if def.kind == RecordKind::Struct => NOTHING,
            Some(bits) if def.kind == RecordKind::Struct => bit_field(place, bits, def.options.order, at)?,
            // In a union gcc sees a bit field as an ordinary integer, even one of no width.
            Some(BitPlace { width, .. }) => integer(at, width.div_ceil(8).next_power_of_two() as usize)?,
            None => classify(&field.ty, at + place.offset, abi)?,
        };
        parts = merge(parts, of_field);
    }
    fit(parts)
}

/// The second half of a `long double` whose first half became something else cannot travel in registers; this is decided
/// for each aggregate by itself, before it is merged into the one around it.
fn fit(parts: Parts) -> Result<Parts, Unfit> {
    match parts {
        [Part::Memory, _] | [_, Part::Memory] => Err(Unfit),
        [first, Part::X87Up] if first != Part::X87 => Err(Unfit),
        parts => Ok(parts),
    }
}

/// A bit field of a struct is an integer in each eightbyte it touches, without regard to alignment. But one that is a
/// whole, aligned integer is an ordinary member to gcc, whose alignment in the outermost aggregate counts.
fn bit_field(place: &FieldLayout, bits: BitPlace, order: ByteOrder, at: usize) -> Result<Parts, Unfit> {
    let (offset, width) = (bits.offset as usize, bits.width as usize);
    let within = if order == ByteOrder::Big { (8 * place.size).saturating_sub(offset + width) } else { offset };
    let start = 8 * place.offset + within;
    if width >= 8 && width.is_power_of_two() && start.is_multiple_of(width) {
        return integer(at + start / 8, width / 8);
    }
    let first = 8 * at + start;
    Ok(over(first / 8, (first + width).div_ceil(8) - first / 8, Part::Integer))
}

fn integer(at: usize, size: usize) -> Result<Parts, Unfit> {
    if at.is_multiple_of(size) { Ok(over(at, size, Part::Integer)) } else { Err(Unfit) }
}

fn merge(a: Parts, b: Parts) -> Parts {
    [a[0].and(b[0]), a[1].and(b[1])]
}

/// Marks every eightbyte that `size` bytes at `at` touch.
fn over(at: usize, size: usize, part: Part) -> Parts {
    let mut parts = NOTHING;
    for (index, slot) in parts.iter_mut().enumerate() {
        if at < 8 * (index + 1) && at + size > 8 * index {
            *slot = part;
        }
    }
    parts
}
