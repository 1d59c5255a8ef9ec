//! Results, from what C returned to the value on the stack.

use std::ffi::c_int;

use super::arguments::extended;
use super::raise_left;
use crate::lua::function::plan::Plan;
use crate::lua::function::{Function, result};
use crate::lua::stack::{Frame, Value};

/// What C returns in a register, and how it goes to Lua.
pub(super) trait Answer {
    type Native: Copy;

    /// Pushes it; how many values Lua gets.
    fn give(native: Self::Native, frame: Frame, function: &Function, plan: &Plan) -> c_int;
}

/// `void`.
pub(super) struct Nothing;
/// A C int.
pub(super) struct IntAnswer;
/// Any integer, of the plan's width.
pub(super) struct IntegerAnswer;
pub(super) struct DoubleAnswer;
/// Anything else that comes in an integer register: it goes through the table of conversions.
pub(super) struct WordAnswer;
/// Anything else that comes in a vector register.
pub(super) struct VectorAnswer;

impl Answer for Nothing {
    type Native = ();

    #[inline(always)]
    fn give(_native: (), _frame: Frame, _function: &Function, _plan: &Plan) -> c_int {
        0
    }
}

impl Answer for IntAnswer {
    type Native = i32;

    #[inline(always)]
    fn give(native: i32, frame: Frame, _function: &Function, _plan: &Plan) -> c_int {
        frame.push(Value::of_integer(native.into()));
        1
    }
}

impl Answer for IntegerAnswer {
    type Native = u64;

    #[inline(always)]
    fn give(native: u64, frame: Frame, _function: &Function, plan: &Plan) -> c_int {
        let (mask, sign) = plan.result_bits;
        frame.push(Value::of_integer(extended(native, mask, sign) as i64));
        1
    }
}

impl Answer for DoubleAnswer {
    type Native = f64;

    #[inline(always)]
    fn give(native: f64, frame: Frame, _function: &Function, _plan: &Plan) -> c_int {
        frame.push(Value::of_number(native));
        1
    }
}

impl Answer for WordAnswer {
    type Native = u64;

    #[inline(always)]
    fn give(native: u64, frame: Frame, function: &Function, plan: &Plan) -> c_int {
        converted(native, frame, function, plan)
    }
}

impl Answer for VectorAnswer {
    type Native = f64;

    #[inline(always)]
    fn give(native: f64, frame: Frame, function: &Function, plan: &Plan) -> c_int {
        converted(native.to_bits(), frame, function, plan)
    }
}

#[inline(never)]
fn converted(native: u64, frame: Frame, function: &Function, plan: &Plan) -> c_int {
    // Room for a whole pair of registers, as the table of conversions is promised.
    let mut buffer = [native, 0];
    match result::push(frame.state(), function, plan, buffer.as_mut_ptr().cast()) {
        Ok(count) => count,
        Err(failure) => raise_left(frame, failure),
    }
}
