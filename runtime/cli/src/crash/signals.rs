//! The handler of fatal signals. It runs on a stack of its own, since the usual one may be what overflowed.

use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use moonglue::DescribeCall;

use super::report::{self, Fault};
use super::writer::Writer;

const FATAL: [(c_int, &str, &str); 5] = [
    (libc::SIGSEGV, "SIGSEGV", "invalid memory reference"),
    (libc::SIGBUS, "SIGBUS", "bus error"),
    (libc::SIGILL, "SIGILL", "illegal instruction"),
    (libc::SIGFPE, "SIGFPE", "arithmetic fault"),
    (libc::SIGABRT, "SIGABRT", "abort"),
];

/// Bytes of the handler's stack: it formats text and walks the stack.
const STACK: usize = 128 << 10;

/// Most frames of a native backtrace.
const FRAMES: usize = 64;

static DESCRIBE: OnceLock<DescribeCall> = OnceLock::new();

/// Installs the handlers for this process, and the stack they run on for this thread.
pub(crate) fn install(describe: DescribeCall) {
    if DESCRIBE.set(describe).is_err() {
        return;
    }
    native_backtrace::prepare();
    // Lives as long as the process: the handler may run at any time.
    let stack = Box::leak(vec![0u8; STACK].into_boxed_slice());
    let stack = libc::stack_t { ss_sp: stack.as_mut_ptr().cast(), ss_flags: 0, ss_size: STACK };
    // SAFETY: the memory is leaked, so it stays valid; a failure leaves the handlers on the ordinary stack.
    unsafe { libc::sigaltstack(&raw const stack, std::ptr::null_mut()) };
    for (signal, ..) in FATAL {
        // SAFETY: all zeroes is a valid `sigaction` (the default action, an empty mask).
        let mut action: libc::sigaction = unsafe { MaybeUninit::zeroed().assume_init() };
        action.sa_sigaction = on_fatal_signal as extern "C" fn(_, _, _) as usize;
        // A fault inside the handler must kill, hence the reset; it must not be blocked either, hence no deferring.
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_RESETHAND | libc::SA_NODEFER;
        // SAFETY: `action` is a live, valid value; the handler is async-signal-safe.
        unsafe { libc::sigaction(signal, &raw const action, std::ptr::null_mut()) };
    }
}

extern "C" fn on_fatal_signal(signal: c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
    static REPORTING: AtomicBool = AtomicBool::new(false);
    if !REPORTING.swap(true, Ordering::AcqRel) {
        // SAFETY: the kernel hands a valid `siginfo_t` to a SA_SIGINFO handler.
        write_report(signal, unsafe { &*info }, context);
    }
    // SAFETY: plain calls that are allowed in signal handlers. The default action kills with the usual status.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        libc::raise(signal);
    }
}

fn write_report(signal: c_int, info: &libc::siginfo_t, context: *mut c_void) {
    let Some(&(_, name, meaning)) = FATAL.iter().find(|(fatal, ..)| *fatal == signal) else { return };
    let is_memory_fault = signal == libc::SIGSEGV || signal == libc::SIGBUS;
    // A positive code comes from the processor; others tell of a signal that somebody sent.
    let by_fault = info.si_code > 0;
    // SAFETY: for a fault that the kernel reports, the address field of the union is the one it set.
    let address = (is_memory_fault && by_fault).then(|| unsafe { info.si_addr() } as usize);
    let executed = address.is_some() && address == instruction::at_fault(context);
    let fault = Fault { name, meaning, address, executed };
    let mut out = Writer::new();
    // The writer never fails: what stderr does not take is lost.
    let _ = report::write_fault(&mut out, fault);
    if let Some(describe) = DESCRIBE.get() {
        describe(&mut |call| {
            let _ = report::write_call(&mut out, call, fault);
        });
    }
    out.flush();
    if executed {
        // There is no frame at an address that is no code: the walk begins where the call came from.
        instruction::in_the_caller(context, native_backtrace::write);
    } else {
        native_backtrace::write();
    }
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod instruction {
    use std::ffi::c_void;

    const POINTER: usize = libc::REG_RIP as usize;
    const STACK: usize = libc::REG_RSP as usize;

    /// The address of the instruction that the signal interrupted.
    pub(super) fn at_fault(context: *mut c_void) -> Option<usize> {
        // SAFETY: the kernel hands a SA_SIGINFO handler the interrupted context, which stays while the handler runs.
        let context = unsafe { &*context.cast::<libc::ucontext_t>() };
        Some(context.uc_mcontext.gregs[POINTER].cast_unsigned() as usize)
    }

    /// Runs `walk` with the interrupted context as it was before the call whose return address lies on the top of its stack.
    pub(super) fn in_the_caller(context: *mut c_void, walk: fn()) {
        // SAFETY: as above; only this handler uses it.
        let registers = unsafe { &mut (*context.cast::<libc::ucontext_t>()).uc_mcontext.gregs };
        let before = (registers[POINTER], registers[STACK]);
        // SAFETY: the call that led to the address has just written its return address there; if the stack is gone as well, the
        // process, whose report is out, dies of that.
        registers[POINTER] = unsafe { std::ptr::with_exposed_provenance::<i64>(before.1 as usize).read_unaligned() };
        registers[STACK] += 8;
        walk();
        // A core file shows what was.
        (registers[POINTER], registers[STACK]) = before;
    }
}

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
mod instruction {
    use std::ffi::c_void;

    /// Not known here.
    pub(super) fn at_fault(_context: *mut c_void) -> Option<usize> {
        None
    }

    pub(super) fn in_the_caller(_context: *mut c_void, walk: fn()) {
        walk();
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod native_backtrace {
    use super::FRAMES;

    /// The first call may load the unwinder, which a signal handler must not do.
    pub(super) fn prepare() {
        let mut frames = [std::ptr::null_mut(); 1];
        // SAFETY: room for one frame is given and stated.
        unsafe { libc::backtrace(frames.as_mut_ptr(), 1) };
    }

    /// Writes module, symbol and address of each frame to stderr.
    pub(super) fn write() {
        const TITLE: &str = "native backtrace:\n";
        let mut frames = [std::ptr::null_mut(); FRAMES];
        // SAFETY: `FRAMES` frames have room; both functions write to memory and descriptors only.
        unsafe {
            libc::write(libc::STDERR_FILENO, TITLE.as_ptr().cast(), TITLE.len());
            let count = libc::backtrace(frames.as_mut_ptr(), FRAMES as std::ffi::c_int);
            libc::backtrace_symbols_fd(frames.as_ptr(), count, libc::STDERR_FILENO);
        }
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
mod native_backtrace {
    pub(super) fn prepare() {}

    /// No walker of the stack that may run in a signal handler is at hand here.
    pub(super) fn write() {}
}
