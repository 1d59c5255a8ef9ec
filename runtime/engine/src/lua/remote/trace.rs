//! A line for each call of a bridge, for finding out what a library is asked.

use std::ffi::c_int;
use std::fmt::Write;
use std::time::Duration;

use crate::lua::error::{Failure, Res};
use crate::lua::function::Function;
use crate::lua::function::plan::Plan;
use crate::lua::state::State;

/// Text of one value longer than this is cut.
const MOST: usize = 60;

/// Prints the call on stderr: its arguments, what it gave, how long it took.
pub(super) fn report(state: State, function: &Function, plan: &Plan, first: c_int, done: &Res, took: Duration) {
    let mut line = format!("{}(", function.name);
    for k in 0..plan.params.len() as c_int {
        line.push_str(if k > 0 { ", " } else { "" });
        line.push_str(&text(state, first + k));
    }
    line.push(')');
    let _ = match done {
        Ok(0) => Ok(()),
        Ok(_) => write!(line, " = {}", text(state, -1)),
        Err(Failure::New(e)) => write!(line, " raised {}: {}", e.kind.name(), e.message),
        Err(Failure::Raised) => write!(line, " raised an error"),
    };
    eprintln!("moonglue: bridge: {line} [{:.1} us]", took.as_nanos() as f64 / 1000.0);
}

/// A value as `tostring` shows it, in short.
fn text(state: State, i: c_int) -> String {
    let i = state.abs(i);
    if !state.reserve(10) {
        return "...".into();
    }
    let is_string = state.is_string(i);
    state.push_shown(i);
    let mut text = state.text(-1).unwrap_or_default();
    state.pop(1);
    if let Some((cut, _)) = text.char_indices().nth(MOST) {
        text.truncate(cut);
        text.push_str("...");
    }
    if is_string { format!("{text:?}") } else { text }
}
