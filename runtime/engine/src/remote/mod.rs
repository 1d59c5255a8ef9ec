//! The host's side of a bridge: a process in which a library runs. No Lua.
//!
//! [`Bridge::start`] finds the program and starts it; the methods of [`Bridge`] are what can be asked of it. All take `&self`,
//! and may be called again while one of them waits: a callback that is being served talks to the same bridge. Once the process
//! is gone each of them fails with [`Error::Dead`], which says how it ended.
//!
//! Whatever the bridge says is checked before it is believed, since the library may have scribbled over its process. A bridge
//! that talks nonsense is killed.

mod aligned;
mod arena;
mod bridge;
mod callbacks;
mod calls;
mod conversation;
mod death;
mod error;
mod free_space;
mod introduction;
mod label;
mod libraries;
mod locate;
mod memory;
mod memory_map;
mod modules;
mod number;
mod options;
mod output;
mod process;
mod provided;
mod remote_memory;
mod signal;
mod statistics;
#[cfg(test)]
mod tests;

pub(crate) use arena::Span;
pub(crate) use bridge::Bridge;
pub(crate) use callbacks::{CallbackHandler, Incoming};
pub(crate) use calls::{Call, Prepared};
pub(crate) use death::{Death, Killed};
pub(crate) use error::{Error, LoadFailure};
pub(crate) use label::Label;
pub(crate) use libraries::Loaded;
pub(crate) use memory_map::MapEntry;
pub(crate) use options::{Bits, Output, StartOptions, Transport};
pub(crate) use output::{Sink, Stream};
pub use provided::{BridgePrograms, provide_bridges};
pub(crate) use signal::signal_name;
