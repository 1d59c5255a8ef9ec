//! The system's loader behind one set of functions. Handles are plain numbers that only these functions give meaning.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(super) use unix::{close, is_loaded_handle, open, open_loaded, open_program, path_of, symbol};
#[cfg(windows)]
pub(super) use windows::{close, is_loaded_handle, open, open_loaded, open_program, path_of, symbol};

use std::error::Error;

/// libloading keeps the loader's own text in the source of its error.
fn text_of(error: &libloading::Error) -> String {
    error.source().map_or_else(|| error.to_string(), ToString::to_string)
}
