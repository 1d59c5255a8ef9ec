//! The outcome: where each field is.

/// The layout of a record on one target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordLayout {
    /// C's `sizeof`, in bytes. 0 for a record without members, as in gcc's C.
    pub size: usize,
    /// C's `_Alignof`, in bytes.
    pub align: usize,
    /// One entry per field of the declaration, in order. A base is not listed: it is laid out whole at offset 0.
    pub fields: Vec<FieldLayout>,
}

/// Where a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldLayout {
    /// Of the field, or of a bit field's storage unit, in bytes from the record's start.
    pub offset: usize,
    /// Of the field, or of a bit field's storage unit, in bytes.
    pub size: usize,
    /// The place within the storage unit; `None` for an ordinary field.
    pub bits: Option<BitPlace>,
}

/// Where a bit field is within its storage unit.
///
/// To read one, take the unit's `size` bytes at `offset` as one unsigned integer in the record's byte order (the target's
/// own when it is [`Native`](crate::ByteOrder::Native), and every known target is little-endian), shift it right by
/// [`offset`](BitPlace::offset) and keep [`width`](BitPlace::width) bits. The unit always lies inside the record and holds
/// the whole field. It is the declared type's own unit (1, 2, 4 or 8 bytes) where that fits; otherwise, in packed records
/// and at the end of small ones, it is just the bytes the field touches: any size from 1 to 9.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BitPlace {
    /// From the unit's least significant bit.
    pub offset: u32,
    /// In bits, 1 to 64; 0 only for an unnamed field of width 0.
    pub width: u32,
}
