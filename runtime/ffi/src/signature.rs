//! What a C function takes and gives back.

use moonglue_abi::{Abi, Prim, Type};

use crate::error::{Error, Place};

/// Arguments by value beyond this are refused rather than left to overflow the stack, on which libffi needs them twice.
const MAX_ARGUMENT_BYTES: usize = 512 << 10;

/// Who cleans the stack.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Convention {
    /// The platform's C convention.
    #[default]
    C,
    /// `__stdcall`: the callee cleans the stack. Means something on 32-bit x86 only; elsewhere it is [`Convention::C`].
    Stdcall,
}

/// The types of a C function.
#[derive(Clone, PartialEq, Debug)]
pub struct Signature {
    /// The result; [`Type::Void`] for none.
    pub result: Type,
    /// The parameters, for a variadic call also the types of the variadic arguments of this very call.
    pub params: Vec<Type>,
    /// How many parameters stand in front of the `...`; `params.len()` when the function is not variadic.
    pub fixed: usize,
    /// The calling convention.
    pub convention: Convention,
}

impl Signature {
    /// A function that is not variadic, in the platform's C convention.
    pub fn new(result: Type, params: Vec<Type>) -> Signature {
        let fixed = params.len();
        Signature { result, params, fixed, convention: Convention::C }
    }

    /// Whether some of the parameters are variadic arguments.
    pub fn is_variadic(&self) -> bool {
        self.fixed < self.params.len()
    }

    /// Checks what holds for every way of calling.
    pub(crate) fn check(&self) -> Result<(), Error> {
        // libffi counts parameters and stack bytes in 32 bits.
        if self.fixed > self.params.len() || self.params.len() > usize::from(u16::MAX) {
            return Err(Error::ParameterCount { params: self.params.len(), fixed: self.fixed });
        }
        if let Type::Array(..) = self.result {
            return Err(Error::NotAValue { place: Place::Result, what: "an array" });
        }
        let mut bytes = 0usize;
        for (index, param) in self.params.iter().enumerate() {
            let place = Place::Parameter(index);
            match param {
                Type::Void => {
                    return Err(Error::NotAValue { place, what: "void" });
                }
                Type::Array(..) => {
                    return Err(Error::NotAValue { place, what: "an array" });
                }
                Type::Prim(prim) if index >= self.fixed => check_promoted(*prim, place)?,
                Type::Prim(_) | Type::Record(_) => {}
            }
            bytes = bytes.next_multiple_of(param.align(Abi::HOST)).saturating_add(param.size(Abi::HOST));
            if bytes > MAX_ARGUMENT_BYTES {
                let what = format!("more than {} KiB of arguments", MAX_ARGUMENT_BYTES >> 10);
                return Err(Error::Unsupported { place, what });
            }
        }
        Ok(())
    }
}

/// C never passes these through `...`; a callee that reads `int` or `double` would find rubbish in their place.
fn check_promoted(prim: Prim, place: Place) -> Result<(), Error> {
    let to = match prim {
        Prim::Float => "double",
        Prim::Bool | Prim::Char | Prim::SChar | Prim::UChar | Prim::Short | Prim::UShort => "int",
        Prim::WChar if prim.size(Abi::HOST) < Prim::Int.size(Abi::HOST) => "int",
        _ => return Ok(()),
    };
    Err(Error::Unpromoted { place, from: prim.c_name(), to })
}
