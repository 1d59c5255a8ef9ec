//! Integers from Lua: which values are taken, which wrap, which overflow.

use crate::lua::error::{Kind, Res, fail};
use crate::lua::state::{State, ffi};

/// What happens to a value that does not fit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// A C cast, as explicit construction does: the low bits.
    Cast,
    /// Neither in the signed nor in the unsigned range of the width: `OverflowError`.
    Checked,
}

/// The integer at `i`: a Lua integer, or a float whose value is a whole number of at most 64 bits.
/// `expected` names the type in errors.
pub(crate) fn wide_integer(state: State, i: i32, expected: &str) -> Res<i128> {
    if state.is_integer(i) {
        return Ok(state.integer(i).into());
    }
    if state.tag(i) == ffi::LUA_TNUMBER {
        let v = state.number(i);
        if v.fract() != 0.0 || !v.is_finite() {
            return fail(Kind::TypeError, format_args!("expected {expected}, got {v} (no exact integer)"));
        }
        if !(-9_223_372_036_854_775_808.0..18_446_744_073_709_551_616.0).contains(&v) {
            return fail(Kind::OverflowError, format_args!("{v:e} has more than 64 bits"));
        }
        return Ok(v as i128);
    }
    fail(Kind::TypeError, format_args!("expected {expected}, got {}", state.describe(i)))
}

/// The low `bits` bits of the integer at `i`, checked as `mode` says.
#[inline]
pub(crate) fn integer_in_range(state: State, i: i32, bits: u32, mode: Mode, expected: &str) -> Res<u64> {
    if state.is_integer(i) {
        let v = state.integer(i);
        // Fits both readings when shifting it down leaves nothing but the sign.
        if mode == Mode::Cast || bits >= 64 || (v >= -(1 << (bits - 1)) && (bits == 63 || v < (1 << bits))) {
            return Ok(v as u64);
        }
        return overflow(v.into(), expected, bits);
    }
    let v = wide_integer(state, i, expected)?;
    if mode == Mode::Checked && (v < -(1i128 << (bits - 1)) || v >= (1i128 << bits)) {
        return overflow(v, expected, bits);
    }
    Ok(v as u64)
}

#[cold]
fn overflow<T>(v: i128, expected: &str, bits: u32) -> Res<T> {
    fail(Kind::OverflowError, format_args!("{v} does not fit {expected} ({bits} bits)"))
}
