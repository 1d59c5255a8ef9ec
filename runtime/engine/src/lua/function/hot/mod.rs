//! The short ways: entries that read their arguments from Lua's stack in place and do without the questions that the
//! declarations have answered already.
//!
//! Each does exactly what the entries of [`super::entries`] do. Whatever is not of the plain kind that an entry serves (an
//! argument missing or too many, an object that stands for a value, anything that is an error) it leaves to them, before
//! it has changed anything.

mod answers;
mod arguments;
mod straight;

use std::ffi::c_int;

use super::plan::{Give, Param};
use super::{Function, call, calling, function_of};
use crate::lua::ctype::TypeRef;
use crate::lua::error::{Failure, raise};
use crate::lua::object::CData;
use crate::lua::stack::Frame;
use crate::lua::state::ffi;

pub(crate) use arguments::{Word, extension};

/// Calls `function`, whose object is `object`, with the arguments in `frame`. It is called while the function's plan is
/// the one that the entry was chosen for.
pub(crate) type Entry = fn(Frame, &'static CData, &'static Function) -> c_int;

/// What a function object runs where Lua's stack can be read in place.
pub(crate) unsafe extern "C-unwind" fn call_in_place(raw: *mut ffi::lua_State) -> c_int {
    // SAFETY: Lua runs this function on `raw`; it is only made into a closure where the layout fits.
    let frame = unsafe { Frame::of(raw) };
    if let Some(object) = frame.called_object()
        && let Some(function) = function_of(object)
    {
        return function.hot.get()(frame, object, function);
    }
    // SAFETY: as above.
    unsafe { call(raw) }
}

/// The way that serves everything; the first call of a function takes it, and compiles the plan.
pub(crate) fn through_api(frame: Frame, object: &'static CData, function: &'static Function) -> c_int {
    let context = object.ty.context;
    if context.generated.at_once() && calling::can_compile(function, frame.count()) {
        let compiled = calling::declared_plan(context, function).is_ok();
        if compiled && function.hot.get() as usize != through_api as Entry as usize {
            return function.hot.get()(frame, object, function);
        }
    }
    // SAFETY: the frame is that of the running function, which is one of ours.
    unsafe { call(frame.state().raw()) }
}

/// The short way for these parameters and this result; [`through_api`] when there is none.
pub(super) fn choose(params: &[Param], give: Give, result: TypeRef) -> Entry {
    straight::choose(params, give, result).unwrap_or(through_api)
}

/// Raises the error that a callback left on the top of the stack.
#[cold]
#[inline(never)]
fn raise_left(frame: Frame, failure: Failure) -> c_int {
    // SAFETY: the running function's state; the entries return this at once, and own nothing that needs dropping.
    unsafe { raise(frame.state().raw(), failure) }
}
