//! Native calls for scripts, but only into one library.

use moonglue::{Error, Policy, Runtime};

const SCRIPT: &str = "
local ct = require 'ctypes'
local libm = ct.CDLL(...)
libm.cbrt.restype, libm.cbrt.argtypes = ct.c_double, { ct.c_double }
print(libm.cbrt(27.0))
";

/// Where distributions keep it; a path that does not exist allows nothing.
const LIBM: [&str; 4] =
    ["/lib/x86_64-linux-gnu/libm.so.6", "/lib/aarch64-linux-gnu/libm.so.6", "/lib64/libm.so.6", "/usr/lib/libm.so.6"];

fn main() -> Result<(), Error> {
    // SAFETY: the scripts below declare `cbrt` as it is, and the policy gives them nothing else to call.
    let runtime = unsafe { Runtime::builder().allow_ffi(Policy::only(LIBM)) }.build()?;

    let script = runtime.load(SCRIPT, "=script")?;
    runtime.call::<()>(&script, "libm.so.6")?;

    for attempt in [
        "require('ctypes').CDLL('libdl.so.2')",
        "require('ctypes').CDLL(nil).system('true')",
        "require('ctypes').string_at(4096)",
        "require('ctypes').CFUNCTYPE(nil)(print)",
    ] {
        match runtime.exec(attempt) {
            Err(Error::Denied(error)) => println!("denied: {}", error.message),
            other => println!("unexpected: {other:?}"),
        }
    }
    Ok(())
}
