//! Everything native below the scripting layer, without Lua: calls, callbacks, `errno`, scalars at addresses, libraries.
//!
//! - [`Signature`] says what a function takes and returns, [`PreparedCall`] calls it, [`Closure`] is one that C can call.
//! - [`errno()`], [`set_errno`] and [`swap`] reach the calling thread's `errno`.
//! - [`scalar`] and [`long_double`] read and write numbers at addresses.
//! - [`Library`] opens shared libraries, [`find_library`] and [`resolve`] say which file a name means, [`LoadError`] why it
//!   did not load, [`identify`] what a file is, [`exports`](exports()) what a library offers.
//! - `flush_output` writes out what C has printed.
//! - [`near`] suggests the name that was meant.
//!
//! By-value aggregates travel as `moonglue_abi` classifies them, not as libffi would guess.

mod assignment;
mod call;
mod callback;
mod cif;
mod describe;
mod dynamic;
mod errno;
mod error;
mod executable;
mod exports;
mod identify;
mod image;
mod library;
mod loaded;
pub mod long_double;
mod machine;
mod near;
#[cfg(any(target_os = "linux", target_os = "android"))]
mod output;
mod registers;
pub mod scalar;
mod search;
mod signature;
#[cfg(all(target_arch = "x86_64", target_pointer_width = "64", not(windows)))]
mod stacked;
#[cfg(not(all(target_arch = "x86_64", target_pointer_width = "64", not(windows))))]
#[path = "no_stacked.rs"]
mod stacked;
mod types;

pub use call::PreparedCall;
pub use callback::{
    Closure, Handler, MixedHandler, RegisterHandlers, VECTORS, Vector, VectorHandler, WORDS, Word, WordsHandler,
};
pub use errno::{errno, set_errno, swap};
pub use error::{Error, Place};
pub use exports::{Export, ExportError, ExportKind, ExportTable, demangle, exports};
pub use identify::{FileKind, identify};
pub use library::{Check, Library, LoadError, OpenRequest};
pub use loaded::loaded_libraries;
pub use machine::{Arch, Machine, System};
pub use near::near;
#[cfg(any(target_os = "linux", target_os = "android"))]
pub use output::{flush_output, output_by_lines};
pub use search::{Outcome, Resolution, Tried, find_library, resolve};
pub use signature::{Convention, Signature};
