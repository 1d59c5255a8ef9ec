//! Libraries that live in another process: their functions, pointers and variables as Lua sees them.
//!
//! Values are converted as for a library of this process, with this process's types; `carry` then changes their bytes to what
//! the other side's C expects. An address of the other side is a `word` that no processor takes for a local one.

mod argument;
mod batch;
pub(crate) mod call;
mod callbacks;
pub(crate) mod carry;
mod copied;
mod crossing;
pub(crate) mod failure;
pub(crate) mod handle;
pub(crate) mod library;
pub(crate) mod map;
pub(crate) mod memory;
mod objects;
pub(crate) mod overlay;
pub(crate) mod plan;
pub(crate) mod pointer;
mod result;
mod retained;
pub(crate) mod session;
mod shared;
pub(crate) mod staged;
mod trace;
mod unions;
pub(crate) mod view;
pub(crate) mod word;
mod words;
