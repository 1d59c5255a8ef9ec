//! An open library.

use std::ffi::{CStr, OsStr, c_void};
use std::fmt;
use std::path::{Path, PathBuf};
use std::ptr::NonNull;
use std::sync::{OnceLock, PoisonError, RwLock};

use super::diagnose::{Asked, denied_or, diagnose};
use super::{LoadError, system};
use crate::exports::{ExportError, ExportTable};
use crate::search::{Outcome, Resolution, resolve};

/// A policy: takes the file that is about to be loaded, with links resolved, or refuses it with a reason.
pub type Check<'a> = &'a dyn Fn(&Path) -> Result<(), String>;

/// What to open, and how.
#[derive(Clone, Copy)]
pub struct OpenRequest<'a> {
    /// A path (with a `/`), a file name, or a bare name such as `m`; `None` is the running program.
    pub name: Option<&'a str>,
    /// Whether the library's symbols are offered to libraries loaded later (`RTLD_GLOBAL`).
    pub global: bool,
    /// The handle of a library that is open already: nothing is opened, `name` is only a label, and closing leaves the
    /// library to its owner.
    pub handle: Option<usize>,
    /// The policy, unless `unchecked`.
    pub check: Check<'a>,
    /// No policy: the name may go to the system's loader as it is when our own search did not find it, and links in
    /// paths are left to the loader.
    pub unchecked: bool,
}

impl<'a> OpenRequest<'a> {
    /// Opens `name` without a policy, its symbols kept local.
    #[must_use]
    pub fn any(name: Option<&'a str>) -> Self {
        OpenRequest { name, global: false, handle: None, check: &|_| Ok(()), unchecked: true }
    }
}

impl fmt::Debug for OpenRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenRequest")
            .field("name", &self.name)
            .field("global", &self.global)
            .field("handle", &self.handle)
            .field("unchecked", &self.unchecked)
            .finish_non_exhaustive()
    }
}

/// A library, loaded until [`close`](Library::close).
///
/// Dropping it does not unload it: addresses of its functions and data may still be in use anywhere, and only the one
/// who closes it can know that they are not.
#[derive(Debug)]
pub struct Library {
    name: String,
    path: Option<PathBuf>,
    handle: RwLock<Option<usize>>,
    owned: bool,
    exports: OnceLock<ExportTable>,
}

impl Library {
    /// Opens what `request` says. All symbols are resolved now, so a library that lacks one is refused here, not later.
    ///
    /// # Errors
    ///
    /// [`LoadError`] with what was tried and why it was refused.
    ///
    /// # Safety
    ///
    /// Loading runs the initialisers of the library and of all it needs: the caller, or the policy in the request,
    /// answers for their being fit to run in this process.
    pub unsafe fn open(request: &OpenRequest<'_>) -> Result<Library, LoadError> {
        if let Some(handle) = request.handle {
            return Self::wrap(handle, request.name);
        }
        let Some(name) = request.name else { return Self::program(request) };
        if name.contains('\0') {
            return Err(LoadError::NulInName { name: name.to_owned() });
        }
        if name.is_empty() {
            let hint = Some("no name at all means the running program".to_owned());
            return Err(LoadError::NotFound { name: String::new(), tried: Vec::new(), hint, loader: None });
        }
        // Asked for by name, what is loaded is what the loader gives, wherever it came from.
        if !is_path(name)
            && let Some(handle) = system::open_loaded(OsStr::new(name), false)
        {
            return Self::take_loaded(handle, name, request);
        }
        let resolution = resolve(name);
        // SAFETY: the caller's promise.
        unsafe { Self::load(name, resolution, request) }
    }

    fn wrap(handle: usize, label: Option<&str>) -> Result<Library, LoadError> {
        if !system::is_loaded_handle(handle) {
            return Err(LoadError::BadHandle { handle });
        }
        // SAFETY: it was just found among the loaded libraries.
        let path = unsafe { system::path_of(handle) };
        Ok(Library { owned: false, ..Self::new(label.unwrap_or_default(), path, handle) })
    }

    fn program(request: &OpenRequest<'_>) -> Result<Library, LoadError> {
        let path = std::env::current_exe().ok();
        if !request.unchecked {
            let file = path.clone().unwrap_or_default();
            (request.check)(&file).map_err(|reason| LoadError::Denied { path: file, reason })?;
        }
        let handle = system::open_program(request.global)
            .map_err(|text| LoadError::Loader { path: path.clone().unwrap_or_default(), text })?;
        Ok(Self::new("", path, handle))
    }

    fn take_loaded(handle: usize, name: &str, request: &OpenRequest<'_>) -> Result<Library, LoadError> {
        // SAFETY: the loader has just given it.
        let path = unsafe { system::path_of(handle) };
        let library = Self::new(name, path, handle);
        if !request.unchecked {
            let file = real_path(library.path.as_deref().unwrap_or(Path::new(name)));
            if let Err(reason) = (request.check)(&file) {
                // Only the reference taken above goes; the library stays for those who loaded it.
                let _ = library.close();
                return Err(LoadError::Denied { path: file, reason });
            }
        }
        // Only now: the symbols of a library that is refused stay as local as they were.
        if request.global
            && let Some(again) = system::open_loaded(OsStr::new(name), true)
        {
            // SAFETY: the loader has just given it; the reference in `library` keeps everything loaded.
            let _ = unsafe { system::close(again) };
        }
        Ok(library)
    }

    /// # Safety
    ///
    /// As for [`Library::open`].
    unsafe fn load(name: &str, resolution: Resolution, request: &OpenRequest<'_>) -> Result<Library, LoadError> {
        let asked = Asked { name, tried: &resolution.tried };
        let file = match resolution.found {
            Some(found) if request.unchecked => found,
            Some(found) => {
                // The very path that was checked is opened: a link changed in between cannot lead elsewhere.
                let file = real_path(&found);
                (request.check)(&file).map_err(|reason| LoadError::Denied { path: file.clone(), reason })?;
                file
            }
            None if !request.unchecked => return Err(denied_or(&asked, request.check)),
            None if resolution.tried.iter().any(|tried| cut_off(&tried.outcome)) => return Err(asked.error(None)),
            None => {
                // Not for us to say that it does not exist: the loader may know places that we do not.
                // SAFETY: the caller's promise.
                let handle = unsafe { system::open(OsStr::new(name), request.global) }
                    .map_err(|text| asked.error(Some(text)))?;
                return Ok(Self::opened(name, handle, None));
            }
        };
        // SAFETY: the caller's promise; a policy has seen this very path.
        match unsafe { system::open(file.as_os_str(), request.global) } {
            Ok(handle) => Ok(Self::opened(name, handle, Some(file))),
            Err(text) => Err(diagnose(&file, text)),
        }
    }

    fn opened(name: &str, handle: usize, file: Option<PathBuf>) -> Library {
        // SAFETY: the loader has just given it.
        let path = unsafe { system::path_of(handle) }.or(file);
        Self::new(name, path, handle)
    }

    fn new(name: &str, path: Option<PathBuf>, handle: usize) -> Library {
        let handle = RwLock::new(Some(handle));
        Library { name: name.to_owned(), path, handle, owned: true, exports: OnceLock::new() }
    }

    /// The name it was asked for by; empty for the running program.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file it was loaded from, as the loader knows it.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The loader's handle; 0 after [`close`](Library::close).
    #[must_use]
    pub fn handle(&self) -> usize {
        self.handle.read().unwrap_or_else(PoisonError::into_inner).unwrap_or(0)
    }

    /// Whether it has not been closed.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.handle() != 0
    }

    /// The address of a symbol of the library, or of one it was linked with. `None` when there is none, when its
    /// address is NULL, and after [`close`](Library::close).
    #[must_use]
    pub fn symbol(&self, name: &CStr) -> Option<NonNull<c_void>> {
        // Held during the look-up, so that no other thread closes the library meanwhile.
        let handle = self.handle.read().unwrap_or_else(PoisonError::into_inner);
        // SAFETY: `handle` is `Some` only while the library is open: `close` takes it out first.
        (*handle).and_then(|handle| unsafe { system::symbol(handle, name) })
    }

    /// What the library's file exports, read once.
    ///
    /// # Errors
    ///
    /// [`ExportError`] when the file cannot be read any more; the next call tries again.
    pub fn exports(&self) -> Result<&ExportTable, ExportError> {
        if let Some(table) = self.exports.get() {
            return Ok(table);
        }
        // Without a path the file is not known; `ExportTable::read` would take that for the running program.
        let path = self.path().ok_or_else(|| ExportError::Read {
            path: PathBuf::from(&self.name),
            source: std::io::ErrorKind::NotFound.into(),
        })?;
        let table = ExportTable::read(Some(path))?;
        Ok(self.exports.get_or_init(|| table))
    }

    /// Unloads the library, unless others have it open too, or `handle` was given to open it: then its owner does.
    /// Every address got from it is invalid afterwards. Closing again does nothing.
    ///
    /// # Errors
    ///
    /// [`LoadError::Loader`] when the loader refuses; the library counts as closed even so.
    pub fn close(&self) -> Result<(), LoadError> {
        // The lock is free again before finalisers run, since they may come back here.
        let handle = self.handle.write().unwrap_or_else(PoisonError::into_inner).take();
        let Some(handle) = handle.filter(|_| self.owned) else { return Ok(()) };
        // SAFETY: it came from the loader (`owned`), and `take` lets nobody close or use it again; that addresses got
        // from it are used no more is what everyone who calls through one has to ensure anyway.
        unsafe { system::close(handle) }
            .map_err(|text| LoadError::Loader { path: self.path.clone().unwrap_or_default(), text })
    }
}

/// The system's loader would map such a file and die on the first touch beyond its end.
fn cut_off(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::NotALibrary(crate::identify::FileKind::Truncated { .. }))
}

pub(super) fn is_path(name: &str) -> bool {
    name.contains('/') || cfg!(windows) && name.contains('\\')
}

/// The file itself behind all links; for a file that does not exist its absolute path.
pub(super) fn real_path(path: &Path) -> PathBuf {
    path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_path_buf())
}
