//! Function pointers on System V x86-64 that are precompiled, for signatures whose arguments all travel in registers.
//!
//! A call is an image of the argument registers, as `registers` describes it: each argument lies in it, in one piece or,
//! if it is an aggregate whose pieces are not neighbours there, in pieces that are first put together behind it.

use std::ffi::c_void;
use std::mem::MaybeUninit;

use moonglue_abi::Class;

use super::pool::{Entry, Head, INT_RESULT, SSE_RESULT};
use super::target::Target;
use crate::assignment::{APPLIES, Assignment, Home, INT_REGISTERS, ResultHome, SSE_REGISTERS};
use crate::error::Error;
use crate::image::{IMAGE_END, WORD, image_offset, place};
use crate::signature::Signature;
use crate::types::Pinned;

/// As many parameters as can have bytes when all are in registers.
const PARAMS: usize = INT_REGISTERS + SSE_REGISTERS;

/// A precompiled entry and what it leads to.
pub(super) struct Precompiled {
    // First, so that the entry is empty before the context goes.
    entry: Entry,
    _context: Pinned<Context>,
}

/// What a call needs to know.
#[repr(C)]
struct Context {
    /// The entry leads here, and finds the rest behind it.
    head: Head,
    target: Target,
    /// Where in the frame the handler writes a result that travels in registers.
    result: usize,
    params: usize,
    /// Where in the frame each argument lies.
    offsets: [usize; PARAMS],
    /// The caller says where in memory the result goes.
    in_memory: bool,
    /// The result's first word goes to a vector register and its second to an integer register.
    crossed: bool,
    moves: Box<[Move]>,
}

/// Eight bytes that go from a register's place in the image to an aggregate behind it; byte offsets in the frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Move {
    from: u16,
    to: u16,
}

impl Precompiled {
    /// The signature passed [`Signature::check`]. `None` when no entry can serve it: something travels on the stack or
    /// in an x87 register, or all entries are taken.
    pub(super) fn new(signature: &Signature, target: Target) -> Result<Option<Precompiled>, Error> {
        if !APPLIES || signature.is_variadic() {
            return Ok(None);
        }
        let call = Assignment::of(signature)?;
        let Some((offsets, moves)) = arguments(&call.params) else {
            return Ok(None);
        };
        let (result, crossed) = match &call.result {
            ResultHome::X87 | ResultHome::ComplexX87 => return Ok(None),
            ResultHome::Nothing | ResultHome::Memory => (INT_RESULT, false),
            ResultHome::Registers(classes) => match classes[..] {
                [Class::Sse, Class::Integer] => (SSE_RESULT, true),
                [Class::Sse, ..] => (SSE_RESULT, false),
                _ => (INT_RESULT, false),
            },
        };
        let in_memory = call.result == ResultHome::Memory;
        let arrive = match call.params.len() {
            _ if in_memory || crossed || !moves.is_empty() => arrive_in_steps,
            0 => arrive::<0>,
            1 => arrive::<1>,
            2 => arrive::<2>,
            3 => arrive::<3>,
            4 => arrive::<4>,
            5 | 6 => arrive::<6>,
            _ => arrive_in_steps,
        };
        let context = Pinned::new(Box::new(Context {
            head: Head::new(call.sses > 0, arrive),
            target,
            result,
            params: call.params.len(),
            offsets,
            in_memory,
            crossed,
            moves,
        }));
        let head = context.as_ptr().cast();
        // SAFETY: the context is pinned, nobody writes to it, and it is dropped after the entry. `arrive` was chosen
        // for this context, and the pointer is good for all of it.
        let entry = unsafe { Entry::take(head) };
        Ok(entry.map(|entry| Precompiled { entry, _context: context }))
    }

    #[inline]
    pub(super) fn code(&self) -> *const c_void {
        self.entry.code()
    }
}

/// Where each argument lies in the frame, and what must be moved there; `None` if one is on the stack, or there are
/// too many of them.
fn arguments(homes: &[Home]) -> Option<([usize; PARAMS], Box<[Move]>)> {
    let mut offsets = [0; PARAMS];
    let mut moves = Vec::new();
    let mut end = IMAGE_END;
    if homes.len() > PARAMS {
        return None;
    }
    for (offset, home) in offsets.iter_mut().zip(homes) {
        *offset = match home {
            Home::Nothing => 0, // without bytes, anywhere will do
            Home::Stack(_) => return None,
            Home::Registers(registers) => image_offset(registers).unwrap_or_else(|| {
                let at = end;
                moves.extend(registers.iter().map(|register| {
                    let to = end as u16;
                    end += WORD;
                    let from = place(*register) as u16;
                    Move { from, to }
                }));
                at
            }),
        };
    }
    Some((offsets, moves.into()))
}

/// For results in registers, and at most `COUNT` arguments that are in one piece.
///
/// # Safety
/// `head` is that of a [`Context`], and `frame` the frame of a call through its entry.
unsafe extern "C" fn arrive<const COUNT: usize>(head: *const Head, frame: *mut u8) {
    // SAFETY: the head of a context that was pinned for the entry in `new`; it was not dropped, or C would not call.
    let context = unsafe { &*head.cast::<Context>() };
    // Behind the last argument the addresses lead to the start of the frame: cheaper than a loop that knows when to end.
    // SAFETY: `arguments` keeps offsets inside the frame.
    let args: [*const u8; COUNT] =
        std::array::from_fn(|index| unsafe { frame.add(context.offsets[index]) }.cast_const());
    // SAFETY: either place for the result is followed by 16 bytes of frame. The handler was vouched for where the
    // closure was made, and gets the address of each argument.
    unsafe {
        let result = frame.add(context.result);
        result.write_bytes(0, 2 * WORD);
        (context.target.handler)(context.target.user, args.as_ptr(), result);
    }
}

/// For everything else.
///
/// # Safety
/// As for [`arrive`].
unsafe extern "C" fn arrive_in_steps(head: *const Head, frame: *mut u8) {
    type Word = MaybeUninit<u64>;
    // SAFETY: as in `arrive`.
    let context = unsafe { &*head.cast::<Context>() };
    for step in &context.moves {
        // SAFETY: both offsets are those of words in the frame: there is as much room behind the image as in it, and
        // no register is moved twice.
        unsafe {
            let piece = frame.add(step.from.into()).cast::<Word>().read();
            frame.add(step.to.into()).cast::<Word>().write(piece);
        }
    }
    let mut args = [const { MaybeUninit::<*const u8>::uninit() }; PARAMS];
    for (arg, offset) in args.iter_mut().zip(&context.offsets[..context.params]) {
        // SAFETY: `arguments` keeps offsets inside the frame.
        arg.write(unsafe { frame.add(*offset) });
    }
    let args = args.as_ptr().cast::<*const u8>();
    // SAFETY: as in `arrive`; a result in memory goes where the caller's hidden first argument says, whose value the
    // caller gets back.
    unsafe {
        if context.in_memory {
            let memory = frame.cast::<*mut u8>().read();
            context.target.hand_over(args, memory);
            frame.add(INT_RESULT).cast::<*mut u8>().write(memory);
            return;
        }
        let result = frame.add(context.result);
        result.write_bytes(0, 2 * WORD);
        (context.target.handler)(context.target.user, args, result);
        if context.crossed {
            let second = result.add(WORD).cast::<Word>().read();
            frame.add(INT_RESULT).cast::<Word>().write(second);
        }
    }
}
