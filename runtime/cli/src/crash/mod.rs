//! Says what was being called when native code crashes, and then dies as the process would have.

#[cfg(unix)]
mod report;
#[cfg(unix)]
mod signals;
#[cfg(unix)]
mod writer;

#[cfg(unix)]
pub(crate) use signals::install;

/// Crashes are not described on this system.
#[cfg(not(unix))]
pub(crate) fn install(_describe: moonglue::DescribeCall) {}
