//! The handler of fatal signals. It runs on a stack of its own, since the usual one may be what overflowed.

use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicBool, Ordering};

use moonglue_wire::shared::{Crash, CrashKind};

use super::place::{Place, culprit};
use crate::thread;

const FATAL: [c_int; 5] = [libc::SIGSEGV, libc::SIGBUS, libc::SIGILL, libc::SIGFPE, libc::SIGABRT];

/// Bytes of the handler's stack: it walks the stack of the thread.
const STACK: usize = 64 << 10;

/// Seconds the handler may take before the process dies without a record: it asks the loader, and the crash may have come
/// while the loader was at work.
const PATIENCE: u32 = 1;

/// Installs the handlers for this process, and the stack they run on for this thread.
pub(super) fn install() {
    own_stack();
    for signal in FATAL {
        // SAFETY: all zeroes is a valid `sigaction` (the default action, an empty mask).
        let mut action: libc::sigaction = unsafe { MaybeUninit::zeroed().assume_init() };
        action.sa_sigaction = on_fatal_signal as extern "C" fn(_, _, _) as usize;
        // A fault inside the handler must kill, hence the reset; it must not be blocked either, hence no deferring.
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_RESETHAND | libc::SA_NODEFER;
        // SAFETY: `action` is a live, valid value; the handler is async-signal-safe.
        unsafe { libc::sigaction(signal, &raw const action, std::ptr::null_mut()) };
    }
}

/// Gives this thread a stack for handlers.
fn own_stack() {
    // Lives as long as the process: the handler may run at any time.
    let stack = Box::leak(vec![0u8; STACK].into_boxed_slice());
    let stack = libc::stack_t { ss_sp: stack.as_mut_ptr().cast(), ss_flags: 0, ss_size: STACK };
    // SAFETY: the memory is leaked, so it stays valid; a failure leaves the handlers on the ordinary stack.
    unsafe { libc::sigaltstack(&raw const stack, std::ptr::null_mut()) };
}

extern "C" fn on_fatal_signal(signal: c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
    static RECORDING: AtomicBool = AtomicBool::new(false);
    if !RECORDING.swap(true, Ordering::AcqRel) {
        // SAFETY: plain calls that are allowed in signal handlers; the default action of an alarm is to end the process.
        unsafe {
            libc::signal(libc::SIGALRM, libc::SIG_DFL);
            libc::alarm(PATIENCE);
        }
        // SAFETY: the kernel hands a valid `siginfo_t` to a SA_SIGINFO handler.
        let info = unsafe { &*info };
        record(signal, info, pc(context));
    }
    // SAFETY: plain calls that are allowed in signal handlers. The default action kills with the usual status.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        libc::raise(signal);
    }
}

fn record(signal: c_int, info: &libc::siginfo_t, pc: usize) {
    // A positive code comes from the processor; others tell of a signal that somebody sent.
    let by_fault = info.si_code > 0 && signal != libc::SIGABRT;
    // SAFETY: for a fault that the kernel reports, the address field of the union is the one it set.
    let address = if by_fault { unsafe { info.si_addr() as usize } } else { 0 };
    // `abort` is in the C library; who called it is what matters.
    let place = if by_fault { Place::of(pc) } else { culprit().unwrap_or_else(|| Place::of(pc)) };
    super::record(&Crash {
        kind: CrashKind::Signal,
        number: signal,
        code: info.si_code,
        address: address as u64,
        pc: place.pc as u64,
        function: thread::function(),
        thread: thread::number_if_any(),
        symbol: place.symbol,
        object: place.object,
    });
}

/// The instruction the signal interrupted.
fn pc(context: *mut c_void) -> usize {
    let context = context.cast::<libc::ucontext_t>();
    #[cfg(target_arch = "x86")]
    // SAFETY: the kernel hands a valid context to a SA_SIGINFO handler.
    let pc = unsafe { (*context).uc_mcontext.gregs[libc::REG_EIP as usize] };
    #[cfg(target_arch = "x86_64")]
    // SAFETY: as above.
    let pc = unsafe { (*context).uc_mcontext.gregs[libc::REG_RIP as usize] };
    #[cfg(target_arch = "aarch64")]
    // SAFETY: as above.
    let pc = unsafe { (*context).uc_mcontext.pc };
    pc as usize
}
