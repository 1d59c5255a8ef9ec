//! Lua run by a thread that is not its own: a callback that C makes elsewhere while Lua waits in a native call. An
//! interrupt then has to reach that thread, and the signal handler of Lua's own thread must keep its hands off.

use std::sync::Arc;

use mlua::Lua;
use mlua::ffi::{self, lua_State};

use super::active::with_frame;
use super::interrupt::{self, Control, Reason};

/// Registry key of the control's address.
static KEY: u8 = 0;

/// Keeps the control as long as the Lua state that knows its address.
struct Kept(#[expect(dead_code, reason = "owns what the registry points to")] Arc<Control>);

/// Makes `control` known to the state, for [`visit`].
pub(crate) fn introduce(lua: &Lua, control: &Arc<Control>) -> mlua::Result<()> {
    lua.set_app_data(Kept(Arc::clone(control)));
    let address = Arc::as_ptr(control).cast_mut().cast();
    // SAFETY: pushes one value and pops it into the registry.
    unsafe {
        lua.exec_raw((), |state| {
            ffi::lua_pushlightuserdata(state, address);
            ffi::lua_rawsetp(state, ffi::LUA_REGISTRYINDEX, (&raw const KEY).cast());
        })
    }
}

/// Runs `body`, which runs Lua on `state`, on a thread that is not Lua's own.
///
/// # Safety
///
/// It is this thread's turn to use `state`, which has a free slot, until this function returns, and no Lua error
/// leaves `body`.
pub(crate) unsafe fn visit<R>(state: *mut lua_State, body: impl FnOnce() -> R) -> R {
    // SAFETY: by the contract; reads one value and pops it.
    let control = unsafe {
        ffi::lua_rawgetp(state, ffi::LUA_REGISTRYINDEX, (&raw const KEY).cast());
        let control: *const Control = ffi::lua_touserdata(state, -1).cast_const().cast();
        ffi::lua_settop(state, -2);
        control
    };
    // SAFETY: `introduce` stored the address, and the state keeps the control.
    let Some(control) = (unsafe { control.as_ref() }) else { return body() };
    let home = control.take_over();
    // SAFETY: by the contract, and see above for the control.
    let result = unsafe {
        with_frame(state, control, || {
            if control.reason() != Reason::None {
                interrupt::stop_state(state);
            }
            body()
        })
    };
    control.give_back(home);
    result
}
