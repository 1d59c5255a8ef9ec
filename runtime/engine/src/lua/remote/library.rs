//! A library that is loaded in another process.

use std::cell::{OnceCell, RefCell};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use moonglue_ffi::{ExportError, ExportTable};

use super::failure::failure;
use super::session::Session;
use super::word::BridgeNumber;
use crate::lua::error::Res;
use crate::remote::{Bridge, Loaded};

/// How long a process may take to end in good order.
pub(super) const ORDERLY_END: Duration = Duration::from_secs(2);

/// A library of a session. After a new start of the process it is loaded again when it is used.
pub(crate) struct RemoteLibrary {
    pub(crate) session: Rc<Session>,
    name: Option<String>,
    global: bool,
    loaded: RefCell<(BridgeNumber, Loaded)>,
    exports: OnceCell<ExportTable>,
}

impl RemoteLibrary {
    /// Loads a library in the session's process; without a name that process's own program.
    pub(crate) fn open(session: Rc<Session>, name: Option<&str>, global: bool) -> Res<RemoteLibrary> {
        let bridge = session.running()?;
        let loaded = bridge.load(name, global).map_err(failure)?;
        let loaded = RefCell::new((bridge.number(), loaded));
        Ok(RemoteLibrary { session, name: name.map(str::to_string), global, loaded, exports: OnceCell::new() })
    }

    /// The address of a symbol in the process in use, if the library has it.
    pub(crate) fn symbol(&self, name: &str) -> Res<Option<u64>> {
        let bridge = self.session.running()?;
        let library = self.number_in(&bridge)?;
        bridge.symbol(library, name).map_err(failure)
    }

    fn number_in(&self, bridge: &Bridge) -> Res<u32> {
        let (number, library) = {
            let loaded = self.loaded.borrow();
            (loaded.0, loaded.1.library)
        };
        if number == bridge.number() {
            return Ok(library);
        }
        let loaded = bridge.load(self.name.as_deref(), self.global).map_err(failure)?;
        let library = loaded.library;
        *self.loaded.borrow_mut() = (bridge.number(), loaded);
        Ok(library)
    }

    /// The file it came from, where that is known.
    pub(crate) fn path(&self) -> Option<PathBuf> {
        self.loaded.borrow().1.path.clone().map(PathBuf::from)
    }

    /// The other side's loader's handle.
    pub(crate) fn handle(&self) -> u64 {
        self.loaded.borrow().1.handle
    }

    /// What the library's file exports, read once.
    pub(crate) fn exports(&self) -> Result<&ExportTable, ExportError> {
        if let Some(table) = self.exports.get() {
            return Ok(table);
        }
        let table = match self.path() {
            Some(path) => ExportTable::read(Some(Path::new(&path)))?,
            None => ExportTable::default(),
        };
        Ok(self.exports.get_or_init(|| table))
    }

    /// Unloads it, when its process still runs. A process that it had for itself ends.
    pub(crate) fn close(&self) -> Res<()> {
        let bridge = self.session.bridge();
        if self.session.group.is_none() {
            self.session.restarts.set(false);
            bridge.shutdown(ORDERLY_END);
            self.session.context.sessions.borrow_mut().retain(|session| !Rc::ptr_eq(session, &self.session));
            return Ok(());
        }
        let loaded = self.loaded.borrow();
        if !bridge.is_alive() || loaded.0 != bridge.number() {
            return Ok(());
        }
        bridge.close(loaded.1.library).map_err(failure)
    }
}
