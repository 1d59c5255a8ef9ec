//! 64-bit ARM (AAPCS64).

use super::Passing;
use super::dispatch::integers;
use crate::{Abi, FloatRepr, RecordKind, Repr, Type};

pub(super) fn passing(ty: &Type, abi: Abi) -> Passing {
    let size = ty.size(abi);
    let mut float = None;
    let count = homogeneous(ty, abi, &mut float).unwrap_or(0);
    match (count, float) {
        (1..=4, Some(float)) => Passing::Hfa { count: count as u8, float },
        _ if size <= 16 => integers(size, 8),
        _ => Passing::Reference,
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
        Type::Array(elem, count) => homogeneous(elem, abi, float)?.checked_mul(*count)?,
        Type::Record(record) => {
            let def = record.def();
            let mut total: usize = match &def.base {
                Some(base) => homogeneous(&Type::Record(base.clone()), abi, float)?,
                None => 0,
            };
            for field in &def.fields {
                match field.bits {
                    Some(0) => continue,
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
