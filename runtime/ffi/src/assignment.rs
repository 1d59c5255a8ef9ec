//! System V x86-64: which register, or the stack, each parameter of a call travels in.

use moonglue_abi::{Abi, Class, Passing, passing, result_passing};

use crate::error::{Error, Place};
use crate::signature::Signature;

/// Integer registers that carry arguments: rdi, rsi, rdx, rcx, r8, r9.
pub(crate) const INT_REGISTERS: usize = 6;
/// Vector registers that carry arguments: xmm0 to xmm7.
pub(crate) const SSE_REGISTERS: usize = 8;

/// Whether this program runs under these conventions at all.
pub(crate) const APPLIES: bool = matches!(Abi::HOST, Abi::X86_64Linux);

/// One argument register.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Register {
    /// The integer register with that index.
    Int(usize),
    /// The vector register with that index.
    Sse(usize),
}

impl Register {
    pub(crate) fn class(self) -> Class {
        match self {
            Register::Int(_) => Class::Integer,
            Register::Sse(_) => Class::Sse,
        }
    }
}

/// How one argument travels.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Home {
    /// It has no bytes.
    Nothing,
    /// Its eight-byte pieces, in order, in these registers.
    Registers(Vec<Register>),
    /// On the stack.
    Stack,
}

/// How the result travels.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum ResultHome {
    /// There is none.
    Nothing,
    /// Its eight-byte pieces in the result registers of these classes.
    Registers(Vec<Class>),
    /// One `long double` on the x87 stack.
    X87,
    /// Two of them.
    ComplexX87,
    /// Where a hidden pointer in the first integer register says.
    Memory,
}

/// The whole call.
pub(crate) struct Assignment {
    pub(crate) params: Vec<Home>,
    pub(crate) result: ResultHome,
    /// Integer registers taken, the hidden result pointer included.
    pub(crate) ints: usize,
    /// Vector registers taken.
    pub(crate) sses: usize,
}

impl Assignment {
    /// Follows the convention's rule: an argument whose pieces do not all find a register goes to the stack whole, and
    /// later arguments may still take the registers it left.
    pub(crate) fn of(signature: &Signature) -> Result<Assignment, Error> {
        let result = match result_passing(&signature.result, Abi::HOST) {
            Passing::Nothing => ResultHome::Nothing,
            Passing::Registers(classes) => ResultHome::Registers(classes),
            Passing::X87 => ResultHome::X87,
            Passing::ComplexX87 => ResultHome::ComplexX87,
            Passing::Memory => ResultHome::Memory,
            other => return Err(foreign(Place::Result, &other)),
        };
        let mut call =
            Assignment { params: Vec::new(), ints: usize::from(result == ResultHome::Memory), sses: 0, result };
        for (index, param) in signature.params.iter().enumerate() {
            let home = match passing(param, Abi::HOST) {
                Passing::Nothing => Home::Nothing,
                Passing::Registers(classes) => call.take(&classes),
                Passing::X87 | Passing::ComplexX87 | Passing::Memory => Home::Stack,
                other => return Err(foreign(Place::Parameter(index), &other)),
            };
            call.params.push(home);
        }
        Ok(call)
    }

    fn take(&mut self, classes: &[Class]) -> Home {
        let (mut ints, mut sses) = (self.ints, self.sses);
        let registers = classes.iter().map(|class| match class {
            Class::Integer => {
                ints += 1;
                Register::Int(ints - 1)
            }
            Class::Sse => {
                sses += 1;
                Register::Sse(sses - 1)
            }
        });
        let registers = registers.collect();
        if ints > INT_REGISTERS || sses > SSE_REGISTERS {
            return Home::Stack;
        }
        (self.ints, self.sses) = (ints, sses);
        Home::Registers(registers)
    }
}

fn foreign(place: Place, passing: &Passing) -> Error {
    Error::Unsupported { place, what: format!("a value in the way `{passing:?}`") }
}
