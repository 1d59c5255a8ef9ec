//! Time and memory a runtime's calls may take, and the thread that watches the time.

use std::cell::Cell;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::interrupt::{Control, Reason};

/// What the builder was told, and the calls in progress.
pub(crate) struct Limits {
    /// Bytes, 0 when unlimited.
    pub(crate) memory_bytes: usize,
    /// Zero when unlimited.
    pub(crate) allowed_time: Duration,
    depth: Cell<usize>,
    watchdog: Option<Watchdog>,
}

impl Limits {
    /// Starts the watching thread when there is a deadline to watch.
    pub(crate) fn new(
        memory_bytes: usize,
        deadline: Option<Duration>,
        control: &Arc<Control>,
    ) -> std::io::Result<Limits> {
        let watchdog = match deadline {
            Some(_) => {
                control.arm();
                Some(Watchdog::start(Arc::clone(control))?)
            }
            None => None,
        };
        Ok(Limits { memory_bytes, allowed_time: deadline.unwrap_or_default(), depth: Cell::new(0), watchdog })
    }

    /// A call begins. Only the outermost of nested calls starts the clock.
    pub(crate) fn enter<'a>(&'a self, control: &'a Control) -> Turn<'a> {
        let depth = self.depth.get();
        self.depth.set(depth + 1);
        if depth == 0 {
            control.begin();
            if let Some(watchdog) = &self.watchdog {
                watchdog.set(Instant::now().checked_add(self.allowed_time));
            }
        }
        Turn { limits: self, control }
    }
}

/// A call in progress.
pub(crate) struct Turn<'a> {
    limits: &'a Limits,
    control: &'a Control,
}

impl Turn<'_> {
    /// The call has returned; tells why it was stopped, if it was.
    pub(crate) fn finish(self) -> Reason {
        self.control.reason()
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let depth = self.limits.depth.get() - 1;
        self.limits.depth.set(depth);
        if depth == 0 {
            if let Some(watchdog) = &self.limits.watchdog {
                watchdog.set(None);
            }
            self.control.end();
        }
    }
}

/// Time between two attempts to stop a call whose deadline has passed.
const NUDGE: Duration = Duration::from_millis(20);

struct Watch {
    until: Option<Instant>,
    over: bool,
}

/// A thread that sleeps until a deadline passes. Signalling needs another thread than the one that runs Lua.
struct Watchdog {
    shared: Arc<(Mutex<Watch>, Condvar)>,
    thread: Option<JoinHandle<()>>,
}

impl Watchdog {
    fn start(control: Arc<Control>) -> std::io::Result<Watchdog> {
        let shared = Arc::new((Mutex::new(Watch { until: None, over: false }), Condvar::new()));
        let seen = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("moonglue-deadline".into()).spawn(move || {
            let (watch, changed) = &*seen;
            let mut watch = watch.lock().unwrap_or_else(PoisonError::into_inner);
            while !watch.over {
                let Some(until) = watch.until else {
                    watch = changed.wait(watch).unwrap_or_else(PoisonError::into_inner);
                    continue;
                };
                let now = Instant::now();
                if now >= until {
                    control.request(Reason::Deadline);
                    // Until the call has returned: a signal just before a native call blocks does not end that call.
                    watch.until = now.checked_add(NUDGE);
                } else {
                    watch = changed.wait_timeout(watch, until - now).unwrap_or_else(PoisonError::into_inner).0;
                }
            }
        })?;
        Ok(Watchdog { shared, thread: Some(thread) })
    }

    fn set(&self, until: Option<Instant>) {
        let (watch, changed) = &*self.shared;
        watch.lock().unwrap_or_else(PoisonError::into_inner).until = until;
        changed.notify_one();
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        let (watch, changed) = &*self.shared;
        watch.lock().unwrap_or_else(PoisonError::into_inner).over = true;
        changed.notify_one();
        if let Some(thread) = self.thread.take() {
            // It only fails if the thread panicked, and there is nothing left to do for it then.
            let _ = thread.join();
        }
    }
}
