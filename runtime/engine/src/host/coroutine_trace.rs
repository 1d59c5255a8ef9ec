//! Where an error inside a `coroutine.wrap` function happened. The coroutine is gone when the error arrives at the
//! host, so its traceback is taken as the error leaves it, and found again by the message.

use std::ffi::{CStr, c_int};

use mlua::ffi::{self, lua_State};

/// Registry fields: the last message that left a coroutine, and the traceback that belongs to it. Strings only: an
/// error object kept here would live longer than scripts expect.
const MESSAGE: &CStr = c"moonglue.coroutine.message";
const TRACEBACK: &CStr = c"moonglue.coroutine.traceback";

/// Stands between the traceback of a coroutine and that of its resumer.
pub(crate) const JOINT: &CStr = c"\n[a coroutine, resumed from:]\n";

/// Leaves on top of `state` the traceback of `co`, which has failed with the string on top of `state`; nothing is
/// pushed for other values, as the result tells.
///
/// # Safety
///
/// `state` is running a C function and has 15 free slots; `co` is a thread of the same Lua.
pub(crate) unsafe fn push_traceback(state: *mut lua_State, co: *mut lua_State) -> bool {
    // SAFETY: by the contract; the registry is a table.
    unsafe {
        if ffi::lua_type(state, -1) != ffi::LUA_TSTRING {
            return false;
        }
        let message = ffi::lua_absindex(state, -1);
        if push_known(state, message) {
            ffi::lua_pushstring(state, JOINT.as_ptr());
            ffi::luaL_traceback(state, co, std::ptr::null(), 0);
            ffi::lua_concat(state, 3);
        } else {
            ffi::luaL_traceback(state, co, std::ptr::null(), 0);
        }
        true
    }
}

/// Notes that the message below the traceback on top, as it now stands, leaves a coroutine. Pops the traceback.
///
/// # Safety
///
/// `state` is running a C function with a message and a traceback on top, and has 2 free slots.
pub(crate) unsafe fn remember(state: *mut lua_State) {
    // SAFETY: by the contract.
    unsafe {
        ffi::lua_setfield(state, ffi::LUA_REGISTRYINDEX, TRACEBACK.as_ptr());
        ffi::lua_pushvalue(state, -1);
        ffi::lua_setfield(state, ffi::LUA_REGISTRYINDEX, MESSAGE.as_ptr());
    }
}

/// Puts the traceback of the coroutine that the string at `message` came out of before the one on top, if it came out
/// of one.
///
/// # Safety
///
/// As for [`push_traceback`], with a traceback on top.
pub(crate) unsafe fn join(state: *mut lua_State, message: c_int) {
    // SAFETY: by the contract.
    unsafe {
        if ffi::lua_type(state, message) == ffi::LUA_TSTRING && push_known(state, message) {
            ffi::lua_pushstring(state, JOINT.as_ptr());
            ffi::lua_rotate(state, -3, -1);
            ffi::lua_concat(state, 3);
        }
    }
}

/// Pushes the traceback kept for the string at `message` and forgets it; false, and nothing pushed, if there is none.
unsafe fn push_known(state: *mut lua_State, message: c_int) -> bool {
    // SAFETY: called by the functions above only, under their contracts.
    unsafe {
        ffi::lua_getfield(state, ffi::LUA_REGISTRYINDEX, MESSAGE.as_ptr());
        let known = ffi::lua_rawequal(state, -1, message) != 0;
        ffi::lua_settop(state, -2);
        if known {
            ffi::lua_getfield(state, ffi::LUA_REGISTRYINDEX, TRACEBACK.as_ptr());
            ffi::lua_pushnil(state);
            ffi::lua_setfield(state, ffi::LUA_REGISTRYINDEX, MESSAGE.as_ptr());
        }
        known
    }
}
