//! Completion: what could stand at the cursor.

mod candidates;
mod context;
mod files;

pub(crate) use candidates::{Candidate, complete};
