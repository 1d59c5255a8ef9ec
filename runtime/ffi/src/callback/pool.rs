//! System V x86-64: the entries themselves, and which of them are taken.
//!
//! An entry is two instructions long: it loads what its slot holds into r11, a register that carries no argument, and
//! goes on to where that says. What a slot holds begins with two addresses ([`Head`]): the code that spills the argument
//! registers, and the function that looks at them.

use std::arch::naked_asm;
use std::ffi::c_void;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

use crate::image::{IMAGE_END, SSE_START};

/// How many closures can have an entry at a time.
pub(super) const ENTRIES: usize = 1024;
/// Bytes from one entry to the next.
const STRIDE: usize = 16;

/// Where the frame of a call keeps the result, so that all result registers can be loaded whatever it is:
///
/// | byte | goes to |
/// |---|---|
/// | `INT_RESULT` | rax |
/// | `SSE_RESULT`, 8 bytes behind | xmm0 and rdx |
/// | 8 bytes behind that | xmm1 |
///
/// A result that begins in an integer register is written at `INT_RESULT`, one that begins in a vector register at
/// `SSE_RESULT`: its second word, if there is one, lands in the right register, too. Except when it is a vector word
/// and then an integer word, which must be copied to `INT_RESULT`.
pub(super) const INT_RESULT: usize = 2 * IMAGE_END;
pub(super) const SSE_RESULT: usize = INT_RESULT + 8;
/// The register image, as much again for what must be put together from it, the result; a multiple of 16.
const FRAME: usize = (INT_RESULT + 24).next_multiple_of(16);

/// Looks at the spilled registers: `head` is what the slot holds, `frame` the image, 16-aligned.
pub(super) type Arrive = unsafe extern "C" fn(head: *const Head, frame: *mut u8);

/// What the entries know of the thing in their slot.
#[repr(C)]
pub(super) struct Head {
    spill: unsafe extern "C" fn(),
    arrive: Arrive,
}

impl Head {
    /// `vectors`: whether some parameter travels in a vector register.
    pub(super) fn new(vectors: bool, arrive: Arrive) -> Head {
        let spill = if vectors { spill_all } else { spill_integers };
        Head { spill, arrive }
    }

    /// Where an entry goes on to itself: `pass` finds the head in r11, and may spoil r9.
    pub(super) fn passing(pass: unsafe extern "C" fn(), arrive: Arrive) -> Head {
        Head { spill: pass, arrive }
    }

    /// Where in a head the second address is.
    pub(super) const ARRIVE: usize = std::mem::offset_of!(Head, arrive);
}

/// An entry of one's own.
pub(super) struct Entry(usize);

/// What an entry without a closure leads to.
static NOBODY: Head = Head { spill: nobody, arrive: arrive_nowhere };
static SLOTS: [AtomicPtr<Head>; ENTRIES] = [const { AtomicPtr::new((&raw const NOBODY).cast_mut()) }; ENTRIES];
/// A bit for each entry in use.
static TAKEN: [AtomicU64; ENTRIES / 64] = [const { AtomicU64::new(0) }; ENTRIES / 64];

impl Entry {
    /// Takes a free entry, if there is one, and leads it to `head`.
    ///
    /// # Safety
    /// `head` is not null, stays where it is, and unchanged, until the entry is dropped. Its `arrive` may be called with
    /// it, and with any frame that a call through the entry makes.
    pub(super) unsafe fn take(head: *mut Head) -> Option<Entry> {
        let entry = TAKEN.iter().enumerate().find_map(|(word, taken)| {
            let mut bits = taken.load(Ordering::Relaxed);
            while bits != u64::MAX {
                let bit = bits.trailing_ones();
                // Acquire: what the one before wrote to the slot comes before what we write.
                match taken.compare_exchange_weak(bits, bits | 1 << bit, Ordering::Acquire, Ordering::Relaxed) {
                    Ok(_) => return Some(Entry(word * 64 + bit as usize)),
                    Err(now) => bits = now,
                }
            }
            None
        })?;
        SLOTS[entry.0].store(head, Ordering::Release);
        Some(entry)
    }

    /// What C calls.
    #[inline]
    pub(super) fn code(&self) -> *const c_void {
        let first = (entries as *const c_void).map_addr(|at| at.next_multiple_of(STRIDE));
        first.wrapping_byte_add(self.0 * STRIDE)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        SLOTS[self.0].store((&raw const NOBODY).cast_mut(), Ordering::Relaxed);
        TAKEN[self.0 / 64].fetch_and(!(1 << (self.0 % 64)), Ordering::Release);
    }
}

/// All entries, one behind the other, the first at the next multiple of [`STRIDE`].
///
/// Nothing is pushed before the jumps, so that the stack looks the same to an unwinder everywhere in here.
#[unsafe(naked)]
unsafe extern "C" fn entries() {
    naked_asm!(
        ".cfi_startproc",
        ".balign {stride}, 0xcc",
        ".set .Lmoonglue_slot, 0",
        ".rept {entries}",
        "movq {slots} + 8 * .Lmoonglue_slot(%rip), %r11", // 7 bytes
        "jmpq *{spill}(%r11)",                            // 4 bytes
        ".balign {stride}, 0xcc",
        ".set .Lmoonglue_slot, .Lmoonglue_slot + 1",
        ".endr",
        ".cfi_endproc",
        stride = const STRIDE,
        entries = const ENTRIES,
        slots = sym SLOTS,
        spill = const std::mem::offset_of!(Head, spill),
        options(att_syntax),
    )
}

/// C called a function pointer whose closure is gone.
#[unsafe(naked)]
unsafe extern "C" fn nobody() {
    naked_asm!("jmp {empty}", empty = sym empty, options(att_syntax))
}

extern "C" fn empty() -> ! {
    eprintln!("moonglue: C called a callback that no longer exists");
    std::process::abort();
}

/// Never reached: `nobody` does not return.
unsafe extern "C" fn arrive_nowhere(_: *const Head, _: *mut u8) {}

macro_rules! spill {
    ($(#[$doc:meta])* $name:ident, $($vectors:literal),*) => {
        $(#[$doc])*
        ///
        /// The frame is as large and aligned as the convention wants for the call in it, and nothing is below it that
        /// the caller may still use: the red zone belongs to the innermost function.
        #[unsafe(naked)]
        unsafe extern "C" fn $name() {
            naked_asm!(
                ".cfi_startproc",
                "pushq %rbp",
                ".cfi_def_cfa_offset 16",
                ".cfi_offset %rbp, -16",
                "movq %rsp, %rbp",
                ".cfi_def_cfa_register %rbp",
                "subq ${frame}, %rsp",
                "movq %rdi, (%rsp)",
                "movq %rsi, 8(%rsp)",
                "movq %rdx, 16(%rsp)",
                "movq %rcx, 24(%rsp)",
                "movq %r8, 32(%rsp)",
                "movq %r9, 40(%rsp)",
                $($vectors,)*
                "movq %r11, %rdi",
                "movq %rsp, %rsi",
                "callq *{arrive}(%r11)",
                "movq {int}(%rsp), %rax",
                "movq {sse}(%rsp), %rdx",
                "movq {sse}(%rsp), %xmm0",
                "movq {sse} + 8(%rsp), %xmm1",
                "leave",
                ".cfi_def_cfa %rsp, 8",
                ".cfi_restore %rbp",
                "retq",
                ".cfi_endproc",
                frame = const FRAME,
                arrive = const std::mem::offset_of!(Head, arrive),
                int = const INT_RESULT,
                sse = const SSE_RESULT,
                options(att_syntax),
            )
        }
    };
}

spill! {
    /// Calls `arrive` with the integer registers in the image.
    spill_integers,
}

spill! {
    /// Calls `arrive` with all argument registers in the image.
    spill_all,
    "movsd %xmm0, 48(%rsp)", "movsd %xmm1, 56(%rsp)", "movsd %xmm2, 64(%rsp)", "movsd %xmm3, 72(%rsp)",
    "movsd %xmm4, 80(%rsp)", "movsd %xmm5, 88(%rsp)", "movsd %xmm6, 96(%rsp)", "movsd %xmm7, 104(%rsp)"
}

const _: () = assert!(SSE_START == 48 && IMAGE_END == 112, "the image is as `spill_all` fills it");
