//! The host's side: making a runtime, deciding what its scripts may do, running them and learning what went wrong.

mod active;
mod builder;
mod chunk;
mod coroutine;
mod error;
mod functions;
mod install;
mod interrupt;
mod limits;
mod native_call;
mod output;
mod policy;
mod protected;
mod runtime;
mod sandbox;

pub use builder::Builder;
pub use error::{Error, ErrorValue, Limit, Result, ScriptError};
pub use install::install;
pub use interrupt::Interrupt;
pub use native_call::{ArgumentClass, DescribeCall, NativeArgument, NativeCall};
pub use policy::{Libraries, Policy};
pub use runtime::Runtime;
