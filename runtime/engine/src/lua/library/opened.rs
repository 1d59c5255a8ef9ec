//! Where a library is: in this process or in a bridge's.

use std::ffi::CString;
use std::path::PathBuf;

use moonglue_ffi::{ExportError, ExportTable, Library};

use super::open::load_failure;
use crate::lua::error::Res;
use crate::lua::remote::library::RemoteLibrary;

/// An open library.
pub(crate) enum Opened {
    Here(Library),
    There(RemoteLibrary),
}

impl Opened {
    /// Its file, where that is known.
    pub(crate) fn path(&self) -> Option<PathBuf> {
        match self {
            Opened::Here(library) => library.path().map(|p| p.to_path_buf()),
            Opened::There(library) => library.path(),
        }
    }

    /// The loader's handle, in whichever process.
    pub(crate) fn handle(&self) -> u64 {
        match self {
            Opened::Here(library) => library.handle() as u64,
            Opened::There(library) => library.handle(),
        }
    }

    /// The address of a symbol, as a word of this process; `None` when there is none.
    pub(crate) fn symbol(&self, name: &str) -> Res<Option<*const u8>> {
        match self {
            Opened::Here(library) => {
                let found = CString::new(name).ok().and_then(|name| library.symbol(&name));
                Ok(found.map(|p| p.as_ptr().cast_const().cast()))
            }
            Opened::There(library) => {
                let address = library.symbol(name)?;
                Ok(address.map(|address| library.session.word(address) as *const u8))
            }
        }
    }

    /// What its file exports, read once.
    pub(crate) fn exports(&self) -> Result<&ExportTable, ExportError> {
        match self {
            Opened::Here(library) => library.exports(),
            Opened::There(library) => library.exports(),
        }
    }

    /// Unloads it.
    pub(crate) fn close(&self) -> Res<()> {
        match self {
            Opened::Here(library) => library.close().map_err(|e| load_failure(&e)),
            Opened::There(library) => library.close(),
        }
    }
}
