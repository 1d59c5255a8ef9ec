//! One question, a rule set per target.

use super::{Class, Passing, aarch64, eightbytes, x86};
use crate::{Abi, Prim, Type};

/// How a value of that type travels as an argument.
///
/// An array is treated like a struct that holds it; C itself would pass a pointer to its first element.
pub fn passing(ty: &Type, abi: Abi) -> Passing {
    match abi {
        // Even an empty struct takes a place in the list there.
        Abi::X86_64Windows if *ty != Type::Void => x86::windows64(ty, abi),
        _ if ty.size(abi) == 0 => Passing::Nothing,
        Abi::X86_64Linux => eightbytes::passing(ty, abi),
        Abi::Aarch64Linux => aarch64::passing(ty, abi),
        Abi::X86_64Windows | Abi::I386Linux | Abi::I386Windows => Passing::Memory,
    }
}

/// How a value of that type travels as a result. Never [`Passing::Reference`]: what does not fit registers comes back in
/// the caller's [`Passing::Memory`].
pub fn result_passing(ty: &Type, abi: Abi) -> Passing {
    let way = match abi {
        _ if *ty == Type::Void => Passing::Nothing,
        // Even an empty struct gets room from the caller there.
        Abi::I386Linux | Abi::I386Windows => x86::i386_result(ty, abi),
        _ if ty.size(abi) == 0 => Passing::Nothing,
        Abi::X86_64Linux => eightbytes::passing(ty, abi),
        Abi::Aarch64Linux => aarch64::passing(ty, abi),
        Abi::X86_64Windows => x86::windows64(ty, abi),
    };
    if way == Passing::Reference { Passing::Memory } else { way }
}

/// As many integer registers as the size needs.
pub(super) fn integers(size: usize, word: usize) -> Passing {
    Passing::Registers(vec![Class::Integer; size.div_ceil(word)])
}

/// Whether the scalar is one real floating-point number.
pub(super) fn is_real(prim: Prim) -> bool {
    matches!(prim, Prim::Float | Prim::Double | Prim::LongDouble)
}

/// Whether the scalar is a complex number.
pub(super) fn is_complex(prim: Prim) -> bool {
    matches!(prim, Prim::FloatComplex | Prim::DoubleComplex | Prim::LongDoubleComplex)
}
