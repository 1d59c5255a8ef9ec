//! A runtime for unit tests.

use moonglue::{Policy, Runtime};

/// A runtime as the command makes it: everything granted.
pub(crate) fn runtime() -> Runtime {
    // SAFETY: the scripts are the unit tests' own, and none of them makes a native call.
    let runtime = unsafe { Runtime::builder().allow_ffi(Policy::unrestricted()) }.build().expect("a runtime");
    runtime.exec("ctypes = require 'ctypes'").expect("the module is there");
    runtime
}
