//! Putting the runtime's modules and variables into a Lua state.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::sync::Arc;

use mlua::{Lua, LuaString, Table, Value};

use super::error::Result;
use super::modules;
use super::policy::{NOT_GRANTED, NOT_UNRESTRICTED, Policy};

/// Tables of `ctypes` that are modules too, as in Python.
const PARTS: [&str; 2] = ["util", "wintypes"];

/// Gives an existing Lua state the module `ctypes`: `require "ctypes"` finds it.
///
/// # Safety
///
/// As for [`Builder::allow_ffi`](crate::Builder::allow_ffi): scripts of this state can do what C can, within
/// `policy`.
///
/// # Errors
///
/// [`Error::Lua`](crate::Error::Lua) when the state refuses it.
pub unsafe fn install(lua: &Lua, policy: Policy) -> Result<()> {
    // SAFETY: the contract is passed on.
    unsafe { open(lua, policy, false) }
}

/// Opens the module and registers it as loaded.
///
/// # Safety
///
/// As for [`install`].
pub(crate) unsafe fn open(lua: &Lua, policy: Policy, ours: bool) -> Result<()> {
    let sealed = !policy.raw_pointers;
    let unrestricted = policy.is_unrestricted();
    let module = crate::lua::open(lua, Arc::new(policy), ours)?;
    super::expose::prepare(lua, &module, sealed)?;
    for part in PARTS {
        lua.register_module(&format!("ctypes.{part}"), module.raw_get::<Table>(part)?)?;
    }
    lua.register_module("ctypes", module)?;
    // Their code reaches more than a narrower policy allows.
    if unrestricted { modules::offer(lua) } else { refuse(lua, "bridge", NOT_UNRESTRICTED) }
}

/// Makes `require "ctypes"` and `require "bridge"` say what is missing.
pub(crate) fn deny(lua: &Lua) -> Result<()> {
    for part in PARTS {
        refuse(lua, &format!("ctypes.{part}"), NOT_GRANTED)?;
    }
    refuse(lua, "ctypes", NOT_GRANTED)?;
    refuse(lua, "bridge", NOT_GRANTED)
}

/// Makes `require` of that module raise `text`.
fn refuse(lua: &Lua, module: &str, text: &str) -> Result<()> {
    let loader = lua.load(format!("error({text:?}, 0)")).set_name(format!("=[{module}]")).into_function()?;
    Ok(lua.preload_module(module, loader)?)
}

/// Puts folders before Lua's own in `package.path`.
pub(crate) fn prepend_script_path(lua: &Lua, folders: &[PathBuf]) -> Result<()> {
    let Some(package) = lua.globals().raw_get::<Option<Table>>("package")? else { return Ok(()) };
    let mut path = Vec::new();
    for folder in folders {
        let folder = os_bytes(folder.as_os_str());
        for pattern in ["?.lua", "?/init.lua"] {
            path.extend_from_slice(&folder);
            path.push(b'/');
            path.extend_from_slice(pattern.as_bytes());
            path.push(b';');
        }
    }
    if !path.is_empty() {
        path.extend_from_slice(&package.raw_get::<LuaString>("path")?.as_bytes());
        package.raw_set("path", lua.create_string(path)?)?;
    }
    Ok(())
}

/// Makes the global `arg` from `args`, items from 1.
pub(crate) fn set_args(lua: &Lua, args: &[OsString]) -> Result<Table> {
    let table = lua.create_table_with_capacity(args.len(), 1)?;
    for arg in args {
        table.raw_push(os_string(lua, arg)?)?;
    }
    lua.globals().raw_set("arg", Value::Table(table.clone()))?;
    Ok(table)
}

/// The bytes of a string of the system.
pub(crate) fn os_string(lua: &Lua, text: &OsStr) -> mlua::Result<LuaString> {
    lua.create_string(os_bytes(text))
}

#[cfg(unix)]
fn os_bytes(text: &OsStr) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    text.as_bytes().to_vec()
}

#[cfg(not(unix))]
fn os_bytes(text: &OsStr) -> Vec<u8> {
    text.to_string_lossy().into_owned().into_bytes()
}
