//! The host's side: making a runtime, deciding what its scripts may do, running them and learning what went wrong.

mod active;
mod builder;
mod c_type;
mod chunk;
mod coroutine;
mod coroutine_trace;
mod error;
mod expose;
mod functions;
mod install;
mod interrupt;
mod limits;
mod modules;
mod native_call;
mod output;
mod policy;
mod protected;
mod runtime;
mod sandbox;
mod visitor;

#[cfg(target_os = "linux")]
pub(crate) use active::is_stopping;
pub use builder::Builder;
pub use c_type::{CData, CResult, CStruct, CType, ExternFn, Pointee, field_type};
pub use error::{Error, ErrorValue, Limit, Result, ScriptError};
pub use expose::Exposed;
pub use install::install;
pub use interrupt::Interrupt;
pub use modules::ModuleServer;
pub use native_call::{ArgumentClass, DescribeCall, NativeArgument, NativeCall};
pub use policy::{Libraries, Policy};
pub use runtime::Runtime;
pub(crate) use visitor::visit;
