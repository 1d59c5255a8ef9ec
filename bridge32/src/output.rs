//! What libraries print through C's buffered output.

use std::ffi::c_int;
use std::ptr;

unsafe extern "C" {
    static mut stdout: *mut libc::FILE;
}

/// Has C's output appear line by line even when it is no terminal: after a crash the last lines are what explains it.
pub(crate) fn by_lines() {
    const LINES: c_int = 1; // _IOLBF
    const ROOM: usize = 64 << 10;
    // SAFETY: reads the C library's own variable.
    let stream = unsafe { stdout };
    // SAFETY: nothing was written to the stream yet, as this function wants; without a buffer of ours C makes its own.
    unsafe { libc::setvbuf(stream, ptr::null_mut(), LINES, ROOM) };
}

/// Passes on what C has not written out yet, so that it comes before what the host prints next.
#[inline]
pub(crate) fn flush() {
    // SAFETY: reads the C library's own variable, which a library may have pointed elsewhere but not at nothing valid.
    let stream = unsafe { stdout };
    // SAFETY: the stream is open as long as the process; one that a library closed is its mistake, as in any program.
    unsafe { libc::fflush(stream) };
}
