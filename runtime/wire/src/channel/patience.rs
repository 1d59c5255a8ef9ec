//! How long to look before sleeping.
//!
//! Being woken costs tens of microseconds, an answer that comes at once less than one. So a wait begins with looking, a
//! little while at full speed and then between the turns of others. It is over within some tens of microseconds. With one
//! processor nothing comes while this side has it, so it only gives it away, a few times: whoever has something to say gets
//! it.

use std::convert::Infallible;

use rustix::thread::sched_yield;

/// Looks at full speed.
const PAUSES: u32 = 100;

/// Looks with a yield before each.
const YIELDS: u32 = 50;

/// The same with one processor.
const YIELDS_ALONE: u32 = 5;

/// The looks a wait begins with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    pauses: u32,
    yields: u32,
    /// Where a look is a system call.
    slow_yields: u32,
}

impl Patience {
    /// What suits the processors this process may use.
    pub(super) fn new() -> Patience {
        let alone = std::thread::available_parallelism().is_ok_and(|processors| processors.get() == 1);
        if alone {
            Patience { pauses: 0, yields: YIELDS_ALONE, slow_yields: 0 }
        } else {
            Patience { pauses: PAUSES, yields: YIELDS, slow_yields: YIELDS }
        }
    }

    /// Looks until `found` says yes, or patience is at its end.
    #[inline]
    pub(super) fn look(self, found: impl Fn() -> bool) -> bool {
        for _ in 0..self.pauses {
            if found() {
                return true;
            }
            std::hint::spin_loop();
        }
        yielding(self.yields, || Ok::<_, Infallible>(found())) == Ok(true)
    }

    /// Looks where a look is a system call.
    pub(super) fn look_slowly<E>(self, found: impl FnMut() -> Result<bool, E>) -> Result<bool, E> {
        yielding(self.slow_yields, found)
    }
}

fn yielding<E>(times: u32, mut found: impl FnMut() -> Result<bool, E>) -> Result<bool, E> {
    for _ in 0..times {
        if found()? {
            return Ok(true);
        }
        sched_yield();
    }
    Ok(false)
}
