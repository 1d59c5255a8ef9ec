//! `ct.time(fn, ...)`: what a call costs.

use std::time::{Duration, Instant};

use crate::lua::error::{Failure, Kind as ErrorKind, Res, entry, fail};
use crate::lua::state::State;

/// How long `ct.time` measures, and how often it takes the best.
const ROUND: Duration = Duration::from_millis(4);
const ROUNDS: usize = 5;

entry! {
    /// `ct.time(fn, ...)`: nanoseconds per call with these arguments, the best of some rounds.
    pub(crate) fn time(state) {
        let args = state.top() - 1;
        if super::function_at(state, 1).is_none() && !state.is_function(1) {
            return state.mismatch_text("a function", 1).map_err(|e| e.at("time"));
        }
        if !state.reserve(args + 20) {
            return fail(ErrorKind::ArgumentError, "time: too many arguments");
        }
        let call = |state: State| -> Res<()> {
            for i in 1..=args + 1 {
                state.push_value(i);
            }
            if state.pcall(args, 0) { Ok(()) } else { Err(Failure::Raised) }
        };
        call(state)?;
        let mut repeat = 1u64;
        let mut best = f64::INFINITY;
        let mut rounds = 0;
        while rounds < ROUNDS {
            let start = Instant::now();
            for _ in 0..repeat {
                call(state)?;
            }
            let took = start.elapsed();
            if took < ROUND && repeat < 1 << 30 {
                repeat *= 2;
                continue;
            }
            best = best.min(took.as_nanos() as f64 / repeat as f64);
            rounds += 1;
        }
        state.push_number(best);
        Ok(1)
    }
}
