//! By-value classification: in which registers, or where in memory, a value is handed over.

mod aarch64;
mod dispatch;
mod eightbytes;
mod way;
mod x86;

pub use dispatch::{passing, result_passing};
pub use way::{Class, Passing};
