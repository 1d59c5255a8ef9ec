//! `dlopen` and its companions.

use std::ffi::{CStr, OsStr, c_int, c_void};
#[cfg(all(target_os = "linux", target_env = "gnu"))]
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::ptr::NonNull;

use libloading::os::unix::Library;

use super::text_of;

fn flags(global: bool) -> c_int {
    libc::RTLD_NOW | if global { libc::RTLD_GLOBAL } else { libc::RTLD_LOCAL }
}

/// Opens a file and gives the handle or the loader's text.
///
/// # Safety
///
/// The file's initialisers, and those of what it needs, are fit to run in this process.
pub(in crate::library) unsafe fn open(file: &OsStr, global: bool) -> Result<usize, String> {
    // SAFETY: the caller's promise.
    let library = unsafe { Library::open(Some(file), flags(global)) };
    library.map(into_handle).map_err(|error| text_of(&error))
}

/// The handle of the running program.
pub(in crate::library) fn open_program(global: bool) -> Result<usize, String> {
    // SAFETY: loads nothing, so it runs nothing.
    let library = unsafe { Library::open(None::<&OsStr>, flags(global)) };
    library.map(into_handle).map_err(|error| text_of(&error))
}

/// Opens the library the loader knows by this name, if it is loaded already.
pub(in crate::library) fn open_loaded(name: &OsStr, global: bool) -> Option<usize> {
    // SAFETY: with this flag nothing is loaded, so nothing runs.
    unsafe { Library::open(Some(name), flags(global) | libc::RTLD_NOLOAD) }.ok().map(into_handle)
}

fn into_handle(library: Library) -> usize {
    library.into_raw() as usize
}

/// Gives one reference to a library back to the loader.
///
/// # Safety
///
/// `handle` came from [`open`] or [`open_loaded`], was not closed since, and nothing of the library is used afterwards.
pub(in crate::library) unsafe fn close(handle: usize) -> Result<(), String> {
    // SAFETY: the caller's promise.
    unsafe { Library::from_raw(handle as *mut c_void) }.close().map_err(|error| text_of(&error))
}

/// The address of a symbol in the library or one it was linked with.
///
/// # Safety
///
/// `handle` is one of a library that is loaded now.
pub(in crate::library) unsafe fn symbol(handle: usize, name: &CStr) -> Option<NonNull<c_void>> {
    // SAFETY: the caller's promise; the name ends with a NUL.
    NonNull::new(unsafe { libc::dlsym(handle as *mut c_void, name.as_ptr()) })
}

/// The file a library was loaded from.
///
/// # Safety
///
/// `handle` is one of a library that is loaded now.
pub(in crate::library) unsafe fn path_of(handle: usize) -> Option<PathBuf> {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        // SAFETY: the caller's promise.
        let map = unsafe { link_map(handle as *mut c_void) }?;
        // SAFETY: the loader's structure for a loaded library is valid while it is loaded.
        let name = unsafe { (*map).name };
        if name.is_null() {
            return None;
        }
        // SAFETY: not null, and the loader's names end with a NUL.
        let bytes = unsafe { CStr::from_ptr(name) }.to_bytes();
        if bytes.is_empty() {
            return std::env::current_exe().ok();
        }
        Some(PathBuf::from(OsStr::from_bytes(bytes)))
    }
    #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
    {
        let _ = handle;
        None
    }
}

/// The start of the loader's entry for a library; `libc` has no name for it.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[repr(C)]
struct LinkMap {
    address: usize,
    name: *const std::ffi::c_char,
    dynamic: *const c_void,
    next: *const LinkMap,
    previous: *const LinkMap,
}

/// # Safety
///
/// `handle` is one of a library that is loaded now.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
unsafe fn link_map(handle: *mut c_void) -> Option<*const LinkMap> {
    let mut map: *const LinkMap = std::ptr::null();
    // SAFETY: RTLD_DI_LINKMAP stores one pointer to the library's entry into the place given.
    let failed = unsafe { libc::dlinfo(handle, libc::RTLD_DI_LINKMAP, (&raw mut map).cast()) };
    (failed == 0 && !map.is_null()).then_some(map)
}

/// Whether the number is the handle of a library that is loaded now.
///
/// glibc uses whatever it is given as a pointer, so a wrong number must not reach it; the other loaders check.
pub(in crate::library) fn is_loaded_handle(handle: usize) -> bool {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        let Ok(program) = open_program(false) else { return false };
        let mut search = HandleSearch { program, handle, found: false };
        // SAFETY: `look_for_handle` has the type asked for and gets a live exclusive reference for the whole call.
        unsafe { libc::dl_iterate_phdr(Some(look_for_handle), (&raw mut search).cast()) };
        // SAFETY: opened above, closed once; the program itself is never unloaded.
        let _ = unsafe { close(program) };
        search.found
    }
    #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
    {
        handle != 0
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
struct HandleSearch {
    program: usize,
    handle: usize,
    found: bool,
}

/// Walks the loader's list of libraries. It does so within the loader's own iteration, during which no other thread can
/// load or unload anything, and ends that at its first step.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
unsafe extern "C" fn look_for_handle(_: *mut libc::dl_phdr_info, _: libc::size_t, search: *mut c_void) -> c_int {
    // SAFETY: what `is_loaded_handle` passed, used by nothing else during the iteration.
    let search = unsafe { &mut *search.cast::<HandleSearch>() };
    // SAFETY: `program` was opened for this search.
    let mut next = unsafe { link_map(search.program as *mut c_void) }.unwrap_or(std::ptr::null());
    while !next.is_null() && !search.found {
        search.found = next as usize == search.handle;
        // SAFETY: an entry of the loader's list, which begins with the program and does not change now.
        next = unsafe { (*next).next };
    }
    1
}
