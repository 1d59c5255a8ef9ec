//! Types as trees: scalars, arrays, records.

use std::sync::Arc;

use crate::{Abi, Error, Prim, Record};

/// How deep arrays and records may nest. Sizes are computed by walking the tree, so its depth is bounded.
const MAX_DEPTH: usize = 256;

/// A C type.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// No value: the result of a procedure.
    Void,
    /// A scalar.
    Prim(Prim),
    /// Element type and count. Make it with [`Type::array`], which refuses what no memory can hold.
    Array(Arc<Type>, usize),
    /// A struct or union.
    Record(Arc<Record>),
}

impl Type {
    /// `count` elements of `elem`; a count of zero is allowed, as in gcc.
    ///
    /// # Errors
    /// [`Error::VoidArray`] for elements without a value, [`Error::TooLarge`] when the array would be larger than
    /// `isize::MAX` bytes on any known target, [`Error::TooDeep`] when types nest without end.
    pub fn array(elem: Type, count: usize) -> Result<Type, Error> {
        if elem == Type::Void {
            return Err(Error::VoidArray);
        }
        if elem.depth() >= MAX_DEPTH {
            return Err(Error::TooDeep { limit: MAX_DEPTH });
        }
        let array = Type::Array(Arc::new(elem), count);
        for abi in Abi::ALL {
            array.checked_size(abi)?;
        }
        Ok(array)
    }

    /// C's `sizeof`, in bytes; 0 for `void`. An array built past [`Type::array`]'s checks saturates.
    pub fn size(&self, abi: Abi) -> usize {
        match self {
            Type::Void => 0,
            Type::Prim(prim) => prim.size(abi),
            Type::Array(elem, count) => elem.size(abi).saturating_mul(*count),
            Type::Record(record) => record.layout(abi).size,
        }
    }

    /// C's `_Alignof` inside an aggregate, in bytes; 1 for `void`.
    pub fn align(&self, abi: Abi) -> usize {
        match self {
            Type::Void => 1,
            Type::Prim(prim) => prim.align(abi),
            Type::Array(elem, _) => elem.align(abi),
            Type::Record(record) => record.layout(abi).align,
        }
    }

    /// The size, refused when it leaves the address space.
    pub(crate) fn checked_size(&self, abi: Abi) -> Result<usize, Error> {
        let size = self.size(abi);
        if size > isize::MAX as usize {
            return Err(Error::TooLarge { abi });
        }
        Ok(size)
    }

    /// Levels of arrays and records, this one included.
    pub(crate) fn depth(&self) -> usize {
        match self {
            Type::Void | Type::Prim(_) => 0,
            Type::Array(elem, _) => 1 + elem.depth(),
            Type::Record(record) => record.depth(),
        }
    }

    /// The type under all array levels.
    pub(crate) fn innermost(&self) -> &Type {
        let mut ty = self;
        while let Type::Array(elem, _) = ty {
            ty = elem;
        }
        ty
    }

    pub(crate) fn check_depth(depth: usize) -> Result<usize, Error> {
        if depth > MAX_DEPTH { Err(Error::TooDeep { limit: MAX_DEPTH }) } else { Ok(depth) }
    }
}

impl From<Prim> for Type {
    fn from(prim: Prim) -> Type {
        Type::Prim(prim)
    }
}

impl From<Record> for Type {
    fn from(record: Record) -> Type {
        Type::Record(Arc::new(record))
    }
}
