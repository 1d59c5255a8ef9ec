//! What the search looked at, and what it found there.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::identify::{FileKind, identify};
use crate::machine::Machine;

/// One place that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The file looked for, or the cache it was looked up in.
    pub path: PathBuf,
    /// What was there.
    pub outcome: Outcome,
}

/// What was found in a place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// A library this process can load.
    Usable,
    /// Nothing.
    Missing,
    /// A cache without this name.
    NoEntry {
        /// The name.
        name: String,
    },
    /// A folder.
    Directory,
    /// A file that may not be read.
    PermissionDenied,
    /// A library for another processor or system.
    WrongMachine(Machine),
    /// A file that is no library, or no whole one.
    NotALibrary(FileKind),
    /// Something that could not be read.
    Unreadable {
        /// The system's error number, where it gave one.
        errno: Option<i32>,
        /// The system's text.
        text: String,
    },
}

impl Outcome {
    /// Looks at the file at `path`.
    #[must_use]
    pub fn of(path: &Path) -> Outcome {
        match identify(path) {
            Ok(FileKind::Library(machine)) if machine.runs_here() => Outcome::Usable,
            Ok(FileKind::Library(machine) | FileKind::Program(machine) | FileKind::Object(machine))
                if !machine.runs_here() =>
            {
                Outcome::WrongMachine(machine)
            }
            Ok(kind) => Outcome::NotALibrary(kind),
            Err(error) => match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Outcome::Missing,
                io::ErrorKind::IsADirectory => Outcome::Directory,
                io::ErrorKind::PermissionDenied => Outcome::PermissionDenied,
                _ => Outcome::Unreadable { errno: error.raw_os_error(), text: error.to_string() },
            },
        }
    }

    /// Whether something was there, but nothing to load.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        !matches!(self, Outcome::Usable | Outcome::Missing | Outcome::NoEntry { .. } | Outcome::Directory)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Usable => f.write_str("usable"),
            Outcome::Missing => f.write_str("no such file"),
            Outcome::NoEntry { name } => write!(f, "no entry for {name}"),
            Outcome::Directory => f.write_str("is a directory"),
            Outcome::PermissionDenied => f.write_str("permission denied"),
            Outcome::WrongMachine(machine) => write!(f, "is for {machine} {}", machine.system),
            Outcome::NotALibrary(kind) => write!(f, "{}", NotALibrary(kind)),
            Outcome::Unreadable { text, .. } => write!(f, "cannot be read: {text}"),
        }
    }
}

/// Says why a file of this kind is no library, as the end of a sentence about it.
pub(crate) struct NotALibrary<'a>(pub(crate) &'a FileKind);

impl fmt::Display for NotALibrary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            FileKind::Library(machine) => write!(f, "is a library for {machine} {}", machine.system),
            FileKind::Program(_) => f.write_str("is a program, not a shared library"),
            FileKind::Object(_) => f.write_str("is an object file that was not linked into a shared library"),
            FileKind::Archive => f.write_str("is a static library, which only a linker can use"),
            FileKind::LinkerScript { names } => {
                f.write_str("is a text for the linker, not a library")?;
                for (index, name) in names.iter().enumerate() {
                    f.write_str(if index == 0 { "; it names " } else { ", " })?;
                    write!(f, "{}", name.display())?;
                }
                Ok(())
            }
            FileKind::Text => f.write_str("is a text file, not a library"),
            FileKind::Truncated { expected, actual } => {
                write!(f, "is cut off: it has {actual} bytes of at least {expected}")
            }
            FileKind::Empty => f.write_str("is empty"),
            FileKind::Unknown => f.write_str("is not a library of any known kind"),
        }
    }
}

impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.outcome)
    }
}
