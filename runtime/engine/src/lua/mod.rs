//! What scripts see: the module `ctypes`.
//!
//! Everything here is raw entries on Lua's C API: `state` is the handle on the stack, `error` the one way to raise,
//! `object` the userdata behind every C object, `convert` the one table of conversions.

mod array;
mod bounds;
mod callback;
mod complex;
mod construct;
mod context;
mod convert;
mod ctype;
mod errno;
mod error;
mod error_text;
mod function;
mod host_rights;
mod in_progress;
pub mod introspect;
mod keep;
mod layout;
mod library;
mod memory;
mod module;
mod natives;
mod object;
mod open;
mod pointer;
mod record;
mod remote;
mod show;
mod simple;
mod sources;
mod stack;
mod state;
mod targets;
mod types;
mod value;
mod values;
mod wintypes;

pub(crate) use callback::enter::inner_traceback;
pub(crate) use host_rights::with_rights_of_host;
pub use in_progress::describe_native_call;
pub(crate) use natives::natives;
pub(crate) use open::open;
#[cfg(target_os = "linux")]
#[cfg(target_os = "linux")]
pub(crate) use remote::failure::remote_error;
pub(crate) use state::is_own_chunk;
