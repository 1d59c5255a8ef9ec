//! 64-bit Windows, and results on 32-bit x86.

use super::dispatch::{integers, is_complex, is_real};
use super::{Class, Passing};
use crate::{Abi, Prim, Type};

/// Arguments and results follow one rule, but for the name of what does not fit.
pub(super) fn windows64(ty: &Type, abi: Abi) -> Passing {
    match ty {
        Type::Prim(Prim::Float | Prim::Double) => Passing::Registers(vec![Class::Sse]),
        // Whatever fills one register exactly travels in it, structs of floats included; the rest by address.
        _ if matches!(ty.size(abi), 1 | 2 | 4 | 8) => integers(8, 8),
        _ => Passing::Reference,
    }
}

pub(super) fn i386_result(ty: &Type, abi: Abi) -> Passing {
    let size = ty.size(abi);
    match ty {
        Type::Prim(prim) if is_real(*prim) => Passing::X87,
        Type::Prim(prim) if is_complex(*prim) && size > 8 => Passing::Memory,
        Type::Prim(_) => integers(size, 4),
        // Windows returns small aggregates like integers; System V always asks for room. (gcc for Windows, unlike
        // Microsoft's compiler, puts a struct that is one float or double into st0; the libraries people load are
        // Microsoft's kind.)
        _ if abi.is_windows() && matches!(size, 1 | 2 | 4 | 8) => integers(size, 4),
        _ => Passing::Memory,
    }
}
