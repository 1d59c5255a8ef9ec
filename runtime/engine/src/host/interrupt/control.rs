//! What a runtime and the handles that interrupt it share.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::platform::{self, Target};
use crate::host::active;

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
    /// The place where the call in progress was first stopped has been noted.
    noted: AtomicBool,
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
            noted: AtomicBool::new(false),
        })
    }

    /// Prepares the process for interrupts of this runtime.
    pub(crate) fn arm(&self) {
        if !self.armed.swap(true, Ordering::AcqRel) {
            platform::install();
        }
    }

    /// Whether running states have to look at the flag.
    #[cfg(not(unix))]
    pub(crate) fn is_armed(&self) -> bool {
        self.armed.load(Ordering::Acquire)
    }

    /// Why the call in progress shall stop.
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
    pub(crate) fn hook(&self, set_hooks: impl FnOnce()) {
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
        self.noted.store(false, Ordering::Release);
        reason
    }

    /// Whether the place where the call was first stopped is noted; the caller notes it if it is not.
    pub(crate) fn note_once(&self) -> bool {
        self.noted.swap(true, Ordering::AcqRel)
    }

    /// Whether the place where the call was first stopped is noted.
    pub(crate) fn is_noted(&self) -> bool {
        self.noted.load(Ordering::Acquire)
    }

    /// Asks the running call to stop; false when none is in progress.
    pub(crate) fn request(&self, reason: Reason) -> bool {
        let target = self.lock();
        let Some(thread) = *target else { return false };
        // The first reason stands.
        let _ = self.requested.compare_exchange(Reason::None as u8, reason as u8, Ordering::AcqRel, Ordering::Acquire);
        thread.notify();
        true
    }
}
