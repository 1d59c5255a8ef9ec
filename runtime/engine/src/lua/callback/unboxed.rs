//! Functions that get an item where they were written for a pointer to it.
//!
//! A comparator like `function(a, b) return a[0] - b[0] end` has no use for pointers. A copy of it, with the same upvalues
//! and the same lines, takes the items themselves: where the function reads item 0 of a parameter, the copy takes the
//! parameter as it is.

use std::ffi::c_int;

use super::bytecode::{Instruction, code_in, dump};
use crate::lua::state::{State, ffi};

/// Pushes a copy of the function at `i` that takes items for the parameters with these numbers, of which it does nothing but
/// read item 0. False, and nothing is pushed, when there can be none.
pub(super) fn push_taking_items(state: State, i: c_int, params: &[usize]) -> bool {
    let i = state.abs(i);
    let Some(mut dump) = dump(state, i, false) else { return false };
    let Some(code) = code_in(&dump) else { return false };
    for bytes in dump[code].as_chunks_mut::<4>().0 {
        let instruction = Instruction(u32::from_ne_bytes(*bytes));
        if params.iter().any(|r| instruction.reads_first_item(*r)) {
            *bytes = instruction.as_move().0.to_ne_bytes();
        }
    }
    // SAFETY: the bytes live during the call; they are a dump of this very Lua, in which one instruction was put in the place
    // of another with the same operands. Errors are returned, not raised.
    let status = unsafe {
        ffi::luaL_loadbufferx(state.raw(), dump.as_ptr().cast(), dump.len(), c"=callback".as_ptr(), c"b".as_ptr())
    };
    if status != ffi::LUA_OK {
        state.pop(1);
        return false;
    }
    let copy = state.abs(-1);
    // SAFETY (of the calls): two Lua functions of one prototype, which have the same upvalues.
    for n in 1.. {
        // SAFETY: see above; a name is pushed where there is such an upvalue.
        if unsafe { ffi::lua_getupvalue(state.raw(), i, n) }.is_null() {
            break;
        }
        state.pop(1);
        // SAFETY: see above.
        unsafe { ffi::lua_upvaluejoin(state.raw(), copy, n, i, n) };
    }
    true
}
