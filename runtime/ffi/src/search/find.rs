//! Looking names up in places.

use std::path::{Path, PathBuf};

use crate::dynamic::read_dynamic;
use crate::identify::FileKind;
use crate::search::cache::read_cache;
use crate::search::names::{Pattern, newest_first, to_find, to_open};
use crate::search::places::{Place, loader_places};
use crate::search::tried::{Outcome, Tried};

/// What a search found, and everything it looked at before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolution {
    /// The library, or `None`.
    pub found: Option<PathBuf>,
    /// What was looked at, in order, without the library found.
    pub tried: Vec<Tried>,
}

impl Resolution {
    /// Takes up what is at `path`; true when it is the end of the search. A text for the linker, like the `libm.so` of
    /// development packages, stands for the first library that it names and that can be loaded.
    fn look_at(&mut self, path: PathBuf) -> bool {
        let outcome = Outcome::of(&path);
        let named = named_in_script(&path, &outcome);
        self.take(path, outcome) || named.into_iter().any(|file| self.take(file.clone(), Outcome::of(&file)))
    }

    fn take(&mut self, path: PathBuf, outcome: Outcome) -> bool {
        match outcome {
            Outcome::Usable => self.found = Some(path),
            outcome => self.note(path, outcome),
        }
        self.found.is_some()
    }

    fn note(&mut self, path: PathBuf, outcome: Outcome) {
        let tried = Tried { path, outcome };
        if !self.tried.contains(&tried) {
            self.tried.push(tried);
        }
    }
}

/// The files that a text for the linker names, those without a folder beside it.
fn named_in_script(script: &Path, outcome: &Outcome) -> Vec<PathBuf> {
    let (Outcome::NotALibrary(FileKind::LinkerScript { names }), Some(folder)) = (outcome, script.parent()) else {
        return Vec::new();
    };
    names.iter().map(|name| folder.join(name)).collect()
}

/// The name by which the loader knows the library `name` means: its soname, or the file's name when it has none.
///
/// Takes `m`, `libm`, `libm.so` and `libm.so.6`. `None` when there is no such library this process can load.
#[must_use]
pub fn find_library(name: &str) -> Option<String> {
    if name.is_empty() || name.contains(['/', '\0']) {
        return None;
    }
    let path = search(&to_find(name), &loader_places()).found?;
    let soname = read_dynamic(&path).and_then(|dynamic| dynamic.soname);
    soname.or_else(|| path.file_name()?.to_str().map(str::to_owned))
}

/// The file that opening `name` loads: the file itself when `name` holds a `/`, else what the search finds.
#[must_use]
pub fn resolve(name: &str) -> Resolution {
    if name.contains('/') || cfg!(windows) && name.contains('\\') {
        resolve_path(Path::new(name))
    } else {
        search(&to_open(name), &loader_places())
    }
}

/// Looks at one file.
pub(crate) fn resolve_path(path: &Path) -> Resolution {
    let mut resolution = Resolution::default();
    resolution.look_at(std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()));
    resolution
}

/// Looks for exactly `name` in `places`, as the loader does for a dependency.
pub(crate) fn resolve_in(name: &str, places: &[Place]) -> Resolution {
    search(&[Pattern::Exact(name.to_owned())], places)
}

/// A file of this name in the current folder, where the loader does not look.
pub(crate) fn candidates_in_cwd(name: &str) -> Option<PathBuf> {
    let patterns = to_open(name);
    patterns
        .iter()
        .filter_map(|pattern| match pattern {
            Pattern::Exact(name) => Some(Path::new(".").join(name)),
            Pattern::Versioned(_) => None,
        })
        .find(|path| Outcome::of(path) == Outcome::Usable)
}

fn search(patterns: &[Pattern], places: &[Place]) -> Resolution {
    let mut resolution = Resolution::default();
    for pattern in patterns {
        for place in places {
            let found = match place {
                Place::Cache(file) => in_cache(&mut resolution, pattern, file),
                Place::Folder(folder) => in_folder(&mut resolution, pattern, folder),
            };
            if found {
                return resolution;
            }
        }
    }
    resolution
}

fn in_cache(resolution: &mut Resolution, pattern: &Pattern, file: &Path) -> bool {
    let mut entries = read_cache(file);
    entries.retain(|entry| pattern.matches(&entry.name));
    if entries.is_empty() {
        resolution.note(file.to_path_buf(), Outcome::NoEntry { name: pattern.shown() });
    }
    entries.sort_by(|a, b| newest_first(&a.name, &b.name));
    entries.into_iter().any(|entry| resolution.look_at(entry.path))
}

fn in_folder(resolution: &mut Resolution, pattern: &Pattern, folder: &Path) -> bool {
    match pattern {
        Pattern::Exact(name) => resolution.look_at(folder.join(name)),
        Pattern::Versioned(_) => {
            let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
            let mut names: Vec<String> = files.filter_map(|file| file.file_name().into_string().ok()).collect();
            names.retain(|name| pattern.matches(name));
            if names.is_empty() {
                resolution.note(folder.join(pattern.shown()), Outcome::Missing);
            }
            names.sort_by(|a, b| newest_first(a, b));
            names.into_iter().any(|name| resolution.look_at(folder.join(name)))
        }
    }
}
