//! Calls on System V x86-64 whose arguments all travel in registers, without libffi.
//!
//! A callee does not look at registers it has no argument in. So one function type that fills every argument register
//! fits every such signature, and a few smaller ones save the loads. What they are filled with is in the frame, which
//! `image` describes.

use std::ffi::c_void;
use std::mem::{MaybeUninit, transmute};

use moonglue_abi::{Abi, Class, Prim, Type};

use crate::assignment::{Assignment, ResultHome};
use crate::image::{Image, Moves, SSE_START, WORD};
use crate::signature::Signature;

/// A call whose arguments and result all travel in registers (or whose result goes where a hidden pointer says).
pub(crate) struct RegisterCall {
    shape: Shape,
    result: ResultKind,
    moves: Moves,
}

/// Which registers are loaded: at least those the signature needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Shape {
    None,
    Int1,
    Int2,
    Int3,
    Int6,
    Sse1,
    Sse2,
    Sse4,
    All,
}

/// Where the result is found, and how much of it is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum ResultKind {
    Nothing,
    /// A scalar, or eight bytes, in rax.
    Int,
    /// A scalar, or eight bytes, in xmm0.
    Sse,
    /// The first `size` bytes of rax.
    PartOfInt(u8),
    /// The first `size` bytes of xmm0.
    PartOfSse(u8),
    /// `size` bytes of rax and rdx.
    IntInt(u8),
    /// `size` bytes of rax and xmm0.
    IntSse(u8),
    /// `size` bytes of xmm0 and rax.
    SseInt(u8),
    /// `size` bytes of xmm0 and xmm1.
    SseSse(u8),
    /// Written by the callee through the pointer in rdi.
    Memory,
}

impl RegisterCall {
    /// `None` when something travels on the stack or in an x87 register.
    pub(crate) fn new(signature: &Signature, call: &Assignment, image: &Image) -> Option<RegisterCall> {
        if call.stack.size > 0 {
            return None;
        }
        let result = result_kind(&signature.result, &call.result)?;
        Some(RegisterCall { shape: shape(call.ints, call.sses), result, moves: image.moves.clone() })
    }

    /// # Safety
    /// As for [`PreparedCall::invoke`](crate::PreparedCall::invoke), with the signature given to [`RegisterCall::new`].
    #[inline]
    pub(crate) unsafe fn invoke(&self, code: *const c_void, frame: *mut u8, result: *mut u8) {
        // SAFETY: the frame is that of this call's image, and the caller provides it.
        unsafe { self.moves.run(frame) };
        // SAFETY: the caller says that `code` has the signature this call was prepared for, that the frame holds its
        // arguments and that the result has room for at least 16 bytes, and for its own size where that is more.
        unsafe {
            match self.result {
                ResultKind::Nothing => {
                    enter::<IntSse>(code, self.shape, frame);
                }
                ResultKind::Int => {
                    let words = enter::<IntSse>(code, self.shape, frame);
                    result.cast::<MaybeUninit<u64>>().write_unaligned(words.int);
                }
                ResultKind::Sse => {
                    let words = enter::<IntSse>(code, self.shape, frame);
                    result.cast::<MaybeUninit<f64>>().write_unaligned(words.sse);
                }
                ResultKind::Memory => {
                    frame.cast::<*mut u8>().write(result);
                    enter::<IntSse>(code, self.shape, frame);
                }
                ResultKind::PartOfInt(size) => copy(&enter::<IntSse>(code, self.shape, frame).int, size, result),
                ResultKind::PartOfSse(size) => copy(&enter::<IntSse>(code, self.shape, frame).sse, size, result),
                ResultKind::IntInt(size) => copy(&enter::<IntInt>(code, self.shape, frame), size, result),
                ResultKind::SseSse(size) => copy(&enter::<SseSse>(code, self.shape, frame), size, result),
                ResultKind::IntSse(size) => copy(&enter::<IntSse>(code, self.shape, frame), size, result),
                ResultKind::SseInt(size) => {
                    // The same two registers as for `IntSse`, in the other order in memory.
                    let words = enter::<IntSse>(code, self.shape, frame);
                    copy(&SseInt { sse: words.sse, int: words.int }, size, result);
                }
            }
        }
    }
}

// `MaybeUninit`, because a register may hold nothing: an argument register no parameter lives in, the rest of a word
// behind a short aggregate, the result register of a function without a result. It travels exactly as what it wraps.
type IntWord = MaybeUninit<u64>;
type SseWord = MaybeUninit<f64>;

/// Returned in rax and xmm0: serves each of them alone, too.
#[repr(C)]
struct IntSse {
    int: IntWord,
    sse: SseWord,
}

/// Returned in rax and rdx.
#[repr(C)]
struct IntInt {
    words: [IntWord; 2],
}

/// Returned in xmm0 and xmm1.
#[repr(C)]
struct SseSse {
    words: [SseWord; 2],
}

#[repr(C)]
struct SseInt {
    sse: SseWord,
    int: IntWord,
}

/// Calls `code` with the registers of the shape loaded from the frame; `R` names the result registers.
///
/// # Safety
/// `code` is a function whose arguments are in the image at `frame`, in registers the shape loads; `R` covers the
/// registers of its result, and it has no other result than in memory.
#[inline(always)]
unsafe fn enter<R>(code: *const c_void, shape: Shape, frame: *const u8) -> R {
    // SAFETY: the image reaches over all registers; callers provide whole frames, 16-aligned.
    let i = |index: usize| unsafe { frame.cast::<IntWord>().add(index).read() };
    // SAFETY: as above.
    let s = |index: usize| unsafe { frame.add(SSE_START).cast::<SseWord>().add(index).read() };
    macro_rules! call {
        ($($ty:ty = $value:expr),*) => {{
            // SAFETY: a pointer to code becomes a function pointer of the same size. Which registers the type loads
            // and reads is what the convention looks at; that they are the right ones is this function's contract.
            unsafe { transmute::<*const c_void, unsafe extern "C" fn($($ty),*) -> R>(code)($($value),*) }
        }};
    }
    type I = IntWord;
    type S = SseWord;
    match shape {
        Shape::None => call!(),
        Shape::Int1 => call!(I = i(0)),
        Shape::Int2 => call!(I = i(0), I = i(1)),
        Shape::Int3 => call!(I = i(0), I = i(1), I = i(2)),
        Shape::Int6 => call!(I = i(0), I = i(1), I = i(2), I = i(3), I = i(4), I = i(5)),
        Shape::Sse1 => call!(S = s(0)),
        Shape::Sse2 => call!(S = s(0), S = s(1)),
        Shape::Sse4 => call!(S = s(0), S = s(1), S = s(2), S = s(3)),
        Shape::All => call!(
            I = i(0),
            I = i(1),
            I = i(2),
            I = i(3),
            I = i(4),
            I = i(5),
            S = s(0),
            S = s(1),
            S = s(2),
            S = s(3),
            S = s(4),
            S = s(5),
            S = s(6),
            S = s(7)
        ),
    }
}

/// Writes the first `size` bytes of what came in registers.
///
/// # Safety
/// `size` is at most the size of `T`, and `result` is writable for as much.
#[inline(always)]
unsafe fn copy<T>(words: &T, size: u8, result: *mut u8) {
    let size = usize::from(size);
    // SAFETY: the caller's promise; a stack value and the caller's memory do not overlap. The constant size compiles
    // to plain moves.
    unsafe {
        let from = (&raw const *words).cast::<u8>();
        if size == size_of::<T>() {
            result.copy_from_nonoverlapping(from, size_of::<T>());
        } else {
            result.copy_from_nonoverlapping(from, size);
        }
    }
}

fn result_kind(ty: &Type, home: &ResultHome) -> Option<ResultKind> {
    let classes = match home {
        ResultHome::Nothing => return Some(ResultKind::Nothing),
        ResultHome::Memory => return Some(ResultKind::Memory),
        ResultHome::X87 | ResultHome::ComplexX87 => return None,
        ResultHome::Registers(classes) => classes,
    };
    // A scalar's result buffer has room for the whole register; an aggregate's bytes are counted.
    let whole = matches!(ty, Type::Prim(prim) if !matches!(prim, Prim::FloatComplex | Prim::DoubleComplex));
    let size = ty.size(Abi::HOST).min(WORD * classes.len()) as u8;
    Some(match classes[..] {
        [Class::Integer] if whole || size == 8 => ResultKind::Int,
        [Class::Sse] if whole || size == 8 => ResultKind::Sse,
        [Class::Integer] => ResultKind::PartOfInt(size),
        [Class::Sse] => ResultKind::PartOfSse(size),
        [Class::Integer, Class::Integer] => ResultKind::IntInt(size),
        [Class::Integer, Class::Sse] => ResultKind::IntSse(size),
        [Class::Sse, Class::Integer] => ResultKind::SseInt(size),
        [Class::Sse, Class::Sse] => ResultKind::SseSse(size),
        _ => return None,
    })
}

fn shape(ints: usize, sses: usize) -> Shape {
    match (ints, sses) {
        (0, 0) => Shape::None,
        (1, 0) => Shape::Int1,
        (2, 0) => Shape::Int2,
        (3, 0) => Shape::Int3,
        (_, 0) => Shape::Int6,
        (0, 1) => Shape::Sse1,
        (0, 2) => Shape::Sse2,
        (0, 3..=4) => Shape::Sse4,
        _ => Shape::All,
    }
}
