//! Why a library could not be loaded.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::identify::FileKind;
use crate::machine::Machine;
use crate::search::{Outcome, Tried};

/// Why a library could not be loaded. `loader` is the text of the system's own loader, where it was asked.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoadError {
    /// No such library in any place.
    #[error("{}", not_found(name, tried, hint.as_deref(), loader.as_deref()))]
    NotFound {
        /// The name asked for.
        name: String,
        /// Every place that was looked at.
        tried: Vec<Tried>,
        /// What may have been meant.
        hint: Option<String>,
        /// The loader's text.
        loader: Option<String>,
    },
    /// A library for another processor: the bridge may be able to run it.
    #[error("{} is a {found} {} library, this process is {host}{}", path.display(), found.system, Loader(loader))]
    WrongMachine {
        /// The file.
        path: PathBuf,
        /// What it is for.
        found: Machine,
        /// What this process is.
        host: Machine,
        /// The loader's text.
        loader: Option<String>,
    },
    /// A library for another operating system.
    #[error("{} is a {found} {} library, this process runs on {host} {}{}", path.display(), found.system, host.system, Loader(loader))]
    WrongSystem {
        /// The file.
        path: PathBuf,
        /// What it is for.
        found: Machine,
        /// What this process is.
        host: Machine,
        /// The loader's text.
        loader: Option<String>,
    },
    /// A file that is not a whole shared library.
    #[error("{} {}{}", path.display(), crate::search::NotALibrary(kind), Loader(loader))]
    NotALibrary {
        /// The file.
        path: PathBuf,
        /// What it is.
        kind: FileKind,
        /// The loader's text.
        loader: Option<String>,
    },
    /// A folder.
    #[error("{} is a directory, not a library{}", path.display(), Loader(loader))]
    Directory {
        /// The folder.
        path: PathBuf,
        /// The loader's text.
        loader: Option<String>,
    },
    /// A file that this user may not read, or something that cannot be read.
    #[error("{} cannot be read: {reason}{}", path.display(), Loader(loader))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's error number.
        errno: Option<i32>,
        /// The system's text.
        reason: String,
        /// The loader's text.
        loader: Option<String>,
    },
    /// A library that the library needs, directly or not, is missing.
    #[error("{}", missing_dependency(path, missing, needed_by, searched, loader.as_deref()))]
    MissingDependency {
        /// The library asked for.
        path: PathBuf,
        /// The name of what is missing.
        missing: String,
        /// The file that needs it: `path` itself or one of its dependencies.
        needed_by: PathBuf,
        /// Where it was looked for.
        searched: Vec<Tried>,
        /// The loader's text.
        loader: Option<String>,
    },
    /// The system's loader refused the library for a reason only it knows: a missing symbol or symbol version, a
    /// failed initialisation.
    #[error("cannot load {}", with_path(path, text))]
    Loader {
        /// The library.
        path: PathBuf,
        /// The loader's text.
        text: String,
    },
    /// The policy of this process forbids this library.
    #[error("loading {} is not allowed: {reason}", path.display())]
    Denied {
        /// The file the name means.
        path: PathBuf,
        /// What the policy says.
        reason: String,
    },
    /// A name with a NUL in it, which no file has.
    #[error("library name {name:?} contains a NUL")]
    NulInName {
        /// The name.
        name: String,
    },
    /// A number that is not the handle of a library loaded in this process.
    #[error("{handle:#x} is not the handle of a loaded library")]
    BadHandle {
        /// The number.
        handle: usize,
    },
}

impl LoadError {
    /// The system error number that says the same, where one does.
    #[must_use]
    pub fn errno(&self) -> Option<i32> {
        match self {
            LoadError::NotFound { .. } | LoadError::MissingDependency { .. } => Some(libc::ENOENT),
            LoadError::WrongMachine { .. } | LoadError::WrongSystem { .. } | LoadError::NotALibrary { .. } => {
                Some(libc::ENOEXEC)
            }
            LoadError::Directory { .. } => Some(libc::EISDIR),
            LoadError::Unreadable { errno, .. } => *errno,
            LoadError::Denied { .. } => Some(libc::EACCES),
            LoadError::NulInName { .. } | LoadError::BadHandle { .. } => Some(libc::EINVAL),
            LoadError::Loader { .. } => None,
        }
    }

    /// The file at fault, where one was found.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            LoadError::WrongMachine { path, .. }
            | LoadError::WrongSystem { path, .. }
            | LoadError::NotALibrary { path, .. }
            | LoadError::Directory { path, .. }
            | LoadError::Unreadable { path, .. }
            | LoadError::MissingDependency { path, .. }
            | LoadError::Loader { path, .. }
            | LoadError::Denied { path, .. } => Some(path),
            LoadError::NotFound { .. } | LoadError::NulInName { .. } | LoadError::BadHandle { .. } => None,
        }
    }
}

/// The loader's text as a last line.
struct Loader<'a>(&'a Option<String>);

impl fmt::Display for Loader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(text) => write!(f, "\n  loader: {text}"),
            None => Ok(()),
        }
    }
}

/// Loaders begin most texts with the path themselves.
fn with_path(path: &Path, text: &str) -> String {
    let path = path.display().to_string();
    if text.starts_with(&format!("{path}: ")) { text.to_owned() } else { format!("{path}: {text}") }
}

fn not_found(name: &str, tried: &[Tried], hint: Option<&str>, loader: Option<&str>) -> String {
    let mut text = match tried {
        [only] if only.outcome == Outcome::Missing => format!("{}: no such file", only.path.display()),
        _ => format!("library {name:?} not found"),
    };
    if tried.len() > 1 || tried.iter().any(|tried| tried.outcome != Outcome::Missing) {
        list(&mut text, tried);
    }
    finish(text, hint, loader)
}

fn missing_dependency(
    path: &Path,
    missing: &str,
    needed_by: &Path,
    searched: &[Tried],
    loader: Option<&str>,
) -> String {
    let mut text = format!("{} needs {missing:?}, which is ", path.display());
    if needed_by != path {
        text = format!("{} cannot be loaded: {} needs {missing:?}, which is ", path.display(), needed_by.display());
    }
    text.push_str(if searched.iter().any(|tried| tried.outcome.is_refusal()) { "not usable" } else { "missing" });
    list(&mut text, searched);
    finish(text, None, loader)
}

/// Place by place; for several names in the same places, each name and each place once.
fn list(text: &mut String, tried: &[Tried]) {
    let mut names: Vec<Cow<'_, str>> = Vec::new();
    let mut places: Vec<&Path> = Vec::new();
    let mut others = Vec::new();
    for tried in tried {
        let (name, place) = match &tried.outcome {
            Outcome::Missing => (tried.path.file_name().unwrap_or_default().to_string_lossy(), tried.path.parent()),
            Outcome::NoEntry { name } => (name.into(), Some(tried.path.as_path())),
            _ => {
                others.push(tried);
                continue;
            }
        };
        if !names.contains(&name) {
            names.push(name);
        }
        places.extend(place.filter(|place| !places.contains(place)));
    }
    // Writing to a String cannot fail.
    if names.len() < 2 {
        text.push_str("\n  tried:");
        for tried in tried {
            let _ = write!(text, "\n    {tried}");
        }
        return;
    }
    if !others.is_empty() {
        text.push_str("\n  found, but not usable:");
        for tried in others {
            let _ = write!(text, "\n    {tried}");
        }
    }
    let _ = write!(text, "\n  tried {} in:", names.join(", "));
    for place in places {
        let _ = write!(text, "\n    {}", place.display());
    }
}

fn finish(mut text: String, hint: Option<&str>, loader: Option<&str>) -> String {
    for (label, line) in [("help", hint), ("loader", loader)] {
        if let Some(line) = line {
            let _ = write!(text, "\n  {label}: {line}");
        }
    }
    text
}
