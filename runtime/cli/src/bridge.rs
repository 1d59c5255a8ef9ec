//! The bridges this program brings along: the 32-bit one inside it, if it was built so, and itself, to isolate libraries.

use std::ffi::OsString;
use std::process::ExitCode;

/// What makes this program a bridge.
const ARGUMENT: &str = "--bridge";

/// The file of `moonglue-bridge32`, if this program was built with it.
pub(crate) const EMBEDDED32: Option<&[u8]> = include!(concat!(env!("OUT_DIR"), "/embedded32.rs"));

/// Says which bridges there are.
pub(crate) fn provide() {
    moonglue::provide_bridges(moonglue::BridgePrograms { embedded32: EMBEDDED32, own_argument: Some(ARGUMENT) });
}

/// Whether a host has started this process as a bridge.
pub(crate) fn is_asked_for(words: &[OsString]) -> bool {
    words.len() == 2 && words[1] == ARGUMENT
}

/// Serves the host until it is gone.
pub(crate) fn serve() -> ExitCode {
    // SAFETY: called before anything else in this process, which so has opened and printed nothing.
    let Err(error) = unsafe { moonglue_bridge::serve() };
    eprintln!("moonglue: {ARGUMENT} is for Moonglue programs to start themselves with: {error}");
    ExitCode::FAILURE
}
