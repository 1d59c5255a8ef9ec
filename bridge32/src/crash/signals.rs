//! The handler of fatal signals. It runs on a stack of its own, since the usual one may be what overflowed.

use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI32, Ordering};

use moonglue_wire::shared::{Crash, CrashKind};

use super::place::{Place, sender};
use crate::thread;

const FATAL: [c_int; 5] = [libc::SIGSEGV, libc::SIGBUS, libc::SIGILL, libc::SIGFPE, libc::SIGABRT];

/// Bytes of the handler's stack: it walks the stack of the thread.
const STACK: usize = 64 << 10;

/// Seconds the handler may take to find names: it asks the loader, and the crash may have come while another thread of the
/// library had the loader at work. After that the record is written without them.
const PATIENCE: u32 = 1;

/// What the signal itself tells, and the thread it came on.
#[derive(Clone, Copy)]
struct Fault {
    signal: c_int,
    code: c_int,
    address: usize,
    pc: usize,
    function: u32,
    thread: u32,
    by_processor: bool,
}

/// The first fatal signal. Others are of no interest.
static FIRST: OnceLock<Fault> = OnceLock::new();

/// The system's number of the thread that is recording it; 0 for none.
static RECORDER: AtomicI32 = AtomicI32::new(0);

/// Installs the handlers for this process, and the stack they run on for this thread.
pub(super) fn install() {
    own_stack();
    for signal in FATAL {
        handle(signal, on_fatal_signal);
    }
}

type Handler = extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void);

fn handle(signal: c_int, handler: Handler) {
    // SAFETY: all zeroes is a valid `sigaction` (the default action, an empty mask).
    let mut action: libc::sigaction = unsafe { MaybeUninit::zeroed().assume_init() };
    action.sa_sigaction = handler as usize;
    // A fault inside the handler must not be blocked: it comes back to the handler, which then gives up.
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_NODEFER;
    // SAFETY: `action` is a live, valid value; the handlers are async-signal-safe.
    unsafe { libc::sigaction(signal, &raw const action, std::ptr::null_mut()) };
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
    // SAFETY: takes no arguments.
    let this = unsafe { libc::gettid() };
    match RECORDER.compare_exchange(0, this, Ordering::AcqRel, Ordering::Acquire) {
        Ok(_) => {}
        // A fault of the handler's own.
        Err(recorder) if recorder == this => die_of(signal),
        // Another thread is at it, and will end the process.
        Err(_) => loop {
            // SAFETY: waits for a signal.
            unsafe { libc::pause() };
        },
    }
    // SAFETY: the kernel hands a valid `siginfo_t` to a SA_SIGINFO handler.
    let fault = fault(signal, unsafe { &*info }, pc(context));
    // Nobody else sets it: see above.
    let _ = FIRST.set(fault);
    limit_time();
    record(fault, if fault.by_processor { Place::of(fault.pc) } else { sender().unwrap_or(Place::unknown(fault.pc)) });
    die_of(signal)
}

/// Has the record written without names when finding them takes too long.
fn limit_time() {
    handle(libc::SIGALRM, on_alarm);
    let mut alarm = MaybeUninit::uninit();
    // SAFETY: fills the set.
    unsafe { libc::sigemptyset(alarm.as_mut_ptr()) };
    // SAFETY: the set was just filled.
    unsafe { libc::sigaddset(alarm.as_mut_ptr(), libc::SIGALRM) };
    // SAFETY: as above.
    unsafe { libc::pthread_sigmask(libc::SIG_UNBLOCK, alarm.as_ptr(), std::ptr::null_mut()) };
    // SAFETY: sets a timer.
    unsafe { libc::alarm(PATIENCE) };
}

extern "C" fn on_alarm(_: c_int, _: *mut libc::siginfo_t, _: *mut c_void) {
    if let Some(fault) = FIRST.get() {
        record(*fault, Place::unknown(fault.pc));
        die_of(fault.signal)
    }
}

/// Ends the process as the signal would have.
fn die_of(signal: c_int) -> ! {
    // SAFETY: plain calls that are allowed in signal handlers.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        libc::raise(signal);
        // The default action has ended the process, unless the library has blocked the signal.
        libc::_exit(128 + signal)
    }
}

fn fault(signal: c_int, info: &libc::siginfo_t, pc: usize) -> Fault {
    // A positive code comes from the processor; others tell of a signal that somebody sent.
    let by_processor = info.si_code > 0 && signal != libc::SIGABRT;
    Fault {
        signal,
        code: info.si_code,
        // SAFETY: for a fault that the kernel reports, the address field of the union is the one it set.
        address: if by_processor { unsafe { info.si_addr() as usize } } else { 0 },
        pc,
        function: thread::function(),
        thread: thread::number_if_any(),
        by_processor,
    }
}

fn record(fault: Fault, place: Place) {
    super::record(&Crash {
        kind: CrashKind::Signal,
        number: fault.signal,
        code: fault.code,
        address: fault.address as u64,
        pc: place.pc as u64,
        function: fault.function,
        thread: fault.thread,
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
