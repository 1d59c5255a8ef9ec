//! C's buffered standard output, which native code, Lua's `print` and another process may all write to in turn.

use std::ffi::c_int;
use std::ptr;

unsafe extern "C" {
    #[link_name = "stdout"]
    static mut STDOUT: *mut libc::FILE;
}

/// Passes on what C has printed and not written out yet. What another process prints next then comes behind it.
#[inline]
pub fn flush_output() {
    // SAFETY: reads the C library's own variable, which code may have pointed elsewhere but not at nothing valid.
    let stream = unsafe { STDOUT };
    // SAFETY: the stream is open as long as the process; one that a library closed is its mistake, as in any program.
    unsafe { libc::fflush(stream) };
}

/// Has C's output appear line by line even when it is no terminal: after a crash the last lines are what explains it.
///
/// # Safety
/// Nothing was printed through C in this process yet.
pub unsafe fn output_by_lines() {
    const LINES: c_int = 1; // _IOLBF
    const ROOM: usize = 64 << 10;
    // SAFETY: reads the C library's own variable.
    let stream = unsafe { STDOUT };
    // SAFETY: nothing was written to the stream yet, the caller says; without a buffer of ours C makes its own.
    unsafe { libc::setvbuf(stream, ptr::null_mut(), LINES, ROOM) };
}
