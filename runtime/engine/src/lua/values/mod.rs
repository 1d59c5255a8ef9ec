//! Lua values as bytes, for a Lua state in another process.
//!
//! What travels is a graph: tables and C objects are nodes, so that what is shared arrives shared and cycles arrive as
//! cycles. C objects bring a description of their type, and become objects of the receiver's own sizes. The receiver
//! believes nothing: every number that refers to something is checked, and types are built as if a script declared them.

mod carry;
mod describe;
mod entries;
mod graph;
mod pack;
mod path;
mod rebuild;
#[cfg(test)]
mod tests;
mod unpack;

pub(crate) use entries::{pack, unpack};
