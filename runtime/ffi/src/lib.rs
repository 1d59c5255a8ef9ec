//! Everything native below the scripting layer, without Lua: calls, callbacks, `errno`, scalars at addresses, libraries.
//!
//! - [`Signature`] says what a function takes and returns, [`PreparedCall`] calls it, [`Closure`] is one that C can call.
//! - [`errno()`], [`set_errno`] and [`swap`] reach the calling thread's `errno`.
//! - [`scalar`] and [`long_double`] read and write numbers at addresses.
//!
//! By-value aggregates travel as `moonglue_abi` classifies them, not as libffi would guess.

mod assignment;
mod call;
mod callback;
mod cif;
mod describe;
mod errno;
mod error;
mod executable;
pub mod long_double;
mod registers;
pub mod scalar;
mod signature;
mod types;

pub use call::PreparedCall;
pub use callback::{Closure, Handler};
pub use errno::{errno, set_errno, swap};
pub use error::{Error, Place};
pub use signature::{Convention, Signature};
