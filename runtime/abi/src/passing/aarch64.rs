//! 64-bit ARM (AAPCS64).

use super::Passing;
use super::dispatch::{integers, is_complex};
use crate::{Abi, FloatRepr, Prim, Record, RecordKind, Repr, Type};

pub(super) fn passing(ty: &Type, abi: Abi) -> Passing {
    let size = ty.size(abi);
    let mut float = None;
    // gcc takes a struct that is one complex number for that number, even where an empty array would spoil a float's case.
    let count = match sole_complex(ty, abi) {
        Some(prim) => homogeneous(&prim.into(), abi, &mut float),
        None => homogeneous(ty, abi, &mut float),
    };
    let count = count.unwrap_or(0);
    match (count, float) {
        (1..=4, Some(float)) => Passing::Hfa { count: count as u8, float },
        _ if size <= 16 => integers(size, 8),
        _ => Passing::Reference,
    }
}

/// The complex number that fills a struct or array completely, when nothing else in it has a size.
fn sole_complex(ty: &Type, abi: Abi) -> Option<Prim> {
    match ty {
        Type::Prim(prim) => is_complex(*prim).then_some(*prim),
        Type::Array(elem, 1) => sole_complex(elem, abi),
        Type::Record(record) => sole_complex_of(record, abi),
        Type::Void | Type::Array(..) => None,
    }
}

fn sole_complex_of(record: &Record, abi: Abi) -> Option<Prim> {
    let def = record.def();
    if def.kind == RecordKind::Union {
        return None;
    }
    let size = record.layout(abi).size;
    let base = def.base.as_deref().filter(|base| base.layout(abi).size > 0);
    let mut fields = def.fields.iter().filter(|field| field.ty.size(abi) > 0);
    match (base, fields.next(), fields.next()) {
        (Some(base), None, None) if base.layout(abi).size == size => sole_complex_of(base, abi),
        (None, Some(only), None) if only.bits.is_none() && only.ty.size(abi) == size => sole_complex(&only.ty, abi),
        _ => None,
    }
}

/// The number of floats the type is made of, all of one format and without padding; `None` if it is anything else.
fn homogeneous(ty: &Type, abi: Abi, float: &mut Option<FloatRepr>) -> Option<usize> {
    let count = match ty {
        Type::Void => return None,
        Type::Prim(prim) => {
            let (found, count) = match prim.repr(abi) {
                Repr::F32 => (FloatRepr::F32, 1),
                Repr::F64 => (FloatRepr::F64, 1),
                Repr::F128 => (FloatRepr::F128, 1),
                Repr::Complex(part) => (part, 2),
                Repr::Bool | Repr::Int { .. } | Repr::X87 | Repr::Pointer { .. } => return None,
            };
            if *float.get_or_insert(found) != found {
                return None;
            }
            count
        }
        // gcc does not look through arrays without elements, even of the right type.
        Type::Array(_, 0) => return None,
        Type::Array(elem, count) => homogeneous(elem, abi, float)?.checked_mul(*count)?,
        Type::Record(record) => {
            let def = record.def();
            let mut total: usize = match &def.base {
                Some(base) => homogeneous(&Type::Record(base.clone()), abi, float)?,
                None => 0,
            };
            for field in &def.fields {
                match field.bits {
                    Some(0) if def.kind == RecordKind::Struct => continue,
                    Some(_) => return None,
                    None => {}
                }
                let count = homogeneous(&field.ty, abi, float)?;
                total = match def.kind {
                    RecordKind::Struct => total.checked_add(count)?,
                    RecordKind::Union => total.max(count),
                };
            }
            total
        }
    };
    let filled = float.map_or(0, |float| count.saturating_mul(float_size(float)));
    (filled == ty.size(abi)).then_some(count)
}

fn float_size(float: FloatRepr) -> usize {
    match float {
        FloatRepr::F32 => 4,
        FloatRepr::F64 => 8,
        FloatRepr::X87 | FloatRepr::F128 => 16,
    }
}
