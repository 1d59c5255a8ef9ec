//! `LoadLibraryExW` and its companions.

use std::ffi::{CStr, OsStr, c_void};
use std::path::PathBuf;
use std::ptr::NonNull;

use libloading::os::windows::{LOAD_LIBRARY_SEARCH_DEFAULT_DIRS, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR, Library};

use super::text_of;

/// Opens a file and gives the handle or the system's text. All names are global here.
///
/// # Safety
///
/// As for the POSIX twin.
pub(in crate::library) unsafe fn open(file: &OsStr, _global: bool) -> Result<usize, String> {
    let mut flags = LOAD_LIBRARY_SEARCH_DEFAULT_DIRS;
    if std::path::Path::new(file).is_absolute() {
        flags |= LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR;
    }
    // SAFETY: the caller's promise.
    let library = unsafe { Library::load_with_flags(file, flags) };
    library.map(|library| library.into_raw() as usize).map_err(|error| text_of(&error))
}

/// The handle of the running program.
pub(in crate::library) fn open_program(_global: bool) -> Result<usize, String> {
    Library::this().map(|library| library.into_raw() as usize).map_err(|error| text_of(&error))
}

/// Opens the library the system knows by this name, if it is loaded already.
pub(in crate::library) fn open_loaded(name: &OsStr, _global: bool) -> Option<usize> {
    Library::open_already_loaded(name).ok().map(|library| library.into_raw() as usize)
}

/// Gives one reference to a library back to the system.
///
/// # Safety
///
/// As for the POSIX twin.
pub(in crate::library) unsafe fn close(handle: usize) -> Result<(), String> {
    // SAFETY: the caller's promise.
    unsafe { Library::from_raw(handle as _) }.close().map_err(|error| text_of(&error))
}

/// The address of a symbol in the library.
///
/// # Safety
///
/// `handle` is one of a library that is loaded now.
pub(in crate::library) unsafe fn symbol(handle: usize, name: &CStr) -> Option<NonNull<c_void>> {
    // SAFETY: the caller's promise; the library is forgotten below, so its reference is not given back.
    let library = unsafe { Library::from_raw(handle as _) };
    // SAFETY: only the address is taken, nothing is called through it.
    let address = unsafe { library.get::<*mut c_void>(name) }.ok().map(|symbol| symbol.as_raw_ptr());
    let _ = library.into_raw();
    address.and_then(|address| NonNull::new(address as *mut c_void))
}

/// Not asked of the system yet: the path is the one that was opened.
///
/// # Safety
///
/// None; the signature is the POSIX twin's.
pub(in crate::library) unsafe fn path_of(_handle: usize) -> Option<PathBuf> {
    None
}

/// Whether the number can be a handle; the system checks the rest.
pub(in crate::library) fn is_loaded_handle(handle: usize) -> bool {
    handle != 0
}
