//! Waking the thread that runs Lua by a signal.

use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::control::Reason;
use super::hook::stop_state;
use crate::host::active;

const SIGNAL: c_int = libc::SIGURG;

/// The thread that runs Lua.
#[derive(Clone, Copy)]
pub(crate) struct Target(libc::pthread_t);

// SAFETY: a `pthread_t` names a thread; any thread may hold and use the name. (It is a pointer on some systems.)
unsafe impl Send for Target {}

impl Target {
    pub(crate) fn this_thread() -> Target {
        // SAFETY: always succeeds.
        Target(unsafe { libc::pthread_self() })
    }

    pub(crate) fn notify(self) {
        // SAFETY: the thread is alive: `Control::request` holds the lock that its call must take to return.
        unsafe { libc::pthread_kill(self.0, SIGNAL) };
    }
}

/// Nothing to do when a state starts to run: the signal finds it.
pub(crate) fn prepare(_state: *mut mlua::ffi::lua_State) {}

/// The handler that was there before ours; 0 and 1 are `SIG_DFL` and `SIG_IGN`.
static PREVIOUS: AtomicUsize = AtomicUsize::new(0);
static PREVIOUS_TAKES_INFO: AtomicUsize = AtomicUsize::new(0);

/// Installs the handler once per process.
pub(crate) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: all zeroes is a valid `sigaction` (the default action, an empty mask).
        let mut action: libc::sigaction = unsafe { MaybeUninit::zeroed().assume_init() };
        action.sa_sigaction = on_signal as extern "C" fn(_, _, _) as usize;
        // Not SA_RESTART: a blocking call should end, so that Lua gets to see the hook.
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        let mut previous = MaybeUninit::<libc::sigaction>::zeroed();
        // SAFETY: both point to live `sigaction` values, and `on_signal` is async-signal-safe.
        if unsafe { libc::sigaction(SIGNAL, &raw const action, previous.as_mut_ptr()) } == 0 {
            // SAFETY: zeroed is valid, and the call has filled it.
            let previous = unsafe { previous.assume_init() };
            let takes_info = previous.sa_flags & libc::SA_SIGINFO != 0;
            PREVIOUS_TAKES_INFO.store(usize::from(takes_info), Ordering::Release);
            PREVIOUS.store(previous.sa_sigaction, Ordering::Release);
        }
    });
}

/// Async-signal-safe: reads atomics and thread-local storage without destructor, calls `lua_sethook`.
extern "C" fn on_signal(signal: c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
    // SAFETY: the handler interrupts this thread; the frames' owners cannot continue before it returns.
    for frame in unsafe { active::frames() } {
        // SAFETY: a control outlives the frames that name it; null belongs to no runtime.
        let Some(control) = (unsafe { frame.control.as_ref() }) else { continue };
        if control.reason() != Reason::None {
            // SAFETY: the frame is in the list, so its state is running on this thread, and it is its turn.
            control.hook(|| unsafe { stop_state(frame.state) });
        }
    }
    let previous = PREVIOUS.load(Ordering::Acquire);
    if previous == libc::SIG_DFL || previous == libc::SIG_IGN {
        return;
    }
    if PREVIOUS_TAKES_INFO.load(Ordering::Acquire) != 0 {
        // SAFETY: the kernel gave us this address as a three-argument handler.
        let handler: extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void) = unsafe { std::mem::transmute(previous) };
        handler(signal, info, context);
    } else {
        // SAFETY: the kernel gave us this address as a one-argument handler.
        let handler: extern "C" fn(c_int) = unsafe { std::mem::transmute(previous) };
        handler(signal);
    }
}
