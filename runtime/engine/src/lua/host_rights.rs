//! What the host does itself is not measured by the policy it gave its scripts.

use super::context::Context;
use super::state::State;

/// Runs `body` while raw addresses are allowed whatever the policy says. `body` runs no code of scripts.
pub(crate) fn with_rights_of_host<R>(lua: &mlua::Lua, body: impl FnOnce() -> mlua::Result<R>) -> mlua::Result<R> {
    let mut context = None;
    // SAFETY: the closure runs on the live state, leaves its stack as it was and owns nothing.
    unsafe { lua.exec_raw::<()>((), |raw| context = Context::of(State::new(raw)))? };
    let Some(context) = context else { return body() };
    let before = context.host_speaks.replace(true);
    let result = body();
    context.host_speaks.set(before);
    result
}
