//! The table of magics.

use super::{code, files, listing, memory, timing};
use crate::repl::session::Session;

/// One `%` command.
pub(crate) struct Magic {
    pub(crate) name: &'static str,
    /// How it is called.
    pub(crate) usage: &'static str,
    /// What it does, in one line.
    pub(crate) summary: &'static str,
    /// The rest of its help; may be empty.
    pub(crate) details: &'static str,
    /// Its argument is Lua code, which may go on over several lines.
    pub(crate) takes_code: bool,
    pub(crate) run: fn(&mut Session, &str) -> Result<(), MagicError>,
}

/// Why a magic did not do its work.
pub(crate) enum MagicError {
    /// It was called in a way it does not understand.
    Usage,
    /// Something it says itself.
    Message(String),
    /// Lua code it ran raised an error.
    Failed(moonglue::Error),
}

impl From<moonglue::Error> for MagicError {
    fn from(error: moonglue::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<moonglue::mlua::Error> for MagicError {
    fn from(error: moonglue::mlua::Error) -> Self {
        Self::Message(error.to_string())
    }
}

impl From<std::io::Error> for MagicError {
    fn from(error: std::io::Error) -> Self {
        Self::Message(error.to_string())
    }
}

/// All magics, by family.
pub(crate) fn all() -> impl Iterator<Item = &'static Magic> {
    [code::MAGICS, timing::MAGICS, listing::MAGICS, memory::MAGICS, files::MAGICS].into_iter().flatten()
}

/// The magic named `name`.
pub(crate) fn find(name: &str) -> Option<&'static Magic> {
    all().find(|magic| magic.name == name)
}

/// Whether the argument of `name` is Lua code.
pub(crate) fn takes_code(name: &str) -> bool {
    find(name).is_some_and(|magic| magic.takes_code)
}

/// A magic whose name begins as `name` does, or that `name` begins with.
pub(crate) fn near(name: &str) -> Option<&'static str> {
    let head: String = name.chars().take(2).collect();
    let is_near = |candidate: &str| candidate.starts_with(name) || (head.len() > 1 && candidate.starts_with(&head));
    all().map(|magic| magic.name).find(|candidate| !name.is_empty() && is_near(candidate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_magic_documents_itself() {
        let mut names: Vec<&str> = all().map(|magic| magic.name).collect();
        for magic in all() {
            assert!(magic.usage.starts_with(&format!("%{}", magic.name)), "{}", magic.usage);
            assert!(!magic.summary.is_empty() && magic.summary.len() < 70, "{}", magic.name);
        }
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn near_names() {
        assert_eq!(near("tim"), Some("time"));
        assert_eq!(near("whoo"), Some("who"));
        assert_eq!(near("zzz"), None);
        assert_eq!(near(""), None);
    }
}
