//! An embedded Lua runtime whose scripts call C libraries as Python's `ctypes` does.
//!
//! ```
//! use moonglue::{Policy, Runtime};
//!
//! # fn main() -> Result<(), moonglue::Error> {
//! // A safe runtime: Lua, and what the host registers.
//! let runtime = Runtime::new()?;
//! runtime.register("greet", |_, name: String| Ok(format!("hello, {name}")))?;
//! let text: String = runtime.eval("return greet('world')")?;
//! assert_eq!(text, "hello, world");
//!
//! // Native calls are granted by one explicit, unsafe call.
//! // SAFETY: this host trusts the scripts it is about to run as it trusts C code that it links.
//! let runtime = unsafe { Runtime::builder().allow_ffi(Policy::unrestricted()) }.build()?;
//! assert!(runtime.eval::<bool>("return require 'ctypes' ~= nil")?);
//! # Ok(())
//! # }
//! ```
//!
//! The `mlua` this crate is built on is re-exported: values pass between a host and its scripts as mlua's, and a host
//! that already has an [`mlua::Lua`] gives it the module with [`install`].

mod host;
mod lua;
#[cfg(target_os = "linux")]
mod remote;
#[cfg(not(target_os = "linux"))]
#[path = "no_remote.rs"]
mod remote;

pub use host::{
    ArgumentClass, Builder, CData, CResult, CStruct, CType, DescribeCall, Error, ErrorValue, Exposed, ExternFn,
    Interrupt, Libraries, Limit, NativeArgument, NativeCall, Pointee, Policy, Result, Runtime, ScriptError, install,
};
#[doc(hidden)]
pub use host::{ModuleServer, field_type};
pub use lua::{describe_native_call, introspect};
pub use mlua;
#[cfg(target_os = "linux")]
pub use remote::{BridgePrograms, provide_bridges};
