//! `coroutine.resume`, `wrap` and `close` as Lua has them, but with the coroutine entered in the list of running
//! states, so that an interrupt reaches it.

use std::ffi::c_int;

use mlua::ffi::{self, lua_State};
use mlua::{Lua, Table};

use super::active::{current_control, with_frame};
use super::coroutine_trace::{push_traceback, remember};

/// Replaces the three functions in `lua`'s `coroutine` table, if it has one.
pub(crate) fn install(lua: &Lua) -> mlua::Result<()> {
    let Some(coroutine) = lua.globals().raw_get::<Option<Table>>("coroutine")? else { return Ok(()) };
    // SAFETY: `resume` and `wrap` are C functions that check their arguments and need no upvalue.
    let (resume, wrap) = unsafe { (lua.create_c_function(resume)?, lua.create_c_function(wrap)?) };
    coroutine.raw_set("resume", resume)?;
    coroutine.raw_set("wrap", wrap)?;
    let stock_close: mlua::Value = coroutine.raw_get("close")?;
    // SAFETY: `close` expects Lua's own function as its only upvalue; pushing a closure over it is all this does.
    let close: mlua::Function = unsafe { lua.exec_raw(stock_close, |state| ffi::lua_pushcclosure(state, close, 1))? };
    coroutine.raw_set("close", close)
}

/// Moves `narg` values to `co` and resumes it. The results, or the error, are on top of `state`; -1 tells of an error.
///
/// # Safety
///
/// Called by a C function on its own state with `narg` values on top; `co` is a live thread of the same Lua.
unsafe fn transfer_and_resume(state: *mut lua_State, co: *mut lua_State, narg: c_int) -> c_int {
    // SAFETY: by the contract; the stack checks come before the moves, and a resume never jumps out of itself.
    unsafe {
        if ffi::lua_checkstack(co, narg) == 0 {
            ffi::lua_pushstring(state, c"too many arguments to resume".as_ptr());
            return -1;
        }
        ffi::lua_xmove(state, co, narg);
        let mut nres = 0;
        let status = with_frame(co, current_control(), || ffi::lua_resume(co, state, narg, &mut nres));
        if status != ffi::LUA_OK && status != ffi::LUA_YIELD {
            ffi::lua_xmove(co, state, 1);
            return -1;
        }
        if ffi::lua_checkstack(state, nres + 1) == 0 {
            ffi::lua_settop(co, -nres - 1);
            ffi::lua_pushstring(state, c"too many results to resume".as_ptr());
            return -1;
        }
        ffi::lua_xmove(co, state, nres);
        nres
    }
}

unsafe extern "C-unwind" fn resume(state: *mut lua_State) -> c_int {
    // SAFETY: Lua calls this with its live state; `luaL_checktype` raises unless argument 1 is a thread.
    unsafe {
        let co = ffi::lua_tothread(state, 1);
        if co.is_null() {
            ffi::luaL_checktype(state, 1, ffi::LUA_TTHREAD);
        }
        let results = transfer_and_resume(state, co, ffi::lua_gettop(state) - 1);
        if results < 0 {
            ffi::lua_pushboolean(state, 0);
            ffi::lua_insert(state, -2);
            return 2;
        }
        ffi::lua_pushboolean(state, 1);
        ffi::lua_insert(state, -(results + 1));
        results + 1
    }
}

unsafe extern "C-unwind" fn wrap(state: *mut lua_State) -> c_int {
    // SAFETY: Lua calls this with its live state; 20 slots are free.
    unsafe {
        ffi::luaL_checktype(state, 1, ffi::LUA_TFUNCTION);
        let co = ffi::lua_newthread(state);
        ffi::lua_pushvalue(state, 1);
        ffi::lua_xmove(state, co, 1);
        ffi::lua_pushcclosure(state, wrapped, 1);
    }
    1
}

unsafe extern "C-unwind" fn wrapped(state: *mut lua_State) -> c_int {
    // SAFETY: `wrap` made the closure with the thread as its upvalue; the rest follows Lua's own `auxwrap`.
    unsafe {
        let co = ffi::lua_tothread(state, ffi::lua_upvalueindex(1));
        let results = transfer_and_resume(state, co, ffi::lua_gettop(state));
        if results >= 0 {
            return results;
        }
        let mut status = ffi::lua_status(co);
        let has_room = ffi::lua_checkstack(state, ffi::LUA_TRACEBACK_STACK + 4) != 0;
        let traced = has_room && status != ffi::LUA_ERRMEM && push_traceback(state, co);
        if status != ffi::LUA_OK && status != ffi::LUA_YIELD {
            // Its to-be-closed variables run now, and may change the error.
            status = with_frame(co, current_control(), || ffi::lua_closethread(co, state));
            ffi::lua_xmove(co, state, 1);
        } else if traced {
            ffi::lua_pushvalue(state, -2);
        }
        // The stack: the first message, its traceback if traced, the error as it is now.
        if status != ffi::LUA_ERRMEM && ffi::lua_type(state, -1) == ffi::LUA_TSTRING {
            let is_same = traced && ffi::lua_rawequal(state, -1, -3) != 0;
            ffi::luaL_where(state, 1);
            ffi::lua_insert(state, -2);
            ffi::lua_concat(state, 2);
            if is_same {
                ffi::lua_pushvalue(state, -2);
                remember(state);
            }
        }
        ffi::lua_error(state)
    }
}

unsafe extern "C-unwind" fn close(state: *mut lua_State) -> c_int {
    // SAFETY: `install` made the closure with Lua's own function as its upvalue. The protected call catches every
    // error, which is raised again once the frame is gone.
    unsafe {
        let co = ffi::lua_tothread(state, 1);
        if co.is_null() {
            ffi::luaL_checktype(state, 1, ffi::LUA_TTHREAD);
        }
        let narg = ffi::lua_gettop(state);
        ffi::lua_pushvalue(state, ffi::lua_upvalueindex(1));
        ffi::lua_insert(state, 1);
        let status = with_frame(co, current_control(), || ffi::lua_pcall(state, narg, ffi::LUA_MULTRET, 0));
        if status != ffi::LUA_OK {
            ffi::lua_error(state);
        }
        ffi::lua_gettop(state)
    }
}
