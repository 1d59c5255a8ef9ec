//! System V x86-64: which register, or the stack, each parameter of a call travels in.

use moonglue_abi::{Abi, Class, Passing, Type, passing, result_passing};

use crate::error::{Error, Place};
use crate::image::WORD;
use crate::signature::Signature;

/// Integer registers that carry arguments: rdi, rsi, rdx, rcx, r8, r9.
pub(crate) const INT_REGISTERS: usize = 6;
/// Vector registers that carry arguments: xmm0 to xmm7.
pub(crate) const SSE_REGISTERS: usize = 8;

/// What the stack is aligned to at every call.
pub(crate) const STACK_ALIGN: usize = 16;
/// The largest alignment of an argument on the stack: as much as libffi's descriptions can hold.
const LARGEST_ALIGN: usize = 1 << 15;

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
    /// On the stack, so many bytes from where the arguments there begin.
    Stack(usize),
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

/// The arguments on the stack.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Stack {
    /// Bytes from the first to behind the last, a multiple of 8.
    pub(crate) size: usize,
    /// What the address of the first must be a multiple of.
    pub(crate) align: usize,
}

impl Stack {
    /// The size, rounded up so that a stack pointer below them is aligned as calls want it.
    pub(crate) fn rounded(&self) -> usize {
        self.size.next_multiple_of(STACK_ALIGN)
    }
}

/// The whole call.
pub(crate) struct Assignment {
    pub(crate) params: Vec<Home>,
    pub(crate) result: ResultHome,
    /// Integer registers taken, the hidden result pointer included.
    pub(crate) ints: usize,
    /// Vector registers taken.
    pub(crate) sses: usize,
    pub(crate) stack: Stack,
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
        let ints = usize::from(result == ResultHome::Memory);
        let stack = Stack { size: 0, align: STACK_ALIGN };
        let mut call = Assignment { params: Vec::with_capacity(signature.params.len()), result, ints, sses: 0, stack };
        for (index, param) in signature.params.iter().enumerate() {
            let home = match passing(param, Abi::HOST) {
                Passing::Nothing => Home::Nothing,
                Passing::Registers(classes) => match call.take(&classes) {
                    Some(registers) => Home::Registers(registers),
                    None => call.push(param, index)?,
                },
                Passing::X87 | Passing::ComplexX87 | Passing::Memory => call.push(param, index)?,
                other => return Err(foreign(Place::Parameter(index), &other)),
            };
            call.params.push(home);
        }
        Ok(call)
    }

    /// A register for each piece; `None` when there are not enough left.
    fn take(&mut self, classes: &[Class]) -> Option<Vec<Register>> {
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
            return None;
        }
        (self.ints, self.sses) = (ints, sses);
        Some(registers)
    }

    /// Puts an argument on the stack, at a multiple of its alignment. The stack as a whole is then aligned to the largest
    /// of these, which the caller of a function sees to.
    fn push(&mut self, param: &Type, index: usize) -> Result<Home, Error> {
        let align = param.align(Abi::HOST).max(WORD);
        if align > LARGEST_ALIGN {
            let what = format!("an aggregate aligned to {align} bytes");
            return Err(Error::Unsupported { place: Place::Parameter(index), what });
        }
        let offset = self.stack.size.next_multiple_of(align);
        self.stack.size = offset + param.size(Abi::HOST).next_multiple_of(WORD);
        self.stack.align = self.stack.align.max(align);
        Ok(Home::Stack(offset))
    }
}

fn foreign(place: Place, passing: &Passing) -> Error {
    Error::Unsupported { place, what: format!("a value in the way `{passing:?}`") }
}
