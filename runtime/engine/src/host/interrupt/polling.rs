//! Looking at a flag now and then, where a signal cannot be sent to a thread.

use super::control::{Control, Reason};
use super::hook::stop_state;
use crate::host::active;
use mlua::ffi::{self, lua_Debug, lua_State};

/// Lua polls here, so nobody has to be woken.
#[derive(Clone, Copy)]
pub(crate) struct Target;

impl Target {
    pub(crate) fn this_thread() -> Target {
        Target
    }

    pub(crate) fn notify(self) {}
}

pub(crate) fn install() {}

/// Instructions between two looks at the flag.
const INTERVAL: std::ffi::c_int = 1000;

/// Sets the polling hook on a state that starts to run under an armed control.
pub(crate) fn prepare(state: *mut lua_State) {
    // SAFETY: a control outlives the frames that name it.
    let control = unsafe { active::current_control().as_ref() };
    if control.is_some_and(|control| control.is_armed()) {
        // SAFETY: the caller is about to run `state` on this thread.
        unsafe { ffi::lua_sethook(state, Some(poll), ffi::LUA_MASKCOUNT, INTERVAL) };
    }
}

unsafe extern "C-unwind" fn poll(_state: *mut lua_State, _event: *mut lua_Debug) {
    // SAFETY: as in `prepare`.
    let reason = unsafe { active::current_control().as_ref() }.map_or(Reason::None, Control::reason);
    if reason == Reason::None {
        return;
    }
    // SAFETY: the hook runs on the thread that runs Lua; every frame in the list is running on it.
    for frame in unsafe { active::frames() } {
        if frame.control == active::current_control() {
            // SAFETY: see above.
            unsafe { stop_state(frame.state) };
        }
    }
}
