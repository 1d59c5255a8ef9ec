//! How long to look before sleeping.
//!
//! Being woken costs tens of microseconds, an answer that comes at once less than one. So a wait begins with looking, a
//! little while at full speed and then between the turns of others. It is over within some tens of microseconds. With one
//! processor nothing comes while this side has it, so it only gives it away, a few times: whoever has something to say gets
//! it. Where all processors are busy, a yield gives others whole turns of milliseconds: then sleeping is the shorter wait.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use rustix::thread::sched_yield;

/// Looks at full speed.
const PAUSES: u32 = 100;

/// Looks with a yield before each.
const YIELDS: u32 = 50;

/// The same with one processor.
const YIELDS_ALONE: u32 = 5;

/// A yield that took longer gave the processor to somebody who had work for it.
const CROWDED: Duration = Duration::from_micros(100);

/// So many waits go by without yields once it is crowded.
const WITHOUT_YIELDS: u32 = 256;

/// The looks a wait begins with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    pauses: u32,
    yields: u32,
    /// Where a look is a system call.
    slow_yields: u32,
    /// Waits that are still to go by without yields.
    crowded: u32,
}

impl Patience {
    /// What suits the processors this process may use.
    pub(super) fn new() -> Patience {
        let alone = std::thread::available_parallelism().is_ok_and(|processors| processors.get() == 1);
        if alone {
            Patience { pauses: 0, yields: YIELDS_ALONE, slow_yields: 0, crowded: 0 }
        } else {
            Patience { pauses: PAUSES, yields: YIELDS, slow_yields: YIELDS, crowded: 0 }
        }
    }

    /// Looks until `found` says yes, or patience is at its end.
    #[inline]
    pub(super) fn look(&mut self, found: impl Fn() -> bool) -> bool {
        for _ in 0..self.pauses {
            if found() {
                return true;
            }
            std::hint::spin_loop();
        }
        self.look_between_yields(self.yields, || Ok::<_, Infallible>(found())) == Ok(true)
    }

    /// Looks where a look is a system call.
    pub(super) fn look_slowly<E>(&mut self, found: impl FnMut() -> Result<bool, E>) -> Result<bool, E> {
        self.look_between_yields(self.slow_yields, found)
    }

    fn look_between_yields<E>(&mut self, times: u32, mut found: impl FnMut() -> Result<bool, E>) -> Result<bool, E> {
        if self.crowded > 0 {
            self.crowded -= 1;
            return found();
        }
        let mut before = Instant::now();
        for _ in 0..times {
            if found()? {
                return Ok(true);
            }
            sched_yield();
            let after = Instant::now();
            if after - before > CROWDED {
                self.crowded = WITHOUT_YIELDS;
                return found();
            }
            before = after;
        }
        Ok(false)
    }
}
