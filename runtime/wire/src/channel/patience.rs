//! How long to look before sleeping.
//!
//! Being woken costs tens of microseconds, an answer that comes at once less than one. So a wait begins with looking, a
//! little while at full speed and then between the turns of others. It is over within some tens of microseconds, and where
//! there is only one processor it does not take place: the other side could not run meanwhile.

use rustix::thread::sched_yield;

/// Looks at full speed.
const PAUSES: u32 = 100;

/// Looks with a yield before each.
const YIELDS: u32 = 50;

/// The looks a wait begins with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    pauses: u32,
    yields: u32,
}

impl Patience {
    /// What suits the processors this process may use.
    pub(super) fn new() -> Patience {
        let alone = std::thread::available_parallelism().is_ok_and(|processors| processors.get() == 1);
        if alone { Patience { pauses: 0, yields: 0 } } else { Patience { pauses: PAUSES, yields: YIELDS } }
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
        self.look_slowly(|| Ok::<_, std::convert::Infallible>(found())) == Ok(true)
    }

    /// Looks where looking costs too much to be done at full speed.
    pub(super) fn look_slowly<E>(self, mut found: impl FnMut() -> Result<bool, E>) -> Result<bool, E> {
        for _ in 0..self.yields {
            if found()? {
                return Ok(true);
            }
            sched_yield();
        }
        Ok(false)
    }
}
