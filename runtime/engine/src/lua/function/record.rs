//! The native call in progress: what callbacks need to find their Lua thread, and what a crash report tells.

use std::cell::Cell;
use std::ffi::c_int;

use super::{Function, Plan};
use crate::lua::state::ffi;

/// No error was kept.
pub(crate) const NO_ERROR: c_int = ffi::LUA_NOREF;

/// One native call, on the native stack of the entry that makes it; linked to the one it is nested in.
pub(crate) struct CallRecord {
    pub(crate) outer: *const CallRecord,
    pub(crate) raw: *mut ffi::lua_State,
    pub(crate) function: *const Function,
    pub(crate) plan: *const Plan,
    pub(crate) frame: *const u8,
    /// Registry reference of the first error that a callback of this call raised.
    pub(crate) error: Cell<c_int>,
}
