//! `%time` and `%timeit`, with the output people know from IPython.

use super::flags::{Flags, without_flags};
use super::{Magic, MagicError};
use crate::repl::session::Session;
use crate::repl::validate::compile;
use moonglue::mlua::{Function, Integer, Value};
use moonglue::{Error, Runtime};
use std::time::{Duration, Instant};

pub(super) const MAGICS: &[Magic] = &[
    Magic {
        name: "time",
        usage: "%time CODE",
        summary: "run code once and tell how long it took",
        details: "",
        takes_code: true,
        run: time,
    },
    Magic {
        name: "timeit",
        usage: "%timeit [-n LOOPS] [-r RUNS] [-q] CODE",
        summary: "run code many times and tell the time of one loop",
        details: "Without -n the number of loops is chosen so that a run takes a tenth of a second or more.\n\
                  The cost of the empty loop is subtracted. The result is kept as _: mean, std (seconds), loops, runs.\n\
                  -q prints nothing.",
        takes_code: true,
        run: timeit,
    },
];

/// A run shorter than this says little.
const SHORTEST_RUN: Duration = Duration::from_millis(100);
const RUNS: usize = 7;
const MOST_LOOPS: usize = 1_000_000_000;

fn time(session: &mut Session, argument: &str) -> Result<(), MagicError> {
    let code = without_flags(argument);
    if code.is_empty() {
        return Err(MagicError::Usage);
    }
    let cpu = |session: &Session| session.natives.clock.as_ref().and_then(|clock| clock.call::<f64>(()).ok());
    let cpu_before = cpu(session);
    let before = Instant::now();
    let outcome = session.run(code);
    let wall = before.elapsed();
    if let (Some(before), Some(after)) = (cpu_before, cpu(session)) {
        session.print(&format!("CPU times: total: {}", duration(after - before)));
    }
    session.print(&format!("Wall time: {}", duration(wall.as_secs_f64())));
    session.print_results(&outcome?);
    Ok(())
}

/// What `%timeit` found, in seconds per loop.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Summary {
    mean: f64,
    deviation: f64,
    runs: usize,
    loops: usize,
    /// What was subtracted.
    empty: f64,
}

impl Summary {
    fn of(runs: &[Duration], empty: Duration, loops: usize) -> Self {
        let per_loop = |run: &Duration| run.saturating_sub(empty).as_secs_f64() / loops as f64;
        let count = runs.len() as f64;
        let mean = runs.iter().map(per_loop).sum::<f64>() / count;
        let variance = runs.iter().map(|run| (per_loop(run) - mean).powi(2)).sum::<f64>() / count;
        Self { mean, deviation: variance.sqrt(), runs: runs.len(), loops, empty: empty.as_secs_f64() / loops as f64 }
    }

    fn text(&self) -> String {
        format!(
            "{} ± {} per loop (mean ± std. dev. of {} run{}, {} loop{} each; empty loop of {} subtracted)",
            duration(self.mean),
            duration(self.deviation),
            self.runs,
            plural(self.runs),
            grouped(self.loops),
            plural(self.loops),
            duration(self.empty)
        )
    }
}

fn timeit(session: &mut Session, argument: &str) -> Result<(), MagicError> {
    let flags = Flags::split(argument);
    if flags.rest.is_empty() || flags.number("-n") == Some(0) || flags.number("-r") == Some(0) {
        return Err(MagicError::Usage);
    }
    let body = loop_around(&session.runtime, flags.rest)?;
    let empty = loop_of(&session.runtime, "")?;
    let loops = match flags.number("-n") {
        Some(loops) => loops,
        None => enough_loops(session, &body)?,
    };
    let mut runs = Vec::new();
    for _ in 0..flags.number("-r").unwrap_or(RUNS) {
        runs.push(run(session, &body, loops)?);
    }
    let mut empty_run = run(session, &empty, loops)?;
    for _ in 1..3 {
        empty_run = empty_run.min(run(session, &empty, loops)?);
    }
    let summary = Summary::of(&runs, empty_run, loops);
    if !flags.has("-q") {
        session.print(&summary.text());
    }
    let kept = session.lua.create_table()?;
    kept.raw_set("mean", summary.mean)?;
    kept.raw_set("std", summary.deviation)?;
    kept.raw_set("loops", summary.loops)?;
    kept.raw_set("runs", summary.runs)?;
    session.last.store(&[Value::Table(kept)])?;
    Ok(())
}

/// Loops until a run is long enough, in steps of 1, 2, 5, 10.
fn enough_loops(session: &Session, body: &Function) -> Result<usize, MagicError> {
    let mut power = 1;
    loop {
        for factor in [1, 2, 5] {
            let loops = power * factor;
            if run(session, body, loops)? >= SHORTEST_RUN || loops >= MOST_LOOPS {
                return Ok(loops);
            }
        }
        power *= 10;
    }
}

fn run(session: &Session, body: &Function, loops: usize) -> Result<Duration, MagicError> {
    let count = Value::Integer(Integer::try_from(loops).unwrap_or(Integer::MAX));
    let before = Instant::now();
    let results = session.call(body, count)?;
    let elapsed = before.elapsed();
    // The loop ends with `return true, true`: code with a `return` of its own left it early.
    if results != [Value::Boolean(true), Value::Boolean(true)] {
        return Err(MagicError::Message("the code returns out of the loop".to_owned()));
    }
    Ok(elapsed)
}

/// `code` in a loop: as statements if it can be, so that a call's results are dropped, else as an expression.
fn loop_around(runtime: &Runtime, code: &str) -> Result<Function, Error> {
    // On its own first: a `break` would be fine inside our loop, and end it.
    compile(runtime, code)?;
    loop_of(runtime, &format!("do {code}\nend"))
        .or_else(|_| loop_of(runtime, &format!("local __value = {code}\n")))
        .or_else(|_| loop_of(runtime, code))
}

fn loop_of(runtime: &Runtime, body: &str) -> Result<Function, Error> {
    runtime.load(format!("for __loop = 1, (...) do {body} end return true, true"), "=timeit")
}

/// Seconds as IPython writes them: three digits and a unit.
fn duration(seconds: f64) -> String {
    if seconds >= 60.0 {
        let whole = seconds as u64;
        let parts = [(whole / 3600, "h"), (whole / 60 % 60, "min"), (whole % 60, "s")];
        let shown: Vec<String> =
            parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count}{unit}")).collect();
        return shown.join(" ");
    }
    let (scale, unit) = match seconds {
        s if s >= 1.0 => (1.0, "s"),
        s if s >= 1e-3 => (1e3, "ms"),
        s if s >= 1e-6 => (1e6, "µs"),
        _ => (1e9, "ns"),
    };
    format!("{} {unit}", three_digits(seconds * scale))
}

fn three_digits(number: f64) -> String {
    let decimals = match number {
        n if n >= 99.95 => 0,
        n if n >= 9.995 => 1,
        _ => 2,
    };
    let text = format!("{number:.decimals$}");
    if decimals == 0 {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A count with its thousands set apart.
fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        // ASCII digits are valid UTF-8 wherever they are cut.
        .map(|group| std::str::from_utf8(group).unwrap_or_default())
        .collect();
    groups.join(",")
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_three_digits_and_a_unit() {
        for (seconds, expected) in [
            (0.0, "0 ns"),
            (12.3e-9, "12.3 ns"),
            (1.0e-6, "1 µs"),
            (999.6e-9, "1000 ns"),
            (1.234e-3, "1.23 ms"),
            (0.5, "500 ms"),
            (59.99, "60 s"),
            (61.0, "1min 1s"),
            (3600.0, "1h"),
        ] {
            assert_eq!(duration(seconds), expected, "{seconds}");
        }
    }

    #[test]
    fn counts_are_grouped() {
        for (count, expected) in [(1, "1"), (1000, "1,000"), (12345678, "12,345,678")] {
            assert_eq!(grouped(count), expected);
        }
    }

    #[test]
    fn the_empty_loop_is_subtracted_and_never_gives_less_than_nothing() {
        let nanos = Duration::from_nanos;
        let summary = Summary::of(&[nanos(300), nanos(500)], nanos(100), 10);
        assert!((summary.mean - 30e-9).abs() < 1e-15 && (summary.deviation - 10e-9).abs() < 1e-15, "{summary:?}");
        assert_eq!(Summary::of(&[nanos(5)], nanos(100), 1).mean, 0.0);
        assert_eq!(
            summary.text(),
            "30 ns ± 10 ns per loop (mean ± std. dev. of 2 runs, 10 loops each; empty loop of 10 ns subtracted)"
        );
    }

    #[test]
    fn what_can_be_looped() {
        let runtime = Runtime::new().expect("a runtime");
        for code in ["f()", "x + 1", "x = 1", "local y = 2; f(y)", "for i = 1, 3 do end", "f() -- note", "f(), g()"] {
            assert!(loop_around(&runtime, code).is_ok(), "{code}");
        }
        for code in ["break", "x = = 1", "goto done"] {
            assert!(loop_around(&runtime, code).is_err(), "{code}");
        }
    }
}
