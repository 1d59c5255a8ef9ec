//! What a function takes and gives back, for the other side to prepare.

use moonglue_abi::Type;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::types::{TableBuilder, TypeTable};

/// Who cleans the stack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Convention {
    /// The platform's C convention.
    #[default]
    C,
    /// The callee does.
    Stdcall,
}

/// The types of a function. Their sizes are computed anew by the receiver, for its own target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    types: TypeTable,
    result: u32,
    params: Vec<u32>,
    fixed: u32,
    convention: Convention,
}

impl Signature {
    /// Describes a function. `fixed` is how many of its parameters stand in front of the `...`: all, when there is none.
    pub fn new(result: &Type, params: &[Type], fixed: usize, convention: Convention) -> Signature {
        let mut table = TableBuilder::default();
        let result = table.add(result);
        let params = params.iter().map(|param| table.add(param)).collect();
        // More than 32 bits of parameters are refused on both sides as more than there are.
        let fixed = u32::try_from(fixed).unwrap_or(u32::MAX);
        Signature { types: table.finish(), result, params, fixed, convention }
    }

    /// The types again, checked.
    ///
    /// # Errors
    /// [`Error`] says what about them makes no sense.
    pub fn types(&self) -> Result<Types, Error> {
        let types = self.types.types()?;
        let find = |place: u32| {
            let ty = types.get(place as usize);
            ty.cloned().ok_or(Error::TypeReference { node: types.len() as u32, to: place })
        };
        let params = self.params.iter().map(|&place| find(place)).collect::<Result<Vec<Type>, Error>>()?;
        if self.fixed as usize > params.len() {
            return Err(Error::Fixed { fixed: self.fixed, params: params.len() });
        }
        Ok(Types { result: find(self.result)?, params, fixed: self.fixed as usize, convention: self.convention })
    }
}

/// What a [`Signature`] describes.
#[derive(Clone, Debug, PartialEq)]
pub struct Types {
    /// The result.
    pub result: Type,
    /// The parameters.
    pub params: Vec<Type>,
    /// How many of them stand in front of the `...`.
    pub fixed: usize,
    /// The convention.
    pub convention: Convention,
}
