//! Whose turn it is to run Lua.
//!
//! The thread that runs Lua owns the state. A native call gives it up for as long as it lasts; a callback takes it, on
//! whatever thread C calls. Calls nest: a call that returns waits until the callbacks that began inside it are done.
//!
//! Nearly every callback comes on Lua's own thread, so that thread pays two plain stores and a load for a call. It is
//! the other threads that pay: they announce themselves, make every processor see what was stored before (a process-wide
//! memory barrier), and only then look whether Lua's thread is inside a native call. From the announcement on Lua's
//! thread goes through the mutex as well. Where the system has no such barrier, Lua's thread uses fences.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, compiler_fence, fence};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a thread that is not Lua's waits for its turn before it gives up.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often a waiting thread looks by itself.
const NAP: Duration = Duration::from_millis(20);

/// Set among the visitors where the system has no process-wide barrier: fences on Lua's own thread.
const FENCES: u32 = 1 << 31;

/// The turn.
#[repr(C)] // generated code uses `free` and `visitors`
pub(crate) struct Ownership {
    /// Callbacks exist: until then there is nobody to share with.
    shared: AtomicBool,
    /// Lua's thread is inside a native call.
    pub(crate) free: AtomicBool,
    /// Other threads that want or have the turn; with [`FENCES`].
    pub(crate) visitors: AtomicU32,
    /// Another thread has the turn. Read without the mutex only by who has the turn.
    visited: AtomicBool,
    closed: AtomicBool,
    /// Lua's thread.
    home: AtomicUsize,
    gate: Mutex<()>,
    wake: Condvar,
}

/// How a callback came to its turn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Turn {
    /// On Lua's own thread, inside a native call; to be given back.
    Home,
    /// On another thread; to be given back.
    Visitor,
    /// On Lua's own thread while it runs Lua: C code that Lua called some other way calls back.
    Nested,
    /// The runtime is gone.
    Closed,
    /// Lua did not make a native call in time.
    Refused,
}

/// Who gave the turn up for a native call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Given {
    /// Nobody: there are no callbacks, the turn was kept.
    Kept,
    Home,
    Visitor,
}

thread_local! {
    static TOKEN: u8 = const { 0 };
}

/// A number that tells living threads apart; never 0.
#[inline(always)]
fn me() -> usize {
    TOKEN.with(|t| std::ptr::from_ref(t) as usize)
}

impl Ownership {
    pub(crate) fn new() -> Ownership {
        Ownership {
            shared: AtomicBool::new(false),
            free: AtomicBool::new(false),
            visitors: AtomicU32::new(0),
            visited: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            home: AtomicUsize::new(0),
            gate: Mutex::new(()),
            wake: Condvar::new(),
        }
    }

    /// From now on callbacks exist.
    pub(crate) fn share(&self) {
        if !self.shared.swap(true, SeqCst) {
            self.home.store(me(), SeqCst);
            if !barrier::register() {
                self.visitors.fetch_or(FENCES, SeqCst);
            }
        }
    }

    /// Other threads that want or have the turn.
    #[inline(always)]
    fn visitors(&self) -> u32 {
        self.visitors.load(Acquire) & !FENCES
    }

    fn has_fences(&self) -> bool {
        self.visitors.load(Relaxed) & FENCES != 0
    }

    /// Whether the turn must be given up by [`Ownership::release`]; else [`Ownership::release_at_home`] will do: nobody
    /// else has or wants it, and plain stores are enough.
    #[inline(always)]
    pub(crate) fn needs_detour(&self) -> bool {
        self.visitors.load(Relaxed) != 0
    }

    /// Gives the turn up for a native call of Lua's own thread, callbacks or not.
    #[inline(always)]
    pub(crate) fn release_at_home(&self) {
        self.free.store(true, Release);
        compiler_fence(SeqCst);
        if self.visitors() > 0 {
            self.wake_all();
        }
    }

    /// Takes it back, as [`Ownership::acquire`] does.
    #[inline(always)]
    pub(crate) fn acquire_at_home(&self, ready: impl Fn() -> bool) {
        self.free.store(false, Relaxed);
        compiler_fence(SeqCst);
        if self.visitors() > 0 {
            self.home_takes_among_visitors(ready);
        }
    }

    pub(crate) fn is_shared(&self) -> bool {
        self.shared.load(Relaxed)
    }

    /// What orders Lua's thread's own store before its next load, as seen by a visitor.
    #[inline(always)]
    fn order(&self) {
        compiler_fence(SeqCst);
        if self.has_fences() {
            fence(SeqCst);
        }
    }

    /// Gives the turn up for a native call.
    #[inline(always)]
    pub(crate) fn release(&self) -> Given {
        if !self.shared.load(Relaxed) {
            return Given::Kept;
        }
        if self.visited.load(Relaxed) {
            self.visitor_gives_up();
            return Given::Visitor;
        }
        self.home_gives_up();
        Given::Home
    }

    #[inline(always)]
    fn home_gives_up(&self) {
        self.free.store(true, Release);
        self.order();
        // Acquire: what a visitor did to the Lua state before it left is seen from here on.
        if self.visitors() > 0 {
            self.wake_all();
        }
    }

    #[cold]
    fn visitor_gives_up(&self) {
        let _gate = self.lock();
        self.visited.store(false, Release);
        self.wake.notify_all();
    }

    #[cold]
    fn wake_all(&self) {
        let _gate = self.lock();
        self.wake.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, ()> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the turn back after a native call, once `ready` holds: the callbacks inside the call are done.
    #[inline(always)]
    pub(crate) fn acquire(&self, given: Given, ready: impl Fn() -> bool) {
        match given {
            Given::Kept => {}
            Given::Home => self.home_takes(ready),
            Given::Visitor => self.visitor_takes(ready),
        }
    }

    #[inline(always)]
    fn home_takes(&self, ready: impl Fn() -> bool) {
        self.free.store(false, Relaxed);
        self.order();
        // Acquire: what a visitor did to the Lua state before it left is seen from here on.
        if self.visitors() > 0 {
            self.home_takes_among_visitors(ready);
        }
    }

    /// Takes the turn back once nobody else has it and `ready` holds.
    #[cold]
    pub(crate) fn home_takes_among_visitors(&self, ready: impl Fn() -> bool) {
        let mut gate = self.lock();
        // While this thread waits inside its call, others may have the turn.
        self.free.store(true, Release);
        while self.visited.load(Acquire) || !ready() {
            self.wake.notify_all();
            gate = self.wake.wait_timeout(gate, NAP).unwrap_or_else(PoisonError::into_inner).0;
        }
        self.free.store(false, Release);
    }

    #[cold]
    fn visitor_takes(&self, ready: impl Fn() -> bool) {
        let mut gate = self.lock();
        // Only Lua's own thread changes `free`: it is inside the call that this one came from.
        while self.visited.load(Acquire) || !self.free.load(Acquire) || !ready() {
            self.wake.notify_all();
            gate = self.wake.wait_timeout(gate, NAP).unwrap_or_else(PoisonError::into_inner).0;
        }
        self.visited.store(true, Release);
    }

    /// Whether this is Lua's own thread, inside a native call.
    #[inline(always)]
    pub(crate) fn is_free_at_home(&self) -> bool {
        self.home.load(Relaxed) == me() && self.free.load(Relaxed)
    }

    /// Takes the turn for a callback on Lua's own thread, inside a native call; false, and it is not taken, when others are
    /// about.
    #[inline(always)]
    pub(crate) fn take_simply(&self) -> bool {
        self.free.store(false, Relaxed);
        compiler_fence(SeqCst);
        // Acquire: what a visitor did to the Lua state before it left is seen from here on.
        if self.visitors.load(Acquire) == 0 {
            return true;
        }
        self.free.store(true, Release);
        false
    }

    /// Takes the turn for a callback.
    #[inline]
    pub(crate) fn enter(&self) -> Turn {
        if self.closed.load(Acquire) {
            return Turn::Closed;
        }
        if self.home.load(Relaxed) != me() {
            return self.visit();
        }
        if !self.free.load(Relaxed) {
            return Turn::Nested;
        }
        self.home_takes(|| true);
        Turn::Home
    }

    #[cold]
    fn visit(&self) -> Turn {
        self.visitors.fetch_add(1, SeqCst);
        if !self.has_fences() {
            barrier::everywhere();
        }
        let start = Instant::now();
        let mut gate = self.lock();
        loop {
            if self.closed.load(Acquire) {
                self.visitors.fetch_sub(1, SeqCst);
                return Turn::Closed;
            }
            if self.free.load(SeqCst) && !self.visited.load(Acquire) {
                self.visited.store(true, Release);
                return Turn::Visitor;
            }
            if start.elapsed() > PATIENCE {
                self.visitors.fetch_sub(1, SeqCst);
                return Turn::Refused;
            }
            gate = self.wake.wait_timeout(gate, NAP).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Gives back what [`Ownership::enter`] took.
    #[inline]
    pub(crate) fn leave(&self, turn: Turn) {
        match turn {
            Turn::Home => self.home_gives_up(),
            Turn::Visitor => {
                self.visitor_gives_up();
                self.visitors.fetch_sub(1, SeqCst);
            }
            Turn::Nested | Turn::Closed | Turn::Refused => {}
        }
    }

    /// The runtime ends: whoever waits is sent away.
    pub(crate) fn close(&self) {
        self.closed.store(true, SeqCst);
        // No thread is Lua's any more.
        self.home.store(0, SeqCst);
        self.wake_all();
    }
}

/// The process-wide memory barrier.
#[cfg(target_os = "linux")]
mod barrier {
    const PRIVATE_EXPEDITED: libc::c_long = 1 << 3;
    const REGISTER_PRIVATE_EXPEDITED: libc::c_long = 1 << 4;

    fn call(command: libc::c_long) -> bool {
        // SAFETY: `membarrier` takes no pointers; an unknown command is refused.
        unsafe { libc::syscall(libc::SYS_membarrier, command, 0, 0) == 0 }
    }

    /// Whether the system has it.
    pub(super) fn register() -> bool {
        call(REGISTER_PRIVATE_EXPEDITED)
    }

    /// Every thread of this process has passed a full barrier when this returns.
    pub(super) fn everywhere() {
        call(PRIVATE_EXPEDITED);
    }
}

#[cfg(not(target_os = "linux"))]
mod barrier {
    pub(super) fn register() -> bool {
        false
    }

    pub(super) fn everywhere() {}
}
