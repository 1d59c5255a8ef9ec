//! The modules that are written in Lua, and what they need of the host's side.

#[cfg(target_os = "linux")]
mod process;
mod server;

use std::path::PathBuf;

use mlua::{Lua, Table};
use moonglue_stdlib::MODULES;

use super::error::Result;

pub use server::ModuleServer;

/// Has `require` find them. Their code may do what C can.
pub(crate) fn offer(lua: &Lua) -> Result<()> {
    let natives = crate::lua::natives(lua)?;
    natives.raw_set("is_server", lua.create_function(|lua, ()| Ok(server::is_server(lua)))?)?;
    natives.raw_set("pid", lua.create_function(|_, ()| Ok(std::process::id()))?)?;
    natives.raw_set("is_folder", lua.create_function(|_, path: PathBuf| Ok(path.is_dir()))?)?;
    offer_processes(lua, &natives)?;
    for module in MODULES {
        let natives = natives.clone();
        let loader = lua.create_function(move |lua, ()| {
            let chunk = lua.load(module.source).set_name(format!("=[{}]", module.name));
            chunk.call::<Table>(&natives)
        })?;
        lua.preload_module(module.name, loader)?;
    }
    Ok(())
}

/// The function `start`.
fn offer_processes(lua: &Lua, natives: &Table) -> Result<()> {
    #[cfg(target_os = "linux")]
    let start = lua.create_function(process::start)?;
    #[cfg(not(target_os = "linux"))]
    let start = lua.create_function(|_, _: Table| Ok((mlua::Value::Nil, "there are no bridges on this system yet")))?;
    Ok(natives.raw_set("start", start)?)
}
