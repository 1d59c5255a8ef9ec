//! Ends of this process that are nobody's crash.

use std::sync::atomic::{AtomicBool, Ordering};

use moonglue_wire::channel::{ChannelError, HangupWatch};

/// Exit status when what the host said made no sense.
const PROTOCOL: i32 = 76; // EX_PROTOCOL

static IN_ORDER: AtomicBool = AtomicBool::new(false);

/// The host is gone: so is all reason to be here, whatever the library is doing.
pub(crate) fn without_host(error: &ChannelError) -> ! {
    if !matches!(error, ChannelError::Closed) {
        eprintln!("moonglue-bridge: {error}");
    }
    leave(0)
}

/// The host sent something that is not part of the conversation.
pub(crate) fn broken(what: &str) -> ! {
    eprintln!("moonglue-bridge: the host broke the protocol: {what}");
    leave(PROTOCOL)
}

/// Ends in good order: the libraries' own finalisers run.
pub(crate) fn in_order() -> ! {
    IN_ORDER.store(true, Ordering::Release);
    std::process::exit(0)
}

/// Whether this is an end that the host asked for.
pub(crate) fn is_in_order() -> bool {
    IN_ORDER.load(Ordering::Acquire)
}

/// Ends this process as soon as the host is gone, even while a library does not return.
pub(crate) fn with_host(hangup: HangupWatch) -> std::io::Result<()> {
    // A handler of the library's should not run here, where it would keep the thread from noticing.
    let before = block_signals();
    let started = std::thread::Builder::new().name("host watch".into()).stack_size(64 << 10).spawn(move || {
        hangup.wait();
        leave(0)
    });
    restore_signals(&before);
    started.map(drop)
}

/// Ends at once: no handler, no finaliser, no lock that a hung library may hold.
fn leave(status: i32) -> ! {
    // SAFETY: ends the process; nothing is left to go wrong.
    unsafe { libc::_exit(status) }
}

/// Blocks what can be blocked in this thread and those it makes; gives what was blocked before.
fn block_signals() -> libc::sigset_t {
    let mut all = std::mem::MaybeUninit::uninit();
    let mut before = std::mem::MaybeUninit::uninit();
    // SAFETY: fills the set.
    unsafe { libc::sigfillset(all.as_mut_ptr()) };
    // SAFETY: `all` was just filled, and the old set has its place.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr()) };
    // SAFETY: written by the call above, which cannot fail with these arguments.
    unsafe { before.assume_init() }
}

fn restore_signals(before: &libc::sigset_t) {
    // SAFETY: a set that was in force before.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, before, std::ptr::null_mut()) };
}
