//! The libraries that are in this process now.

use std::path::PathBuf;

/// The files of every library loaded into this process, in the loader's order, the program itself first.
///
/// Empty where the system has no way to ask.
#[must_use]
pub fn loaded_libraries() -> Vec<PathBuf> {
    #[allow(unused_mut, reason = "only some systems can be asked")]
    let mut paths = Vec::new();
    #[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
    unix::collect(&mut paths);
    paths
}

#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
mod unix {
    use std::ffi::{CStr, OsStr, c_int, c_void};
    use std::os::unix::ffi::OsStrExt;
    use std::path::PathBuf;

    pub(super) fn collect(paths: &mut Vec<PathBuf>) {
        let paths: *mut Vec<PathBuf> = paths;
        // SAFETY: `visit` has the type asked for and gets `paths`, a live exclusive reference for the whole call.
        unsafe { libc::dl_iterate_phdr(Some(visit), paths.cast()) };
    }

    unsafe extern "C" fn visit(info: *mut libc::dl_phdr_info, _size: libc::size_t, paths: *mut c_void) -> c_int {
        // SAFETY: `paths` is what `collect` passed, and nothing else uses it during the iteration.
        let paths = unsafe { &mut *paths.cast::<Vec<PathBuf>>() };
        // SAFETY: the loader passes a valid structure for the time of this call.
        let name = unsafe { (*info).dlpi_name };
        if name.is_null() {
            return 0;
        }
        // SAFETY: not null, and the loader's names end with a NUL and live as long as the library, which cannot be
        // unloaded while the loader iterates.
        let name = unsafe { CStr::from_ptr(name) }.to_bytes();
        if name.is_empty() {
            // The loader has no name for the program itself.
            if paths.is_empty() {
                paths.extend(std::env::current_exe());
            }
        } else {
            paths.push(PathBuf::from(OsStr::from_bytes(name)));
        }
        0
    }
}
