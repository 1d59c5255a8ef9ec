//! The native call in progress: what callbacks need to find their Lua thread, and what a crash report tells.

use std::cell::{Cell, RefCell};
use std::ffi::{c_int, c_void};
use std::ops::Range;

use super::plan::Pass;
use super::{Function, Plan};
use crate::lua::context::Context;
use crate::lua::state::ffi;

/// One native call, on the native stack of the entry that makes it; linked to the one it is nested in.
#[repr(C)] // generated code writes it
pub(crate) struct CallRecord {
    pub(crate) outer: *const CallRecord,
    pub(crate) raw: *mut ffi::lua_State,
    pub(crate) plan: *const Plan,
    /// The arguments as the plan lays them out; see [`CallRecord::frame`].
    pub(crate) arguments: usize,
}

impl CallRecord {
    /// The mark of arguments that are still where Lua put them, in the call at that address; else it is a frame's.
    pub(crate) const ON_LUA_STACK: usize = 1;

    pub(crate) fn function(&self) -> &Function {
        // SAFETY: the plan is in use while the call is in progress, and its function is the running closure's.
        unsafe { &*(*self.plan).function }
    }

    /// The frame that holds the arguments; none when they are on Lua's stack, which is so for numbers only.
    pub(crate) fn frame(&self) -> Option<*const u8> {
        if self.arguments & Self::ON_LUA_STACK == 0 { Some(self.arguments as *const u8) } else { None }
    }

    /// Lua's own record of the call whose arguments they are.
    pub(crate) fn on_lua_stack(&self) -> Option<*const c_void> {
        let call = self.arguments.checked_sub(Self::ON_LUA_STACK)?;
        if self.frame().is_none() { Some(call as *const c_void) } else { None }
    }
}

/// The errors that callbacks raised, until the calls that led to them return.
#[derive(Default)]
pub(crate) struct KeptErrors {
    /// How many there are.
    pub(crate) count: Cell<usize>,
    /// By call: a registry reference.
    errors: RefCell<Vec<(*const CallRecord, c_int)>>,
}

impl KeptErrors {
    /// Notes the error at that reference as what `record`'s call is to raise; false when it has one already.
    pub(crate) fn keep(&self, record: *const CallRecord, error: c_int) -> bool {
        let mut errors = self.errors.borrow_mut();
        let first = !errors.iter().any(|(of, _)| *of == record);
        if first {
            errors.push((record, error));
            self.count.set(errors.len());
        }
        first
    }

    /// Puts another error in the place of the one that was noted.
    pub(crate) fn replace(&self, record: *const CallRecord, error: c_int) {
        if let Some((_, kept)) = self.errors.borrow_mut().iter_mut().find(|(of, _)| *of == record) {
            *kept = error;
        }
    }

    /// What `record`'s call is to raise.
    pub(crate) fn take(&self, record: *const CallRecord) -> Option<c_int> {
        let mut errors = self.errors.borrow_mut();
        let at = errors.iter().position(|(of, _)| *of == record)?;
        let (_, error) = errors.swap_remove(at);
        self.count.set(errors.len());
        Some(error)
    }
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
        let addresses = plan.params.iter().filter(|p| is_address(p.pass));
        for (param, frame) in addresses.filter_map(|p| Some((p, record.frame()?))) {
            // SAFETY: see above: the slot is inside the frame and eight bytes wide.
            let passed = unsafe { frame.add(param.slot as usize).cast::<usize>().read() };
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
        if std::ptr::eq(record.function(), function) {
            return true;
        }
        next = record.outer;
    }
    false
}
