//! What can be wrong with a type.

use crate::Abi;

/// Why a type was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An array whose elements have no value.
    #[error("an array of void has no elements")]
    VoidArray,
    /// Larger than an address can reach.
    #[error("the type is larger than the address space on {}", abi.name())]
    TooLarge {
        /// The first target on which it is too large.
        abi: Abi,
    },
    /// Arrays and records inside each other without end.
    #[error("types nest deeper than {limit} levels")]
    TooDeep {
        /// The deepest nesting allowed.
        limit: usize,
    },
    /// More fields than any program needs, those of inner records included.
    #[error("`{record}` has more than {limit} fields, those of the records inside it included")]
    TooManyFields {
        /// The record's name.
        record: String,
        /// The most allowed.
        limit: usize,
    },
    /// A field of type `void`.
    #[error("field `{field}` of `{record}` has no value: its type is void")]
    VoidField {
        /// The record's name.
        record: String,
        /// The field's name.
        field: String,
    },
    /// Two fields with one name, inherited ones included.
    #[error("`{record}` has two fields named `{field}`")]
    DuplicateField {
        /// The record's name.
        record: String,
        /// The name given twice.
        field: String,
    },
    /// A bit field of a type that cannot be one.
    #[error("bit field `{field}` of `{record}`: only integer types and bool can have bits")]
    BitFieldType {
        /// The record's name.
        record: String,
        /// The field's name.
        field: String,
    },
    /// A bit field that is empty or wider than its type.
    #[error("bit field `{field}` of `{record}`: {bits} bits do not fit its type, which takes 1 to {max}")]
    BitWidth {
        /// The record's name.
        record: String,
        /// The field's name.
        field: String,
        /// The width asked for.
        bits: u32,
        /// The width of its type on this machine.
        max: u32,
    },
    /// A packing that is not a power of two.
    #[error("`{record}`: pack must be a power of two, not {pack}")]
    Pack {
        /// The record's name.
        record: String,
        /// The packing asked for.
        pack: u32,
    },
    /// An alignment that is not a power of two, or beyond what compilers take.
    #[error("`{record}`: align must be a power of two up to {max}, not {align}")]
    Align {
        /// The record's name.
        record: String,
        /// The alignment asked for.
        align: u32,
        /// The largest alignment allowed.
        max: u32,
    },
    /// A struct based on a union, or the other way round.
    #[error("`{record}` and its base `{base}` must both be structs or both be unions")]
    BaseKind {
        /// The record's name.
        record: String,
        /// The base's name.
        base: String,
    },
}
