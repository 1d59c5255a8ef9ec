//! Calls on System V x86-64 with arguments on the stack, with variadic arguments, or with a result in x87 registers:
//! everything that `registers` leaves, without libffi.
//!
//! The stack is aligned to whatever the arguments on it want, as C compilers do it: an aggregate that is aligned to more
//! than 16 bytes lies at a multiple of its alignment, so the caller has to round its stack pointer down further than the
//! convention asks for. libffi does not.

use std::arch::naked_asm;
use std::ffi::c_void;
use std::mem::{MaybeUninit, offset_of};

use moonglue_abi::{Abi, Class, Prim, Type};

use crate::assignment::{Assignment, ResultHome};
use crate::image::{IMAGE_END, Image, Moves, SSE_START, WORD};
use crate::signature::Signature;

/// A call of any signature.
pub(crate) struct StackCall {
    plan: Plan,
    moves: Moves,
    /// The result goes where the first integer register says.
    in_memory: bool,
    /// What of the result registers is the result, in order.
    pieces: Box<[Piece]>,
}

/// What `enter` needs to know besides the frame.
#[repr(C)]
struct Plan {
    /// Where in the frame the arguments on the stack begin.
    start: usize,
    /// How many bytes they take, a multiple of 16.
    bytes: usize,
    /// The stack pointer's bits that may be set where they begin.
    mask: isize,
    /// How many vector registers carry arguments: variadic callees want to know.
    vectors: u32,
    /// How many x87 registers hold the result.
    x87: u32,
}

/// The result registers after a call; the x87 ones only as far as there is a result in them.
#[repr(C)]
struct Returned {
    ints: [MaybeUninit<u64>; 2],
    vectors: [MaybeUninit<u64>; 2],
    x87: [MaybeUninit<[u8; 16]>; 2],
}

/// A part of the result: where it is in [`Returned`], how many bytes it has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Piece {
    from: usize,
    size: usize,
}

impl StackCall {
    /// Always possible here, which it is not on every platform.
    pub(crate) fn new(signature: &Signature, call: &Assignment, image: &Image) -> Option<StackCall> {
        let x87 = match call.result {
            ResultHome::X87 => 1,
            ResultHome::ComplexX87 => 2,
            ResultHome::Nothing | ResultHome::Registers(_) | ResultHome::Memory => 0,
        };
        let plan = Plan {
            start: image.size - call.stack.rounded(),
            bytes: call.stack.rounded(),
            mask: -(call.stack.align as isize),
            vectors: call.sses as u32,
            x87,
        };
        let pieces = pieces(&signature.result, &call.result).into();
        let in_memory = call.result == ResultHome::Memory;
        Some(StackCall { plan, moves: image.moves.clone(), in_memory, pieces })
    }

    /// # Safety
    /// As for [`PreparedCall::invoke`](crate::PreparedCall::invoke), with the signature given to [`StackCall::new`].
    pub(crate) unsafe fn invoke(&self, code: *const c_void, frame: *mut u8, result: *mut u8) {
        // SAFETY: the frame is that of this call's image, and the caller provides it.
        unsafe { self.moves.run(frame) };
        if self.in_memory {
            // SAFETY: the frame begins with the image, and no argument is in the register the hidden pointer is in.
            unsafe { frame.cast::<*mut u8>().write(result) };
        }
        let mut returned = MaybeUninit::<Returned>::uninit();
        // SAFETY: the caller says that `code` has the signature this call was prepared for, and that the frame holds its
        // arguments; the plan was made from both.
        unsafe { enter(code, frame, &self.plan, &mut returned) };
        let (returned, mut to) = (returned.as_ptr().cast::<u8>(), result);
        for piece in &self.pieces {
            // SAFETY: `pieces` keeps both inside of the registers, and of the 16 or more bytes that the result has room
            // for; `enter` wrote the registers that the plan says hold something.
            unsafe {
                to.copy_from_nonoverlapping(returned.add(piece.from), piece.size);
                to = to.add(piece.size);
            }
        }
    }
}

fn pieces(ty: &Type, home: &ResultHome) -> Vec<Piece> {
    const X87: usize = offset_of!(Returned, x87);
    match home {
        ResultHome::Nothing | ResultHome::Memory => Vec::new(),
        ResultHome::X87 => vec![Piece { from: X87, size: 16 }],
        ResultHome::ComplexX87 => vec![Piece { from: X87, size: 32 }],
        ResultHome::Registers(classes) => {
            let (mut int, mut vector) = (offset_of!(Returned, ints), offset_of!(Returned, vectors));
            // A scalar's result buffer has room for the whole register; an aggregate's bytes are counted.
            let whole = matches!(ty, Type::Prim(prim) if !matches!(prim, Prim::FloatComplex | Prim::DoubleComplex));
            let mut left = if whole { WORD } else { ty.size(Abi::HOST) };
            let pieces = classes.iter().map(|class| {
                let next = if *class == Class::Integer { &mut int } else { &mut vector };
                let piece = Piece { from: *next, size: left.min(WORD) };
                *next += WORD;
                left -= piece.size;
                piece
            });
            pieces.collect()
        }
    }
}

/// Copies the arguments on the stack to where `code` looks for them, loads all argument registers and calls it.
///
/// The copy is made from its end to its start, that is down the stack, and the gap above it is touched page by page: it
/// meets the guard page at the end of a stack that is too small, and never steps over it.
///
/// # Safety
/// `code` is a function whose arguments are in the frame as `plan`, made for its signature, says.
#[unsafe(naked)]
unsafe extern "C" fn enter(code: *const c_void, frame: *const u8, plan: &Plan, returned: &mut MaybeUninit<Returned>) {
    naked_asm!(
        ".cfi_startproc",
        "pushq %rbp",
        ".cfi_def_cfa_offset 16",
        ".cfi_offset %rbp, -16",
        "movq %rsp, %rbp",
        ".cfi_def_cfa_register %rbp",
        "pushq %rbx",
        ".cfi_offset %rbx, -24",
        "pushq %r12",
        ".cfi_offset %r12, -32",
        "movq %rdi, %r11", // code
        "movq %rsi, %r10", // frame
        "movq %rdx, %rbx", // plan
        "movq %rcx, %r12", // returned
        // Room for the arguments. `rdx` becomes their end.
        "movq {bytes}(%rbx), %rcx",
        "movq %rsp, %rax",
        "subq %rcx, %rsp",
        "andq {mask}(%rbx), %rsp",
        "leaq (%rsp,%rcx), %rdx",
        "2: subq ${page}, %rax",
        "cmpq %rdx, %rax",
        "jb 3f",
        "orb $0, (%rax)",
        "jmp 2b",
        // The copy, from `rdx` to the stack.
        "3: movq {start}(%rbx), %rdx",
        "addq %r10, %rdx",
        "jmp 5f",
        "4: movups -16(%rdx,%rcx), %xmm0",
        "movaps %xmm0, -16(%rsp,%rcx)",
        "subq $16, %rcx",
        "5: testq %rcx, %rcx",
        "jnz 4b",
        // The registers.
        "movl {vectors}(%rbx), %eax",
        "testl %eax, %eax",
        "jz 6f",
        "movsd {sse}(%r10), %xmm0",
        "movsd {sse} + 8(%r10), %xmm1",
        "movsd {sse} + 16(%r10), %xmm2",
        "movsd {sse} + 24(%r10), %xmm3",
        "movsd {sse} + 32(%r10), %xmm4",
        "movsd {sse} + 40(%r10), %xmm5",
        "movsd {sse} + 48(%r10), %xmm6",
        "movsd {sse} + 56(%r10), %xmm7",
        "6: movq (%r10), %rdi",
        "movq 8(%r10), %rsi",
        "movq 16(%r10), %rdx",
        "movq 24(%r10), %rcx",
        "movq 32(%r10), %r8",
        "movq 40(%r10), %r9",
        "callq *%r11",
        // The result.
        "movq %rax, {ints}(%r12)",
        "movq %rdx, {ints} + 8(%r12)",
        "movsd %xmm0, {result}(%r12)",
        "movsd %xmm1, {result} + 8(%r12)",
        "movl {x87}(%rbx), %eax",
        "testl %eax, %eax",
        "jz 7f",
        "fstpt {long}(%r12)",
        "cmpl $1, %eax",
        "je 7f",
        "fstpt {long} + 16(%r12)",
        "7: leaq -16(%rbp), %rsp",
        "popq %r12",
        ".cfi_restore %r12",
        "popq %rbx",
        ".cfi_restore %rbx",
        "popq %rbp",
        ".cfi_restore %rbp",
        ".cfi_def_cfa %rsp, 8",
        "retq",
        ".cfi_endproc",
        page = const 4096,
        start = const offset_of!(Plan, start),
        bytes = const offset_of!(Plan, bytes),
        mask = const offset_of!(Plan, mask),
        vectors = const offset_of!(Plan, vectors),
        x87 = const offset_of!(Plan, x87),
        sse = const SSE_START,
        ints = const offset_of!(Returned, ints),
        result = const offset_of!(Returned, vectors),
        long = const offset_of!(Returned, x87),
        options(att_syntax),
    )
}

const _: () = assert!(SSE_START == 48 && IMAGE_END == 112, "the image is as `enter` reads it");
