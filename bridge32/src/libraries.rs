//! The libraries loaded for the host, by the numbers it knows them by.

use std::ffi::CString;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use moonglue_ffi::{Library, LoadError, OpenRequest};
use moonglue_wire::{Load, LoadFailure, LoadProblem, Loaded, Reply};
use rustc_hash::FxHashMap;

#[derive(Default)]
pub(crate) struct Libraries(Mutex<Numbered>);

#[derive(Default)]
struct Numbered {
    open: FxHashMap<u32, Arc<Library>>,
    next: u32,
}

impl Libraries {
    /// Loads a library and answers with `then`.
    pub(crate) fn load<T>(&self, load: Load<'_>, then: impl FnOnce(Reply<'_>) -> T) -> T {
        let request = OpenRequest { global: load.global, ..OpenRequest::any(load.name) };
        // SAFETY: running the code in the library is what the host asks for, and what this process is there for.
        match unsafe { Library::open(&request) } {
            Ok(library) => {
                let path = library.path().map(|path| path.to_string_lossy().into_owned());
                let handle = library.handle() as u64;
                let library = self.add(library);
                then(Reply::Loaded(Loaded { library, handle, path: path.as_deref() }))
            }
            Err(error) => refuse(&error, then),
        }
    }

    /// The address of a symbol; `None` without such a library.
    pub(crate) fn symbol(&self, library: u32, name: &str) -> Option<u64> {
        let library = self.list().open.get(&library)?.clone();
        // No symbol has a name with a NUL in it.
        let address = CString::new(name).ok().and_then(|name| library.symbol(&name));
        Some(address.map_or(0, |address| address.as_ptr() as u64))
    }

    /// Unloads a library; `None` without such a library.
    pub(crate) fn close(&self, library: u32) -> Option<Result<(), LoadError>> {
        let library = self.list().open.remove(&library)?;
        // Not under the lock: the library's finalisers may come back here through a callback.
        Some(library.close())
    }

    pub(crate) fn count(&self) -> usize {
        self.list().open.len()
    }

    fn add(&self, library: Library) -> u32 {
        let mut list = self.list();
        let number = list.next;
        list.next += 1;
        list.open.insert(number, Arc::new(library));
        number
    }

    fn list(&self) -> MutexGuard<'_, Numbered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refuse<T>(error: &LoadError, then: impl FnOnce(Reply<'_>) -> T) -> T {
    let message = error.to_string();
    let file = error.path().map(Path::to_string_lossy);
    let mut machine = None;
    let mut missing = Vec::new();
    let mut tried: &[_] = &[];
    let problem = match error {
        LoadError::NotFound { tried: places, .. } => {
            tried = places;
            LoadProblem::NotFound
        }
        LoadError::WrongMachine { found, .. } | LoadError::WrongSystem { found, .. } => {
            machine = Some(format!("{found} {}", found.system));
            LoadProblem::WrongMachine
        }
        LoadError::NotALibrary { .. } | LoadError::Directory { .. } => LoadProblem::NotALibrary,
        LoadError::Unreadable { .. } => LoadProblem::Unreadable,
        LoadError::MissingDependency { missing: name, searched, .. } => {
            missing.push(name.as_str());
            tried = searched;
            LoadProblem::MissingDependency
        }
        LoadError::Loader { .. } => LoadProblem::Loader,
        _ => LoadProblem::Other,
    };
    let searched: Vec<String> = tried.iter().map(ToString::to_string).collect();
    then(Reply::LoadFailed(LoadFailure {
        problem,
        message: &message,
        file: file.as_deref(),
        machine: machine.as_deref(),
        missing,
        searched: searched.iter().map(String::as_str).collect(),
        errno: error.errno(),
    }))
}
