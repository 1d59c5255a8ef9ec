//! Shared libraries: opening, looking symbols up, unloading, and errors that say what went wrong.

mod diagnose;
mod error;
mod missing;
mod open;
mod system;

pub use error::LoadError;
pub use open::{Check, Library, OpenRequest};
