//! `exit`, called by a library.

use std::ffi::{c_int, c_void};

use moonglue_wire::shared::{Crash, CrashKind};

use crate::{end, thread};

unsafe extern "C" {
    fn on_exit(function: extern "C" fn(c_int, *mut c_void), argument: *mut c_void) -> c_int;
}

/// Installs the function that records it.
pub(super) fn install() {
    // SAFETY: the function takes what it is called with, and is there as long as the process. A failure to register costs
    // the record.
    unsafe { on_exit(record, std::ptr::null_mut()) };
}

extern "C" fn record(status: c_int, _: *mut c_void) {
    if end::is_in_order() {
        return;
    }
    super::record(&Crash {
        kind: CrashKind::Exit,
        number: status,
        code: 0,
        address: 0,
        pc: 0,
        function: thread::function(),
        thread: thread::number_if_any(),
        symbol: b"",
        object: b"",
    });
}
