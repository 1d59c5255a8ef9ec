//! How the bytes of a value change when it goes from one target to another.

mod compile;
mod step;

pub use step::{BitSpot, Place, Step, Transfer};
