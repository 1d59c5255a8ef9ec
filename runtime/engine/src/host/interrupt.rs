//! Stopping running Lua from outside, at no cost while nobody does.
//!
//! A count hook that is always installed makes loops more than twice as slow, so none is. To interrupt, a signal
//! (`SIGURG`, which by default is ignored and which debuggers let pass) is sent to the thread that runs Lua; its
//! handler calls `lua_sethook` for every running state of the runtime, which Lua documents as allowed in a signal
//! handler on that very thread. The hook raises an error, and again at the next instruction, so that a `pcall` cannot
//! swallow it, until the top-level call has returned.

use std::ffi::c_int;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mlua::ffi::{self, lua_Debug, lua_State};

use super::active;

/// Why Lua is being stopped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Reason {
    None = 0,
    Interrupt = 1,
    Deadline = 2,
}

/// What a runtime and the handles that interrupt it share.
pub(crate) struct Control {
    /// A [`Reason`]; read by the hook and by the signal handler.
    requested: AtomicU8,
    /// The thread that runs Lua, while a top-level call is in progress. Held while signalling: the call cannot
    /// return, so the thread cannot end, before the signal is sent.
    target: Mutex<Option<Target>>,
    /// Whether anyone ever asked for a handle or set a deadline.
    armed: AtomicBool,
    /// The thread whose turn it is to run Lua, as [`active::this_thread`] names it; 0 when nobody does.
    runner: AtomicUsize,
    /// A signal handler is setting hooks, which it may do only while its thread is the runner.
    hooking: AtomicBool,
}

/// Who ran Lua before a visitor did.
pub(crate) struct Home {
    target: Option<Target>,
    runner: usize,
}

impl Control {
    pub(crate) fn new() -> Arc<Control> {
        Arc::new(Control {
            requested: AtomicU8::new(Reason::None as u8),
            target: Mutex::new(None),
            armed: AtomicBool::new(false),
            runner: AtomicUsize::new(0),
            hooking: AtomicBool::new(false),
        })
    }

    /// Prepares the process for interrupts of this runtime.
    pub(crate) fn arm(&self) {
        if !self.armed.swap(true, Ordering::AcqRel) {
            platform::install();
        }
    }

    pub(crate) fn reason(&self) -> Reason {
        match self.requested.load(Ordering::Acquire) {
            1 => Reason::Interrupt,
            2 => Reason::Deadline,
            _ => Reason::None,
        }
    }

    /// A top-level call begins on this thread.
    pub(crate) fn begin(&self) {
        let mut target = self.lock();
        *target = Some(Target::this_thread());
        self.runner.store(active::this_thread(), Ordering::SeqCst);
    }

    /// Another thread, this one, runs Lua while the one that did waits.
    pub(crate) fn take_over(&self) -> Home {
        let home = {
            let mut target = self.lock();
            let target = target.replace(Target::this_thread());
            Home { target, runner: self.runner.swap(active::this_thread(), Ordering::SeqCst) }
        };
        // A handler that found its thread to be the runner just before the swap is nearly done.
        while self.hooking.load(Ordering::SeqCst) {
            std::hint::spin_loop();
        }
        home
    }

    /// This thread is done; a request that came meanwhile is passed on.
    pub(crate) fn give_back(&self, home: Home) {
        let mut target = self.lock();
        *target = home.target;
        self.runner.store(home.runner, Ordering::SeqCst);
        if self.reason() != Reason::None
            && let Some(thread) = home.target
        {
            thread.notify();
        }
    }

    /// Runs `set_hooks` if this thread is the one to run Lua. For signal handlers.
    #[cfg(unix)]
    fn hook(&self, set_hooks: impl FnOnce()) {
        self.hooking.store(true, Ordering::SeqCst);
        if self.runner.load(Ordering::SeqCst) == active::this_thread() {
            set_hooks();
        }
        self.hooking.store(false, Ordering::SeqCst);
    }

    fn lock(&self) -> MutexGuard<'_, Option<Target>> {
        self.target.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The top-level call has returned; tells why it was stopped, if it was.
    pub(crate) fn end(&self) -> Reason {
        let mut target = self.lock();
        *target = None;
        self.runner.store(0, Ordering::SeqCst);
        let reason = self.reason();
        self.requested.store(Reason::None as u8, Ordering::Release);
        reason
    }

    /// Asks the running call to stop; false when none is in progress.
    pub(crate) fn request(&self, reason: Reason) -> bool {
        let target = self.lock();
        let Some(thread) = *target else { return false };
        // The first reason stands.
        let _ = self.requested.compare_exchange(
            Reason::None as u8,
            reason as u8,
            Ordering::AcqRel,
            Ordering::Acquire,
        );
        thread.notify();
        true
    }
}

use platform::Target;

/// Stops running Lua from any thread; made by [`Runtime::interrupt`](crate::Runtime::interrupt).
///
/// The error it raises cannot be caught by the script for long: it is raised again at every instruction until the
/// host's call has returned [`Error::Interrupted`](crate::Error::Interrupted). A native function that is running is
/// not stopped; Lua stops when it returns. On Unix a blocking system call it waits in fails with `EINTR`; since the
/// request may arrive just before the call blocks, ask again while [`Interrupt::is_pending`].
///
/// # Platform-specific behaviour
///
/// On Unix the first handle installs a process-wide handler for `SIGURG`, which passes foreign signals on to the
/// handler it replaced. Elsewhere running Lua looks at a flag every thousand instructions.
#[derive(Clone)]
pub struct Interrupt(Arc<Control>);

impl Interrupt {
    pub(crate) fn new(control: Arc<Control>) -> Interrupt {
        control.arm();
        Interrupt(control)
    }

    /// Stops the call in progress. Returns whether there was one; a later call is not affected.
    pub fn interrupt(&self) -> bool {
        self.0.request(Reason::Interrupt)
    }

    /// Whether a call was asked to stop and has not returned yet.
    pub fn is_pending(&self) -> bool {
        self.0.reason() != Reason::None
    }
}

impl std::fmt::Debug for Interrupt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Interrupt").field("pending", &(self.0.reason() != Reason::None)).finish()
    }
}

const EVERY_EVENT: c_int = ffi::LUA_MASKCALL | ffi::LUA_MASKRET | ffi::LUA_MASKLINE | ffi::LUA_MASKCOUNT;

/// Raises while the request stands; removes itself from a state that outlived its call.
unsafe extern "C-unwind" fn stop(state: *mut lua_State, _event: *mut lua_Debug) {
    // SAFETY: a hook runs on the thread that runs Lua, inside the innermost frame; its control outlives it.
    let reason = unsafe { active::current_control().as_ref() }.map_or(Reason::None, Control::reason);
    let text = match reason {
        Reason::None => {
            // SAFETY: Lua runs this hook with its own live state; changing the hook inside it is allowed.
            unsafe { ffi::lua_sethook(state, None, 0, 0) };
            return;
        }
        Reason::Interrupt => c"interrupted!",
        Reason::Deadline => c"deadline exceeded",
    };
    // SAFETY: a hook may use 20 stack slots and may raise; nothing in this frame needs dropping.
    unsafe {
        ffi::luaL_where(state, 0);
        ffi::lua_pushstring(state, text.as_ptr());
        ffi::lua_concat(state, 2);
        ffi::lua_error(state);
    }
}

/// Sets the stopping hook on `state`.
///
/// # Safety
///
/// `state` is running on this thread.
pub(crate) unsafe fn stop_state(state: *mut lua_State) {
    // SAFETY: by the contract; `lua_sethook` is made to be called at any moment from the running thread.
    unsafe { ffi::lua_sethook(state, Some(stop), EVERY_EVENT, 1) };
}

/// Removes the stopping hook once the request is over.
///
/// # Safety
///
/// `state` is live and belongs to this thread.
pub(crate) unsafe fn release_state(state: *mut lua_State) {
    // SAFETY: by the contract.
    let hook = unsafe { ffi::lua_gethook(state) };
    if hook.is_some_and(|hook| std::ptr::fn_addr_eq(hook, stop as ffi::lua_Hook)) {
        // SAFETY: by the contract.
        unsafe { ffi::lua_sethook(state, None, 0, 0) };
    }
}

pub(crate) use platform::prepare;

#[cfg(unix)]
mod platform {
    use std::ffi::{c_int, c_void};
    use std::mem::MaybeUninit;
    use std::sync::Once;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::{Reason, active, stop_state};

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
            let handler: extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void) =
                unsafe { std::mem::transmute(previous) };
            handler(signal, info, context);
        } else {
            // SAFETY: the kernel gave us this address as a one-argument handler.
            let handler: extern "C" fn(c_int) = unsafe { std::mem::transmute(previous) };
            handler(signal);
        }
    }
}

#[cfg(not(unix))]
mod platform {
    use super::{Control, Reason, active, ffi, stop_state};
    use mlua::ffi::{lua_Debug, lua_State};
    use std::sync::atomic::Ordering;

    /// Lua polls here, so nobody has to be woken.
    #[derive(Clone, Copy)]
    pub(crate) struct Target;

    impl Target {
        pub(crate) fn this_thread() -> Target {
            Target
        }

        pub(crate) fn notify(self) {}
    }

    pub(crate) fn install() {}

    /// Instructions between two looks at the flag.
    const INTERVAL: std::ffi::c_int = 1000;

    /// Sets the polling hook on a state that starts to run under an armed control.
    pub(crate) fn prepare(state: *mut lua_State) {
        // SAFETY: a control outlives the frames that name it.
        let control = unsafe { active::current_control().as_ref() };
        if control.is_some_and(|control| control.armed.load(Ordering::Acquire)) {
            // SAFETY: the caller is about to run `state` on this thread.
            unsafe { ffi::lua_sethook(state, Some(poll), ffi::LUA_MASKCOUNT, INTERVAL) };
        }
    }

    unsafe extern "C-unwind" fn poll(state: *mut lua_State, _event: *mut lua_Debug) {
        // SAFETY: as in `prepare`.
        let reason = unsafe { active::current_control().as_ref() }.map_or(Reason::None, Control::reason);
        if reason == Reason::None {
            return;
        }
        // SAFETY: the hook runs on the thread that runs Lua; every frame in the list is running on it.
        for frame in unsafe { active::frames() } {
            if frame.control == active::current_control() {
                // SAFETY: see above.
                unsafe { stop_state(frame.state) };
            }
        }
        let _ = state;
    }
}
