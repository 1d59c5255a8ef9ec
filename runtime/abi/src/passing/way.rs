//! The ways a value can travel.

use crate::FloatRepr;

/// A kind of register.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Class {
    /// A general-purpose register.
    Integer,
    /// A vector register (`xmm` on x86-64).
    Sse,
}

/// How a value travels, as an argument or as a result.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Passing {
    /// No bytes at all: `void`, and empty aggregates.
    Nothing,
    /// In registers, one for each word of the value, lowest address first.
    ///
    /// Words are 8 bytes (4 on 32-bit targets). Trailing words that hold nothing but padding of an over-aligned aggregate
    /// travel in no register and are not listed, so the value may be larger than the registers together.
    Registers(Vec<Class>),
    /// `long double` of the x87, or an aggregate that is exactly one: as an argument in memory, as a result in `st0`.
    /// On 32-bit x86 also the way every floating-point result travels.
    X87,
    /// `long double _Complex` of the x87: as an argument in memory, as a result in `st0` and `st1`.
    ComplexX87,
    /// As an argument a copy on the stack; as a result in room the caller provides, whose address is a hidden argument.
    Memory,
    /// The caller copies the value and passes the copy's address (arguments only).
    Reference,
    /// A homogeneous floating-point aggregate or lone float of 64-bit ARM: each member in a vector register of its own.
    Hfa {
        /// Members, 1 to 4.
        count: u8,
        /// Their format.
        float: FloatRepr,
    },
}
