//! From a failure to the error that explains it.

use std::path::Path;

use super::LoadError;
use super::missing::missing_dependency;
use super::open::{Check, is_path, real_path};
use crate::machine::Machine;
use crate::search::{Outcome, Tried, candidates_in_cwd, suggest};

/// A name and what the search for it saw.
pub(super) struct Asked<'a> {
    pub(super) name: &'a str,
    pub(super) tried: &'a [Tried],
}

impl Asked<'_> {
    /// The error for a name nothing usable was found for: the first thing that was there but refused, if any.
    pub(super) fn error(&self, loader: Option<String>) -> LoadError {
        let refused = self.tried.iter().find(|tried| tried.outcome.is_refusal());
        // A folder counts only where it was named: in a search, one of the same name is passed over.
        let refused = refused
            .or_else(|| self.tried.first().filter(|tried| is_path(self.name) && tried.outcome == Outcome::Directory));
        refused.and_then(|tried| refusal(tried, loader.clone())).unwrap_or_else(|| LoadError::NotFound {
            name: self.name.to_owned(),
            tried: self.tried.to_vec(),
            hint: self.hint(),
            loader,
        })
    }

    fn hint(&self) -> Option<String> {
        if is_path(self.name) {
            return None;
        }
        if let Some(file) = candidates_in_cwd(self.name) {
            let file = file.display();
            return Some(format!(
                "names without a \"/\" are not looked for in the current directory; write \"{file}\" to load what is there"
            ));
        }
        let near: Vec<String> = suggest(self.name).iter().map(|name| format!("{name:?}")).collect();
        (!near.is_empty()).then(|| format!("did you mean {}?", near.join(" or ")))
    }
}

/// The error under a policy that must not be asked about by trying: whether a file exists is told only where the
/// policy would let it be loaded.
pub(super) fn denied_or(asked: &Asked<'_>, check: Check<'_>) -> LoadError {
    let refused = asked.tried.iter().find(|tried| tried.outcome.is_refusal());
    let path = match refused {
        Some(tried) => real_path(&tried.path),
        None if is_path(asked.name) => real_path(Path::new(asked.name)),
        None => return asked.error(None),
    };
    match check(&path) {
        Ok(()) => asked.error(None),
        Err(reason) => LoadError::Denied { path, reason },
    }
}

fn refusal(tried: &Tried, loader: Option<String>) -> Option<LoadError> {
    let path = tried.path.clone();
    let host = Machine::HOST;
    Some(match &tried.outcome {
        Outcome::WrongMachine(found) if found.system != host.system => {
            LoadError::WrongSystem { path, found: *found, host, loader }
        }
        Outcome::WrongMachine(found) => LoadError::WrongMachine { path, found: *found, host, loader },
        Outcome::NotALibrary(kind) => LoadError::NotALibrary { path, kind: kind.clone(), loader },
        Outcome::Directory => LoadError::Directory { path, loader },
        Outcome::PermissionDenied => {
            LoadError::Unreadable { path, errno: Some(libc::EACCES), reason: "permission denied".to_owned(), loader }
        }
        Outcome::Unreadable { errno, text } => {
            LoadError::Unreadable { path, errno: *errno, reason: text.clone(), loader }
        }
        Outcome::Usable | Outcome::Missing | Outcome::NoEntry { .. } => return None,
    })
}

/// The error for a file that looks right and that the loader refused all the same.
pub(super) fn diagnose(path: &Path, text: String) -> LoadError {
    match missing_dependency(path) {
        Some(missing) => LoadError::MissingDependency {
            path: path.to_path_buf(),
            missing: missing.name,
            needed_by: missing.needed_by,
            searched: missing.tried,
            loader: Some(text),
        },
        None => LoadError::Loader { path: path.to_path_buf(), text },
    }
}
