//! The scalar types of C.

use crate::Abi;

/// A scalar C type. Pointers of every kind, to data or to functions, are [`Prim::Pointer`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "each variant is the C type of that name")]
pub enum Prim {
    Bool,
    Char,
    SChar,
    UChar,
    Short,
    UShort,
    Int,
    UInt,
    Long,
    ULong,
    LongLong,
    ULongLong,
    WChar,
    Float,
    Double,
    LongDouble,
    FloatComplex,
    DoubleComplex,
    LongDoubleComplex,
    Pointer,
}

/// How the bytes of a scalar are to be read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Repr {
    /// One byte, 0 or 1.
    Bool,
    /// Two's complement integer.
    Int {
        /// In bytes: 1, 2, 4 or 8.
        size: u8,
        /// Whether the top bit is a sign.
        signed: bool,
    },
    /// IEEE single.
    F32,
    /// IEEE double.
    F64,
    /// The 80-bit format of the x87, in the first 10 bytes; the rest of the object is padding.
    X87,
    /// IEEE quadruple (`long double` on 64-bit ARM).
    F128,
    /// Real part, then imaginary part.
    Complex(FloatRepr),
    /// An address.
    Pointer {
        /// In bytes: 4 or 8.
        size: u8,
    },
}

/// A floating-point format.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FloatRepr {
    /// IEEE single, 4 bytes.
    F32,
    /// IEEE double, 8 bytes.
    F64,
    /// The 80-bit format of the x87; the object is as large as the target's `long double`.
    X87,
    /// IEEE quadruple, 16 bytes.
    F128,
}

impl Prim {
    /// Every scalar type.
    pub const ALL: [Prim; 20] = [
        Prim::Bool,
        Prim::Char,
        Prim::SChar,
        Prim::UChar,
        Prim::Short,
        Prim::UShort,
        Prim::Int,
        Prim::UInt,
        Prim::Long,
        Prim::ULong,
        Prim::LongLong,
        Prim::ULongLong,
        Prim::WChar,
        Prim::Float,
        Prim::Double,
        Prim::LongDouble,
        Prim::FloatComplex,
        Prim::DoubleComplex,
        Prim::LongDoubleComplex,
        Prim::Pointer,
    ];

    /// C's `sizeof`, in bytes.
    pub fn size(self, abi: Abi) -> usize {
        match self {
            Prim::Bool | Prim::Char | Prim::SChar | Prim::UChar => 1,
            Prim::Short | Prim::UShort => 2,
            Prim::Int | Prim::UInt | Prim::Float => 4,
            Prim::Long | Prim::ULong => {
                if abi.is_windows() {
                    4
                } else {
                    abi.pointer_size()
                }
            }
            Prim::LongLong | Prim::ULongLong | Prim::Double | Prim::FloatComplex => 8,
            Prim::WChar => {
                if abi.is_windows() {
                    2
                } else {
                    4
                }
            }
            Prim::LongDouble => {
                if abi.pointer_size() == 8 {
                    16
                } else {
                    12
                }
            }
            Prim::DoubleComplex => 16,
            Prim::LongDoubleComplex => 2 * Prim::LongDouble.size(abi),
            Prim::Pointer => abi.pointer_size(),
        }
    }

    /// Alignment as a member of a struct or union, in bytes (C's `_Alignof`).
    ///
    /// On 32-bit Linux `double` and `long long` are aligned to 4 there, although a lone variable may be aligned to 8.
    pub fn align(self, abi: Abi) -> usize {
        match self.natural_align(abi) {
            8 if abi == Abi::I386Linux => 4,
            align => align,
        }
    }

    /// Alignment before 32-bit Linux lowers it for members; MS rules use this one there too.
    pub(crate) fn natural_align(self, abi: Abi) -> usize {
        match self {
            Prim::FloatComplex => Prim::Float.size(abi),
            Prim::DoubleComplex => Prim::Double.size(abi),
            Prim::LongDouble | Prim::LongDoubleComplex => {
                if abi.pointer_size() == 8 {
                    16
                } else {
                    4
                }
            }
            _ => self.size(abi),
        }
    }

    /// How to read the bytes.
    pub fn repr(self, abi: Abi) -> Repr {
        let int = |signed| Repr::Int { size: self.size(abi) as u8, signed };
        match self {
            Prim::Bool => Repr::Bool,
            Prim::Char => int(abi != Abi::Aarch64Linux),
            Prim::SChar | Prim::Short | Prim::Int | Prim::Long | Prim::LongLong => int(true),
            Prim::UChar | Prim::UShort | Prim::UInt | Prim::ULong | Prim::ULongLong => int(false),
            Prim::WChar => int(matches!(abi, Abi::X86_64Linux | Abi::I386Linux)),
            Prim::Float => Repr::F32,
            Prim::Double => Repr::F64,
            Prim::LongDouble => match long_double(abi) {
                FloatRepr::F128 => Repr::F128,
                _ => Repr::X87,
            },
            Prim::FloatComplex => Repr::Complex(FloatRepr::F32),
            Prim::DoubleComplex => Repr::Complex(FloatRepr::F64),
            Prim::LongDoubleComplex => Repr::Complex(long_double(abi)),
            Prim::Pointer => Repr::Pointer { size: abi.pointer_size() as u8 },
        }
    }

    /// Whether C and the users of this crate allow a bit field of this type: the integers that are numbers, and `bool`.
    pub fn allows_bits(self) -> bool {
        match self {
            Prim::Bool
            | Prim::SChar
            | Prim::UChar
            | Prim::Short
            | Prim::UShort
            | Prim::Int
            | Prim::UInt
            | Prim::Long
            | Prim::ULong
            | Prim::LongLong
            | Prim::ULongLong => true,
            Prim::Char
            | Prim::WChar
            | Prim::Float
            | Prim::Double
            | Prim::LongDouble
            | Prim::FloatComplex
            | Prim::DoubleComplex
            | Prim::LongDoubleComplex
            | Prim::Pointer => false,
        }
    }

    /// How C spells the type; `void *` stands for every pointer.
    pub fn c_name(self) -> &'static str {
        match self {
            Prim::Bool => "_Bool",
            Prim::Char => "char",
            Prim::SChar => "signed char",
            Prim::UChar => "unsigned char",
            Prim::Short => "short",
            Prim::UShort => "unsigned short",
            Prim::Int => "int",
            Prim::UInt => "unsigned int",
            Prim::Long => "long",
            Prim::ULong => "unsigned long",
            Prim::LongLong => "long long",
            Prim::ULongLong => "unsigned long long",
            Prim::WChar => "wchar_t",
            Prim::Float => "float",
            Prim::Double => "double",
            Prim::LongDouble => "long double",
            Prim::FloatComplex => "float _Complex",
            Prim::DoubleComplex => "double _Complex",
            Prim::LongDoubleComplex => "long double _Complex",
            Prim::Pointer => "void *",
        }
    }
}

fn long_double(abi: Abi) -> FloatRepr {
    match abi {
        Abi::Aarch64Linux => FloatRepr::F128,
        _ => FloatRepr::X87,
    }
}
