//! Where in which file an instruction is. All of this may run in a signal handler.

use std::ffi::{CStr, c_int, c_void};
use std::mem::MaybeUninit;

/// An instruction, the symbol it belongs to and the file; either name is empty when it is not known.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) pc: usize,
    pub(super) symbol: &'static [u8],
    pub(super) object: &'static [u8],
}

impl Place {
    /// An instruction of which no more is known.
    pub(super) fn unknown(pc: usize) -> Place {
        Place { pc, symbol: b"", object: b"" }
    }

    /// Asks the loader.
    pub(super) fn of(pc: usize) -> Place {
        let nowhere = Place::unknown(pc);
        let mut info = MaybeUninit::<libc::Dl_info>::zeroed();
        // SAFETY: the loader compares the number with the libraries it knows; the structure is writable.
        if unsafe { libc::dladdr(pc as *const c_void, info.as_mut_ptr()) } == 0 {
            return nowhere;
        }
        // SAFETY: the loader said that it filled it in.
        let info = unsafe { info.assume_init() };
        Place { symbol: text(info.dli_sname), object: text(info.dli_fname), ..nowhere }
    }

    /// Whether it is in the C library or another part of what runs under every program, whose names explain no crash.
    fn is_in_runtime(&self) -> bool {
        const RUNTIME: [&[u8]; 7] =
            [b"libc.so", b"libpthread.so", b"ld-linux", b"linux-gate", b"linux-vdso", b"libstdc++.so", b"libgcc_s.so"];
        let name = self.object.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        name.is_empty() || RUNTIME.iter().any(|start| name.starts_with(start))
    }
}

/// Where a signal that a function sent was sent from: the innermost place on this thread's stack that is neither in the C
/// library, to which `abort` and `raise` belong, nor in this program. None if C called nothing else.
pub(super) fn sender() -> Option<Place> {
    struct Search {
        ours: Place,
        found: Option<Place>,
    }

    extern "C" fn visit(frame: *mut c_void, search: *mut c_void) -> c_int {
        const GO_ON: c_int = 0;
        const STOP: c_int = 5; // anything else would do
        // SAFETY: the frame is the one the unwinder passes.
        let pc = unsafe { _Unwind_GetIP(frame) };
        // A return address may be the start of the next function.
        let place = Place::of(pc.wrapping_sub(1));
        // SAFETY: what `sender` passed, which nothing else uses meanwhile.
        let search = unsafe { &mut *search.cast::<Search>() };
        if place.is_in_runtime() || place.object == search.ours.object {
            return GO_ON;
        }
        search.found = Some(place);
        STOP
    }

    let mut search = Search { ours: Place::of(sender as *const () as usize), found: None };
    // SAFETY: `visit` has the type asked for, and gets the search for the time of this call.
    unsafe { _Unwind_Backtrace(visit, (&raw mut search).cast()) };
    search.found
}

unsafe extern "C" {
    // The unwinder that Rust's panics use.
    fn _Unwind_Backtrace(visit: extern "C" fn(*mut c_void, *mut c_void) -> c_int, argument: *mut c_void) -> c_int;
    fn _Unwind_GetIP(frame: *mut c_void) -> usize;
}

fn text(name: *const std::ffi::c_char) -> &'static [u8] {
    if name.is_null() {
        return b"";
    }
    // SAFETY: the loader's names end with a NUL and live as long as the library, which nobody unloads in a process that is
    // about to end.
    unsafe { CStr::from_ptr(name) }.to_bytes()
}
