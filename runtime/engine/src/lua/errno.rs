//! `errno` and Windows' last error: the private copies that `use_errno` and `use_last_error` swap with the real ones.

use super::convert::wide_integer;
use super::error::{Failure, Kind as ErrorKind, NewError, Res, entry, fail};
use super::module::context_of;
use super::state::State;

/// Reads a new value at argument 1 of `what`.
fn new_value(state: State, what: &str) -> Res<i32> {
    let v = wide_integer(state, 1, "an integer").map_err(|e| e.at(what))?;
    match i32::try_from(v) {
        Ok(v) => Ok(v),
        Err(_) => fail(ErrorKind::OverflowError, format_args!("{what}: {v} does not fit an int")),
    }
}

entry! {
    pub(crate) fn get_errno(state) {
        state.push_integer(context_of(state)?.errno.get().into());
        Ok(1)
    }
}

entry! {
    /// Returns the previous value.
    pub(crate) fn set_errno(state) {
        let new = new_value(state, "set_errno")?;
        state.push_integer(context_of(state)?.errno.replace(new).into());
        Ok(1)
    }
}

entry! {
    pub(crate) fn get_last_error(state) {
        state.push_integer(context_of(state)?.last_error.get().into());
        Ok(1)
    }
}

entry! {
    /// Returns the previous value.
    pub(crate) fn set_last_error(state) {
        let new = new_value(state, "set_last_error")?;
        state.push_integer(context_of(state)?.last_error.replace(new).into());
        Ok(1)
    }
}

/// The code at argument 1, else the last error.
fn code(state: State, what: &str) -> Res<i32> {
    if state.is_none_or_nil(1) { Ok(context_of(state)?.last_error.get()) } else { new_value(state, what) }
}

fn text(code: i32) -> String {
    if cfg!(windows) { std::io::Error::from_raw_os_error(code).to_string() } else { format!("Windows error {code}") }
}

entry! {
    /// `FormatError([code])`: the system's text for a Windows error code.
    pub(crate) fn format_error(state) {
        let code = code(state, "FormatError")?;
        state.push_str(&text(code));
        Ok(1)
    }
}

entry! {
    /// `WinError([code [, text]])`: an error value, not raised.
    pub(crate) fn win_error(state) {
        state.set_top(2);
        let code = code(state, "WinError")?;
        let description = state.text(2).unwrap_or_else(|| text(code));
        let error = NewError {
            kind: ErrorKind::OSError,
            message: format!("[WinError {code}] {description}"),
            errno: Some(code),
            has_path: false,
            remote: None,
        };
        let context = context_of(state)?;
        state.push_failure(context, Failure::New(Box::new(error)));
        state.push_integer(code.into());
        state.set_raw_field(-2, "winerror");
        Ok(1)
    }
}
