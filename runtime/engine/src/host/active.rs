//! Which Lua states run on this thread, innermost first. An interrupt has to reach each of them: a hook set on one
//! Lua thread says nothing to the coroutine that runs inside it.

use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicPtr, Ordering};

use mlua::ffi::lua_State;

use super::interrupt::{Control, Reason};

/// One running Lua state. It lies on the native stack of the function that runs the state.
pub(crate) struct Frame {
    pub(crate) state: *mut lua_State,
    /// The interrupt control of the runtime it belongs to; outlives the frame.
    pub(crate) control: *const Control,
    pub(crate) outer: *const Frame,
}

thread_local! {
    // Without a destructor and with a constant start value: a signal handler reads it.
    static INNERMOST: AtomicPtr<Frame> = const { AtomicPtr::new(null_mut()) };
}

/// The innermost running state of this thread, null when none runs.
pub(crate) fn innermost() -> *const Frame {
    INNERMOST.with(|innermost| innermost.load(Ordering::Acquire))
}

/// A number that tells living threads apart; never 0.
pub(crate) fn this_thread() -> usize {
    INNERMOST.with(|innermost| std::ptr::from_ref(innermost).addr())
}

/// Runs `body` with `state` known as running under `control`.
///
/// # Safety
///
/// `state` and `control` stay valid while `body` runs, and no Lua error leaves `body`: a jump over this frame would
/// leave a dangling entry in the list.
pub(crate) unsafe fn with_frame<R>(state: *mut lua_State, control: *const Control, body: impl FnOnce() -> R) -> R {
    struct Restore(*const Frame);
    impl Drop for Restore {
        fn drop(&mut self) {
            INNERMOST.with(|innermost| innermost.store(self.0.cast_mut(), Ordering::Release));
        }
    }

    let frame = Frame { state, control, outer: innermost() };
    let _restore = Restore(frame.outer);
    INNERMOST.with(|innermost| innermost.store((&raw const frame).cast_mut(), Ordering::Release));
    super::interrupt::prepare(state);
    body()
}

/// The frames of this thread, innermost first.
///
/// # Safety
///
/// Used only while the frames live: on the thread that runs them, without returning to their owners.
pub(crate) unsafe fn frames() -> impl Iterator<Item = &'static Frame> {
    let mut next = innermost();
    std::iter::from_fn(move || {
        // SAFETY: `with_frame` links only frames that live until it unlinks them, and by this function's contract
        // none is unlinked while the iterator is in use.
        let frame = unsafe { next.as_ref() }?;
        next = frame.outer;
        Some(frame)
    })
}

/// The control under which this thread runs Lua now, null when it runs none.
pub(crate) fn current_control() -> *const Control {
    // SAFETY: the innermost frame, if any, belongs to a function that is still running below us.
    unsafe { innermost().as_ref() }.map_or(null(), |frame| frame.control)
}

/// Whether the Lua that this thread runs was asked to stop.
#[cfg(target_os = "linux")]
pub(crate) fn is_stopping() -> bool {
    // SAFETY: the control outlives the frame it was found in, which belongs to a function that is still running below us.
    unsafe { current_control().as_ref() }.is_some_and(|control| control.reason() != Reason::None)
}

/// Whether a state of `control`'s runtime still runs on this thread.
pub(crate) fn runs_under(control: *const Control) -> bool {
    // SAFETY: the frames belong to functions that are still running below us.
    unsafe { frames() }.any(|frame| std::ptr::eq(frame.control, control))
}
