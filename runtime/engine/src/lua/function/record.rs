//! The native call in progress: what callbacks need to find their Lua thread, and what a crash report tells.

use std::cell::Cell;
use std::ffi::c_int;
use std::ops::Range;

use super::plan::Pass;
use super::{Function, Plan};
use crate::lua::context::Context;
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

/// Whether a native call in progress was given an address inside `memory`.
pub(crate) fn is_passed(context: &Context, memory: &Range<usize>) -> bool {
    let mut next = context.calls.get();
    // SAFETY: records live on the native stacks of calls in progress, with the plans and frames they point to; the
    // caller has the turn to run Lua, so none of them goes meanwhile.
    while let Some(record) = unsafe { next.as_ref() } {
        // SAFETY: see above.
        let plan = unsafe { &*record.plan };
        let is_address = |pass| matches!(pass, Pass::Address | Pass::Array | Pass::CharP | Pass::InOut | Pass::Out(_));
        for param in plan.params.iter().filter(|p| is_address(p.pass)) {
            // SAFETY: see above: the slot is inside the frame and eight bytes wide.
            let passed = unsafe { record.frame.add(param.slot as usize).cast::<usize>().read() };
            if memory.contains(&passed) {
                return true;
            }
        }
        next = record.outer;
    }
    false
}

/// Whether a native call in progress is one of `function` itself.
pub(crate) fn is_called(context: &Context, function: &Function) -> bool {
    let mut next = context.calls.get();
    // SAFETY: as in `is_passed`.
    while let Some(record) = unsafe { next.as_ref() } {
        if std::ptr::eq(record.function, function) {
            return true;
        }
        next = record.outer;
    }
    false
}
