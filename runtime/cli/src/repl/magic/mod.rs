//! The `%` commands, one family per file.

mod code;
mod files;
mod flags;
mod listing;
mod memory;
mod registry;
mod timing;

pub(crate) use flags::without_flags;
pub(crate) use registry::{Magic, MagicError, all, find, near, takes_code};
