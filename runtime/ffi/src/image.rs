//! Argument frames on System V x86-64.
//!
//! Integer and vector registers are handed out independently there, and a callee does not look at registers it has no
//! argument in. So one image of all of them serves every call. A frame is that image, and behind it what else travels:
//!
//! | bytes | what |
//! |---|---|
//! | 0..48 | rdi, rsi, rdx, rcx, r8, r9 |
//! | 48..112 | the low halves of xmm0 to xmm7 |
//! | 112.. | aggregates whose pieces are moved into the image before a call: they are no neighbours there, or padding follows them |
//! | behind them, from a multiple of 16 | the arguments on the stack, as they lie there |

use std::mem::MaybeUninit;

use moonglue_abi::{Abi, Type};

use crate::assignment::{Assignment, Home, INT_REGISTERS, Register, SSE_REGISTERS};
use crate::signature::Signature;

pub(crate) const WORD: usize = 8;
pub(crate) const SSE_START: usize = INT_REGISTERS * WORD;
pub(crate) const IMAGE_END: usize = SSE_START + SSE_REGISTERS * WORD;

/// Where in the frame of a call everything lies.
pub(crate) struct Image {
    /// The place of each argument.
    pub(crate) slots: Box<[u32]>,
    /// Bytes of the whole, a multiple of 16. The arguments on the stack are the last of them.
    pub(crate) size: usize,
    pub(crate) moves: Moves,
}

impl Image {
    pub(crate) fn of(signature: &Signature, call: &Assignment) -> Image {
        let mut stack = IMAGE_END;
        let mut moves = Vec::new();
        let mut slots: Vec<u32> = Vec::with_capacity(call.params.len());
        for (param, home) in signature.params.iter().zip(&call.params) {
            slots.push(match home {
                Home::Nothing | Home::Stack(_) => 0,
                Home::Registers(registers) => match in_place(param, registers) {
                    Some(offset) => offset as u32,
                    None => {
                        let slot = stack;
                        for (piece, register) in registers.iter().enumerate() {
                            moves.push(Move { from: (slot + piece * WORD) as u32, to: place(*register) as u32 });
                        }
                        stack += param.size(Abi::HOST).next_multiple_of(WORD);
                        slot as u32
                    }
                },
            });
        }
        stack = stack.next_multiple_of(16);
        for (slot, home) in slots.iter_mut().zip(&call.params) {
            if let Home::Stack(offset) = home {
                *slot = (stack + offset) as u32;
            }
        }
        Image { slots: slots.into(), size: stack + call.stack.rounded(), moves: Moves(moves.into()) }
    }
}

/// What brings the pieces of scattered aggregates into their registers' places.
#[derive(Clone)]
pub(crate) struct Moves(Box<[Move]>);

/// Eight bytes that go from an aggregate's slot to a register's place in the image; byte offsets in the frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Move {
    from: u32,
    to: u32,
}

impl Moves {
    /// # Safety
    /// `frame` is that of a call with the image these belong to, and writable.
    #[inline(always)]
    pub(crate) unsafe fn run(&self, frame: *mut u8) {
        for step in &self.0 {
            // SAFETY: both offsets lie in the frame, whose size `Image::of` computed from them and the caller provides.
            // Whole words are moved, initialised or not: an aggregate may end inside its last word.
            unsafe {
                let piece = frame.add(step.from as usize).cast::<MaybeUninit<u64>>().read();
                frame.add(step.to as usize).cast::<MaybeUninit<u64>>().write(piece);
            }
        }
    }
}

/// Where in the image an argument is written, unless its pieces must be moved there. Padding that an aggregate has behind
/// its last piece would be written over a neighbour's place.
fn in_place(param: &Type, registers: &[Register]) -> Option<usize> {
    if param.size(Abi::HOST) > WORD * registers.len() { None } else { image_offset(registers) }
}

/// A register's place in the image.
pub(crate) fn place(register: Register) -> usize {
    match register {
        Register::Int(index) => index * WORD,
        Register::Sse(index) => SSE_START + index * WORD,
    }
}

/// Where in the image a value lies in one piece, if its registers are neighbours there.
pub(crate) fn image_offset(registers: &[Register]) -> Option<usize> {
    let first = place(*registers.first()?);
    let mut pieces = registers.iter().enumerate();
    pieces.all(|(piece, register)| place(*register) == first + piece * WORD).then_some(first)
}
