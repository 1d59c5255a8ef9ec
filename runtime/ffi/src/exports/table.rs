//! The exports of one file.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use object::read::{ReadCache, ReadRef};
use thiserror::Error;

use super::demangle::demangle;
use super::{elf, other};
use crate::identify::open_regular;

/// What a symbol stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExportKind {
    /// Code.
    Function,
    /// A variable or constant.
    Data,
    /// The file does not say, or something else.
    Other,
}

/// A name a library offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The name to look up; `#7` for one that has only an ordinal.
    pub name: String,
    /// The name as its author wrote it in C++ or Rust, where that is another.
    pub demangled: Option<String>,
    /// What it stands for.
    pub kind: ExportKind,
    /// Its address in the file's own counting, before loading; for a thread's own variable the offset in its block.
    pub address: u64,
    /// Its size in bytes; 0 where the file does not say.
    pub size: u64,
    /// Its version (`GLIBC_2.2.5`), where the file has versions; of several the one that looking up the plain name gives.
    pub version: Option<String>,
    /// Its number (Windows).
    pub ordinal: Option<u32>,
}

/// Why a file's exports could not be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The file cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file's tables make no sense.
    #[error("the exports of {} cannot be read: {source}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with them.
        source: object::read::Error,
    },
}

/// Larger files are read piece by piece.
const READ_WHOLE: u64 = 64 << 20;

/// The names the library at `path` offers, sorted, each once. `None` is the running program.
///
/// # Errors
///
/// [`ExportError`] when the file cannot be read or is not a library of any known kind. A file that is damaged beyond
/// its headers may give fewer names than it was made with.
pub fn exports(path: Option<&Path>) -> Result<Vec<Export>, ExportError> {
    let path = match path {
        Some(path) => path.to_path_buf(),
        None => std::env::current_exe().map_err(|source| ExportError::Read { path: PathBuf::new(), source })?,
    };
    let read_error = |source| ExportError::Read { path: path.clone(), source };
    let file = open_regular(&path).map_err(read_error)?;
    let list = if file.metadata().map_err(read_error)?.len() <= READ_WHOLE {
        collect(std::fs::read(&path).map_err(read_error)?.as_slice())
    } else {
        collect(&ReadCache::new(file))
    };
    Ok(sorted(list.map_err(|source| ExportError::Malformed { path, source })?))
}

fn collect<'data, R: ReadRef<'data>>(data: R) -> object::read::Result<Vec<Export>> {
    use object::elf::{FileHeader32, FileHeader64};
    use object::read::FileKind;
    match FileKind::parse(data)? {
        FileKind::Elf32 => elf::exports::<FileHeader32<object::Endianness>, _>(data),
        FileKind::Elf64 => elf::exports::<FileHeader64<object::Endianness>, _>(data),
        kind => other::exports(kind, data),
    }
}

fn sorted(mut list: Vec<Export>) -> Vec<Export> {
    list.sort_by(|a, b| a.name.cmp(&b.name));
    list.dedup_by(|later, kept| later.name == kept.name);
    for export in &mut list {
        export.demangled = demangle(&export.name);
    }
    list
}

/// The exports of one library, kept for looking through them again and again.
#[derive(Clone, Debug, Default)]
pub struct ExportTable {
    list: Vec<Export>,
    by_demangled: BTreeMap<String, usize>,
}

impl ExportTable {
    /// Reads the table of the library at `path`, or of the running program.
    ///
    /// # Errors
    ///
    /// As for [`exports`].
    pub fn read(path: Option<&Path>) -> Result<Self, ExportError> {
        let list = exports(path)?;
        let by_demangled =
            list.iter().enumerate().filter_map(|(index, export)| Some((export.demangled.clone()?, index))).collect();
        Ok(ExportTable { list, by_demangled })
    }

    /// All of them, sorted by name.
    #[must_use]
    pub fn all(&self) -> &[Export] {
        &self.list
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(|export| export.name.as_str())
    }

    /// The export of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Export> {
        let index = self.list.binary_search_by(|export| export.name.as_str().cmp(name)).ok()?;
        self.list.get(index)
    }

    /// The export whose demangled name this is.
    #[must_use]
    pub fn get_demangled(&self, name: &str) -> Option<&Export> {
        self.list.get(*self.by_demangled.get(name)?)
    }

    /// Those whose names begin with `prefix`, sorted by name.
    #[must_use]
    pub fn with_prefix(&self, prefix: &str) -> &[Export] {
        let start = self.list.partition_point(|export| export.name.as_str() < prefix);
        let rest = &self.list[start..];
        &rest[..rest.partition_point(|export| export.name.starts_with(prefix))]
    }
}
