//! From the start of the process to its end.

use std::convert::Infallible;

use moonglue_ffi::output_by_lines;
use moonglue_wire::channel::{ChannelError, accept, inherited};

use crate::bridge::Bridge;
use crate::{crash, end, thread};

/// The version of this program and how it was built, as the host is told it.
#[must_use]
pub fn build() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

/// Serves the host that started this process, and ends the process.
///
/// # Errors
/// When the process was not started by a host, or the host cannot be talked to.
///
/// # Safety
/// Nothing in this process owns the descriptors 3 and 4, and this is called once, before anything prints to C's standard
/// output.
pub unsafe fn serve() -> Result<Infallible, ChannelError> {
    // SAFETY: the caller's promise.
    let descriptors = unsafe { inherited() }?;
    let accepted = accept(descriptors, build())?;
    thread::become_calling();
    // SAFETY: the caller's promise.
    unsafe { output_by_lines() };
    end::with_host(accepted.hangup)?;
    crash::record_on(accepted.control);
    let bridge: &'static Bridge = Box::leak(Box::new(Bridge::new(accepted.switchboard, accepted.memory)));
    bridge.serve();
    end::in_order()
}
