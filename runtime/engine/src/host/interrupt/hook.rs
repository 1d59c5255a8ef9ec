//! The hook that stops a Lua state.

use std::ffi::{CStr, c_int};

use mlua::ffi::{self, lua_Debug, lua_State};

use super::control::{Control, Reason};
use crate::host::{active, coroutine_trace};

const EVERY_EVENT: c_int = ffi::LUA_MASKCALL | ffi::LUA_MASKRET | ffi::LUA_MASKLINE | ffi::LUA_MASKCOUNT;

/// Registry field: the traceback of the place where a call was first stopped. The error that ends the call may be
/// raised again far from there.
pub(crate) const PLACE: &CStr = c"moonglue.interrupt.traceback";

/// Notes the traceback of `state`, which is about to be stopped for the first time.
///
/// # Safety
///
/// `state` is running the hook; what Lua raises for want of memory may leave it.
unsafe fn note_place(state: *mut lua_State, control: &Control) {
    // SAFETY: a hook has 20 free slots. The frames belong to functions that are running below it.
    unsafe {
        ffi::luaL_traceback(state, state, std::ptr::null(), 0);
        let outermost = active::frames().filter(|frame| std::ptr::eq(frame.control, control)).last();
        if outermost.is_some_and(|frame| frame.state != state) {
            ffi::lua_pushstring(state, coroutine_trace::JOINT.as_ptr());
            ffi::lua_concat(state, 2);
        }
        ffi::lua_setfield(state, ffi::LUA_REGISTRYINDEX, PLACE.as_ptr());
    }
}

/// Raises while the request stands; removes itself from a state that outlived its call.
unsafe extern "C-unwind" fn stop(state: *mut lua_State, _event: *mut lua_Debug) {
    // SAFETY: a hook runs on the thread that runs Lua, inside the innermost frame; its control outlives it.
    let control = unsafe { active::current_control().as_ref() };
    let reason = control.map_or(Reason::None, Control::reason);
    let text = match reason {
        Reason::None => {
            // SAFETY: Lua runs this hook with its own live state; changing the hook inside it is allowed.
            unsafe { ffi::lua_sethook(state, None, 0, 0) };
            return;
        }
        Reason::Interrupt => c"interrupted!",
        Reason::Deadline => c"deadline exceeded",
    };
    // SAFETY: a hook may use 20 stack slots and may raise; nothing in this frame needs dropping.
    unsafe {
        if let Some(control) = control
            && !control.note_once()
        {
            note_place(state, control);
        }
        ffi::luaL_where(state, 0);
        ffi::lua_pushstring(state, text.as_ptr());
        ffi::lua_concat(state, 2);
        ffi::lua_error(state);
    }
}

/// Sets the stopping hook on `state`.
///
/// # Safety
///
/// `state` is running on this thread.
pub(crate) unsafe fn stop_state(state: *mut lua_State) {
    // SAFETY: by the contract; `lua_sethook` is made to be called at any moment from the running thread.
    unsafe { ffi::lua_sethook(state, Some(stop), EVERY_EVENT, 1) };
}

/// Removes the stopping hook once the request is over.
///
/// # Safety
///
/// `state` is live and belongs to this thread.
pub(crate) unsafe fn release_state(state: *mut lua_State) {
    // SAFETY: by the contract.
    let hook = unsafe { ffi::lua_gethook(state) };
    if hook.is_some_and(|hook| std::ptr::fn_addr_eq(hook, stop as ffi::lua_Hook)) {
        // SAFETY: by the contract.
        unsafe { ffi::lua_sethook(state, None, 0, 0) };
    }
}
