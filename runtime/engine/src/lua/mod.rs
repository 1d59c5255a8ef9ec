//! What scripts see.

use std::sync::Arc;

use crate::host::Policy;

/// Makes the module table `ctypes` for `lua`.
pub fn open(lua: &mlua::Lua, policy: Arc<Policy>) -> mlua::Result<mlua::Table> {
    let _ = policy;
    lua.create_table()
}
