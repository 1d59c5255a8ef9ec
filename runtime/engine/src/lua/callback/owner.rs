//! Whose turn it is to run Lua.
//!
//! The thread that runs Lua owns the state. A native call gives it up for as long as it lasts, a callback takes it, on
//! whatever thread C calls. Calls nest: a call that returns waits until the callbacks that began inside it are done.
//! Until the first callback is made there is nobody to share with, and none of this is done.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::SeqCst};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a thread that is not Lua's waits for its turn before it gives up.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often a waiting thread looks by itself, in case nobody wakes it.
const NAP: Duration = Duration::from_millis(50);

/// The turn.
pub(crate) struct Ownership {
    shared: AtomicBool,
    held: AtomicBool,
    closed: AtomicBool,
    holder: AtomicUsize,
    waiters: AtomicU32,
    sleep: Mutex<()>,
    wake: Condvar,
}

/// How a callback came to its turn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Turn {
    /// Taken; to be given back.
    Taken,
    /// This thread is running Lua already: C code that Lua called some other way calls back.
    Nested,
    /// The runtime is gone.
    Closed,
    /// Lua did not make a native call in time.
    Refused,
}

thread_local! {
    static TOKEN: u8 = const { 0 };
}

/// A number that tells living threads apart; never 0.
fn me() -> usize {
    TOKEN.with(|t| std::ptr::from_ref(t) as usize)
}

impl Ownership {
    pub(crate) fn new() -> Ownership {
        Ownership {
            shared: AtomicBool::new(false),
            held: AtomicBool::new(true),
            closed: AtomicBool::new(false),
            holder: AtomicUsize::new(0),
            waiters: AtomicU32::new(0),
            sleep: Mutex::new(()),
            wake: Condvar::new(),
        }
    }

    /// From now on callbacks exist.
    pub(crate) fn share(&self) {
        if !self.shared.swap(true, SeqCst) {
            self.holder.store(me(), SeqCst);
        }
    }

    /// Gives the turn up for a native call; false when there is nobody to share with.
    #[inline(always)]
    pub(crate) fn release(&self) -> bool {
        if !self.shared.load(std::sync::atomic::Ordering::Relaxed) {
            return false;
        }
        self.give_up();
        true
    }

    fn give_up(&self) {
        self.holder.store(0, SeqCst);
        self.held.store(false, SeqCst);
        if self.waiters.load(SeqCst) > 0 {
            let _sleepers = self.sleep.lock().unwrap_or_else(PoisonError::into_inner);
            self.wake.notify_all();
        }
    }

    fn try_take(&self, ready: &impl Fn() -> bool) -> bool {
        if self.held.swap(true, SeqCst) {
            return false;
        }
        if ready() {
            self.holder.store(me(), SeqCst);
            return true;
        }
        self.give_up();
        false
    }

    /// Takes the turn back after a native call, once `ready` holds: the callbacks inside the call are done.
    #[inline(always)]
    pub(crate) fn acquire(&self, ready: impl Fn() -> bool) {
        if !self.try_take(&ready) {
            self.wait(&ready, None);
        }
    }

    #[cold]
    fn wait(&self, ready: &impl Fn() -> bool, limit: Option<Duration>) -> bool {
        let start = Instant::now();
        let mut guard = self.sleep.lock().unwrap_or_else(PoisonError::into_inner);
        self.waiters.fetch_add(1, SeqCst);
        let taken = loop {
            // `give_up` inside `try_take` must not lock the mutex that we hold.
            if !self.held.swap(true, SeqCst) {
                if ready() {
                    self.holder.store(me(), SeqCst);
                    break true;
                }
                self.held.store(false, SeqCst);
            }
            if limit.is_some_and(|l| start.elapsed() > l || self.closed.load(SeqCst)) {
                break false;
            }
            guard = self.wake.wait_timeout(guard, NAP).unwrap_or_else(PoisonError::into_inner).0;
        };
        self.waiters.fetch_sub(1, SeqCst);
        taken
    }

    /// Takes the turn for a callback.
    #[inline]
    pub(crate) fn enter(&self) -> Turn {
        if self.closed.load(SeqCst) {
            return Turn::Closed;
        }
        if self.try_take(&|| true) {
            return Turn::Taken;
        }
        if self.holder.load(SeqCst) == me() {
            return Turn::Nested;
        }
        if self.wait(&|| true, Some(PATIENCE)) {
            return Turn::Taken;
        }
        if self.closed.load(SeqCst) { Turn::Closed } else { Turn::Refused }
    }

    /// Gives back what [`Ownership::enter`] took.
    #[inline]
    pub(crate) fn leave(&self, turn: Turn) {
        if turn == Turn::Taken {
            self.give_up();
        }
    }

    /// The runtime ends: whoever waits is sent away.
    pub(crate) fn close(&self) {
        self.closed.store(true, SeqCst);
        let _sleepers = self.sleep.lock().unwrap_or_else(PoisonError::into_inner);
        self.wake.notify_all();
    }
}
