//! What a runtime without native calls must not do: run precompiled code, which Lua does not verify.

use mlua::Lua;

/// Makes `load`, `loadfile`, `dofile` and the module searcher accept source text only.
pub(crate) fn refuse_bytecode(lua: &Lua) -> mlua::Result<()> {
    lua.load(include_str!("sandbox.lua")).set_name("=[sandbox]").exec()
}
