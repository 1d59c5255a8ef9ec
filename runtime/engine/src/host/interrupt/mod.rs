//! Stopping running Lua from outside, at no cost while nobody does.
//!
//! A count hook that is always installed makes loops more than twice as slow, so none is. To interrupt, a signal
//! (`SIGURG`, which by default is ignored and which debuggers let pass) is sent to the thread that runs Lua; its
//! handler calls `lua_sethook` for every running state of the runtime, which Lua documents as allowed in a signal
//! handler on that very thread. The hook raises an error, and again at the next instruction, so that a `pcall` cannot
//! swallow it, until the top-level call has returned.

mod control;
mod handle;
mod hook;

#[cfg(not(unix))]
#[path = "polling.rs"]
mod platform;
#[cfg(unix)]
#[path = "signal.rs"]
mod platform;

pub(crate) use control::{Control, Reason};
pub use handle::Interrupt;
pub(crate) use hook::{PLACE, release_state, stop_state};
pub(crate) use platform::prepare;
