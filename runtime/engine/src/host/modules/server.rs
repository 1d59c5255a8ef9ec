//! The engine that runs a module for another process.

use mlua::{Function, Lua, LuaString, Table};

use crate::host::{Policy, Result, Runtime};

/// That a Lua state serves.
struct Serves;

/// Runs a module written in Lua for a client in another process, by requests and answers that both sides' Lua make and
/// understand.
#[derive(Debug)]
pub struct ModuleServer {
    runtime: Runtime,
    answer: Function,
    close: Function,
}

impl ModuleServer {
    /// Makes the engine; the first request names the module.
    ///
    /// # Errors
    /// [`Error::Lua`](crate::Error::Lua) when there is no memory for it.
    ///
    /// # Safety
    /// As for [`Builder::allow_ffi`](crate::Builder::allow_ffi): the caller vouches for the modules that will be asked for, and
    /// so for whoever sends the requests.
    pub unsafe fn new() -> Result<ModuleServer> {
        // SAFETY: passed on to the caller.
        let runtime = unsafe { Runtime::builder().allow_ffi(Policy::unrestricted()) }.build()?;
        runtime.lua().set_app_data(Serves);
        let require: Function = runtime.globals().get("require")?;
        let ctypes: Table = runtime.call(&require, "ctypes")?;
        runtime.globals().set("ctypes", ctypes)?;
        let served: Table = runtime.call(&require, "bridge.served")?;
        let make: Function = served.get("new")?;
        let (answer, close) = runtime.call(&make, ())?;
        Ok(ModuleServer { runtime, answer, close })
    }

    /// Gives the answer to a request to `send`.
    ///
    /// # Errors
    /// When there is no memory to tell even what went wrong; what the module raises is an answer.
    pub fn answer(&self, request: &[u8], send: impl FnOnce(&[u8])) -> Result<()> {
        let request = self.runtime.lua().create_string(request)?;
        let answer: LuaString = self.runtime.call(&self.answer, request)?;
        send(&answer.as_bytes());
        Ok(())
    }
}

impl Drop for ModuleServer {
    /// The module's farewell, where its client has not asked for it.
    fn drop(&mut self) {
        if let Err(error) = self.runtime.call::<()>(&self.close, ()) {
            eprintln!("{error}");
        }
    }
}

/// Whether this state runs a module for another process.
pub(super) fn is_server(lua: &Lua) -> bool {
    lua.app_data_ref::<Serves>().is_some()
}
