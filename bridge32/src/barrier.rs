//! Where exceptions stop.
//!
//! A C++ exception that nobody catches is to end in `std::terminate`, which says what it was. It does when the unwinder finds
//! the end of the stack above the function that throws; Rust's frames up there, which catch panics, would end it with a word
//! about Rust.

use std::ffi::c_void;
use std::mem::ManuallyDrop;

/// Runs `work` at what the unwinder takes for the beginning of the stack.
#[inline]
pub(crate) fn behind<F: FnOnce()>(work: F) {
    unsafe extern "C-unwind" fn run<F: FnOnce()>(work: *mut c_void) {
        // SAFETY: what `behind` passes: a live value that is taken once.
        let work = unsafe { ManuallyDrop::take(&mut *work.cast::<ManuallyDrop<F>>()) };
        work();
    }

    let mut work = ManuallyDrop::new(work);
    // SAFETY: `run` takes the value out, once, before this returns. It returns in the ordinary way: nothing unwinds through
    // the frame in between.
    unsafe { enter(run::<F>, (&raw mut work).cast()) };
}

/// Calls `work(data)` from a frame whose caller the unwinder cannot find.
///
/// # Safety
/// As for `work`.
#[cfg(target_arch = "x86_64")]
#[unsafe(naked)]
unsafe extern "C" fn enter(work: unsafe extern "C-unwind" fn(*mut c_void), data: *mut c_void) {
    std::arch::naked_asm!(
        ".cfi_startproc",
        ".cfi_undefined %rip",
        "subq $8, %rsp",
        "movq %rdi, %rax",
        "movq %rsi, %rdi",
        "callq *%rax",
        "addq $8, %rsp",
        "retq",
        ".cfi_endproc",
        options(att_syntax),
    )
}

/// Calls `work(data)` from a frame whose caller the unwinder cannot find.
///
/// # Safety
/// As for `work`.
#[cfg(target_arch = "x86")]
#[unsafe(naked)]
unsafe extern "C" fn enter(work: unsafe extern "C-unwind" fn(*mut c_void), data: *mut c_void) {
    std::arch::naked_asm!(
        ".cfi_startproc",
        ".cfi_undefined %eip",
        "movl 4(%esp), %eax",
        "movl 8(%esp), %ecx",
        "subl $12, %esp", // at a multiple of 16 for the call
        "movl %ecx, (%esp)",
        "calll *%eax",
        "addl $12, %esp",
        "retl",
        ".cfi_endproc",
        options(att_syntax),
    )
}

/// Calls `work(data)` from a frame whose caller the unwinder cannot find.
///
/// # Safety
/// As for `work`.
#[cfg(target_arch = "aarch64")]
#[unsafe(naked)]
unsafe extern "C" fn enter(work: unsafe extern "C-unwind" fn(*mut c_void), data: *mut c_void) {
    std::arch::naked_asm!(
        ".cfi_startproc",
        ".cfi_undefined x30",
        "stp x29, x30, [sp, #-16]!",
        "mov x2, x0",
        "mov x0, x1",
        "blr x2",
        "ldp x29, x30, [sp], #16",
        "ret",
        ".cfi_endproc",
    )
}
