//! What generated code calls where things are out of the ordinary, and for results that are made by more than a store.

use std::ffi::c_int;

use super::super::argument::Scratch;
use super::super::calling::push_kept_error;
use super::super::hot::Word;
use super::super::plan::Plan;
use super::super::record::CallRecord;
use super::super::result;
use crate::lua::context::Context;
use crate::lua::error::{Failure, raise};
use crate::lua::stack::Value;
use crate::lua::state::{State, ffi};

/// The address that a value gives for a pointer parameter; all ones when it gives none.
///
/// # Safety
///
/// A value on Lua's stack, and the parameter's word.
pub(super) unsafe extern "C" fn address_of(value: *const Value, word: *const Word) -> u64 {
    // SAFETY: this function's contract.
    let (value, word) = unsafe { (&*value, &*word) };
    word.read_other(value, &mut Scratch::none()).unwrap_or(u64::MAX)
}

/// Waits for the threads that have or want the turn, at the end of `record`'s call.
///
/// # Safety
///
/// The code's own context and record.
pub(super) unsafe extern "C" fn wait(context: *const Context, record: *const CallRecord) {
    // SAFETY: this function's contract; code does not outlive its context.
    let context = unsafe { &*context };
    context.ownership.home_takes_among_visitors(|| std::ptr::eq(context.calls.get(), record));
}

/// Raises what a callback raised inside `record`'s call, which is unlinked; returns when that is nothing.
///
/// # Safety
///
/// The state that the code runs on, its own context and record. No frame between this one and Lua owns anything.
pub(super) unsafe extern "C-unwind" fn raise_kept(
    raw: *mut ffi::lua_State,
    context: *const Context,
    record: *const CallRecord,
) {
    // SAFETY: this function's contract.
    let (state, context) = unsafe { (State::new(raw), &*context) };
    if push_kept_error(state, context, record) {
        // SAFETY: the error value is on the top; nothing needs dropping.
        unsafe { raise(raw, Failure::Raised) };
    }
}

/// Pushes a result that goes through the table of conversions.
///
/// # Safety
///
/// The state that the code runs on; the plan that it was made for.
pub(super) unsafe extern "C-unwind" fn give_word(raw: *mut ffi::lua_State, plan: *const Plan, bits: u64) -> c_int {
    // SAFETY: this function's contract; a plan's function is the running closure's.
    let (state, plan) = unsafe { (State::new(raw), &*plan) };
    // SAFETY: as above.
    let function = unsafe { &*plan.function };
    let mut buffer = [bits, 0];
    match result::push(state, function, plan, buffer.as_mut_ptr().cast()) {
        Ok(count) => count,
        // SAFETY: the code returns this at once, and owns nothing.
        Err(failure) => unsafe { raise(raw, failure) },
    }
}

/// Pushes a struct that came in registers.
///
/// # Safety
///
/// As for [`give_word`]; the words are those of the struct, at most two.
pub(super) unsafe extern "C-unwind" fn give_record(
    raw: *mut ffi::lua_State,
    plan: *const Plan,
    words: *const u64,
) -> c_int {
    // SAFETY: this function's contract.
    let (state, plan) = unsafe { (State::new(raw), &*plan) };
    // SAFETY: this function's contract.
    let words = unsafe { std::slice::from_raw_parts(words, plan.result.size().div_ceil(8)) };
    match state.push_new_holding(plan.result, words) {
        Ok(()) => 1,
        // SAFETY: as in `give_word`.
        Err(failure) => unsafe { raise(raw, failure) },
    }
}
