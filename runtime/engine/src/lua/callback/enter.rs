//! A callback's way in: from the native entry to the Lua function and back.

use std::ffi::{c_int, c_void};

use super::owner::Turn;
use super::{Callback, Life};
use crate::lua::context::Context;
use crate::lua::convert::{Mode, Role, load_float, load_integer, pointer_target};
use crate::lua::ctype::{Conv, Kind, TypeRef};
use crate::lua::error::{Failure, Kind as ErrorKind, Res, entry, fail};
use crate::lua::remote::{self, view, word::is_remote_pointer};
use crate::lua::state::{State, ffi};

/// Stack slots that a callback needs beside its arguments.
pub(super) const ROOM: usize = 30;

/// What C calls.
///
/// # Safety
///
/// `user` is the callback that the closure was made for, which is never freed once C may know its entry; `args` and
/// `result` are as `moonglue_ffi::Handler` says, for the callback's own signature.
pub(super) unsafe extern "C" fn enter(user: *mut c_void, args: *const *const u8, result: *mut u8) {
    // SAFETY: this function's contract.
    let callback = unsafe { &*user.cast::<Callback>() };
    match callback.life() {
        Life::Alive => {}
        Life::Freed => {
            // SAFETY: flushing all of C's streams is sound at any time; what the script printed must not be lost.
            unsafe { libc::fflush(std::ptr::null_mut()) };
            eprintln!("moonglue: C called a callback that was freed; it was made at {}", callback.made_at);
            std::process::abort();
        }
        Life::Orphaned => return refused(callback, "its runtime has ended"),
    }
    let turn = callback.ownership.enter();
    match turn {
        Turn::Closed => return refused(callback, "its runtime has ended"),
        Turn::Refused => return refused(callback, "the thread that runs Lua did not get to a native call in time"),
        Turn::Home | Turn::Visitor | Turn::Nested => {}
    }
    let record = callback.context.calls.get();
    let raw = if record.is_null() {
        callback.context.main.get()
    } else {
        // SAFETY: records live on the native stacks of calls in progress; the turn makes this thread the only reader.
        unsafe { (*record).raw }
    };
    // SAFETY: the turn is ours, so this thread may use the state; it is live while a call is in progress or its runtime is.
    let state = unsafe { State::new(raw) };
    let top = state.top();
    if callback.use_errno {
        callback.context.errno.set(moonglue_ffi::errno());
    }
    let done = match turn {
        // SAFETY: the turn is this thread's until it leaves; `run` catches every error.
        Turn::Visitor => unsafe { crate::host::visit(raw, || run(state, callback, args, result)) },
        _ => run(state, callback, args, result),
    };
    if !done {
        keep_error(state, callback);
    }
    if callback.use_errno {
        moonglue_ffi::set_errno(callback.context.errno.get());
    }
    state.set_top(top);
    callback.ownership.leave(turn);
}

#[cold]
fn refused(callback: &Callback, why: &str) {
    eprintln!("moonglue: a callback made at {} was called, but {why}; it returns zero", callback.made_at);
}

/// Runs the Lua function; false: an error value is on the top of the stack, the result is zero.
fn run(state: State, callback: &Callback, args: *const *const u8, result: *mut u8) -> bool {
    if !state.reserve((callback.params.len() + ROOM) as c_int) {
        // No room for anything but a constant.
        state.push_boolean(false);
        return false;
    }
    state.push_ref(callback.context.refs.message_handler.get());
    let handler = state.abs(-1);
    if callback.plain {
        state.push_ref(callback.function.get());
        for (k, ty) in callback.params.iter().enumerate() {
            // SAFETY: `args` has one entry for each parameter, by `enter`'s contract.
            push_plain(state, ty, unsafe { *args.add(k) });
        }
        if !state.pcall_with(callback.params.len() as c_int, 1, handler) {
            return false;
        }
        if callback.result.conv() == Some(Conv::I32) && state.is_integer(-1) {
            let v = state.integer(-1);
            if v >= i32::MIN.into() && v <= u32::MAX.into() {
                // SAFETY: the result buffer has at least 16 bytes, by `enter`'s contract.
                unsafe { result.cast::<i64>().write_unaligned((v as i32).into()) };
                return true;
            }
        }
        return give_protected(state, callback, result, handler);
    }
    // Making objects for the arguments can fail for want of memory: all of it happens under protection.
    let mut invocation = Invocation { callback, args, result };
    state.push_closure(protected, 0);
    state.push_light((&raw mut invocation).cast());
    let done = state.pcall_with(1, 0, handler);
    if !done {
        zero(callback.result, result);
    }
    done
}

/// Converts the plain result on the top of the stack for C; false: an error value is there instead, the result is zero.
pub(super) fn give_protected(state: State, callback: &Callback, result: *mut u8, handler: c_int) -> bool {
    match give(state, callback.result, result).map_err(|e| e.in_part("result")) {
        Ok(()) => true,
        Err(e) => {
            zero(callback.result, result);
            push_failure(state, callback, e, handler)
        }
    }
}

/// Leaves the error value of a failure on the top of the stack; always false.
fn push_failure(state: State, callback: &Callback, e: Failure, handler: c_int) -> bool {
    // Making the error value can itself fail for want of memory.
    let mut failure = Some(e.at(format_args!("callback made at {}", callback.made_at)));
    state.push_closure(raise_failure, 0);
    state.push_light((&raw mut failure).cast());
    state.pcall_with(1, 0, handler)
}

/// Keeps a failure for the outer call to raise.
pub(super) fn keep_failure(state: State, callback: &Callback, failure: Failure) {
    if matches!(failure, Failure::New(_)) {
        state.push_ref(callback.context.refs.message_handler.get());
        let handler = state.abs(-1);
        push_failure(state, callback, failure, handler);
    }
    keep_error(state, callback);
}

entry! {
    fn raise_failure(state) {
        // SAFETY: `run` passes the address of its failure, which lives until the protected call returns.
        let failure = unsafe { (*state.userdata(1).cast::<Option<Failure>>()).take() };
        failure.map_or(Ok(0), Err)
    }
}

struct Invocation<'a> {
    callback: &'a Callback,
    args: *const *const u8,
    result: *mut u8,
}

entry! {
    hot
    fn protected(state) {
        // SAFETY: `run` passes the address of its `Invocation`, which lives until the protected call returns.
        let invocation = unsafe { &*state.userdata(1).cast::<Invocation>() };
        let callback = invocation.callback;
        if !state.reserve(callback.params.len() as c_int * 2 + 20) {
            return fail(ErrorKind::MemoryError, "the Lua stack is full");
        }
        state.push_ref(callback.function.get());
        for (k, ty) in callback.params.iter().enumerate() {
            // SAFETY: one entry for each parameter, by `enter`'s contract.
            push_argument(state, ty, unsafe { *invocation.args.add(k) })?;
        }
        // Errors of the function pass through to `run`'s protected call; nothing here needs dropping.
        call(state, callback.params.len() as c_int);
        give(state, callback.result, invocation.result)
            .map_err(|e| e.in_part("result").at(format_args!("callback made at {}", callback.made_at)))?;
        Ok(0)
    }
}

/// Calls the function below `args` values unprotected.
fn call(state: State, args: c_int) {
    // SAFETY: only called by `protected`, under `run`'s protected call, with no live value that needs dropping.
    unsafe { ffi::lua_callk(state.raw(), args, 1, 0, None) }
}

fn push_plain(state: State, ty: TypeRef, p: *const u8) {
    let Some(conv) = ty.conv() else { return state.push_nil() };
    // SAFETY (of the loads): libffi put the parameter's bytes there.
    match conv {
        // SAFETY: see above.
        Conv::F32 | Conv::F64 => state.push_number(unsafe { load_float(conv, p, false) }),
        // SAFETY: see above.
        Conv::Bool => state.push_boolean(unsafe { load_integer(conv, p, false) } != 0),
        // SAFETY: see above.
        _ => state.push_integer(unsafe { load_integer(conv, p, false) }),
    }
}

/// Pushes an argument: structs as copies of their own, all else as it reads from memory.
fn push_argument(state: State, ty: TypeRef, p: *const u8) -> Res<()> {
    match &ty.kind {
        Kind::Record(_) if remote::staged::push(state, ty, p) => Ok(()),
        Kind::Record(_) => {
            let new = state.push_new(ty)?.addr;
            // SAFETY: libffi put the struct's bytes at `p`; the object is new and has the type's size.
            unsafe { std::ptr::copy_nonoverlapping(p, new, ty.size()) };
            Ok(())
        }
        Kind::Array(..) => {
            // In C an array parameter is a pointer to its first item.
            // SAFETY: a pointer-sized argument.
            let first = unsafe { p.cast::<*mut u8>().read_unaligned() };
            if first.is_null() {
                state.push_nil();
            } else if is_remote_pointer(first) {
                view::push(state, ty, first as u64);
            } else {
                state.push_window(ty, first, None);
            }
            Ok(())
        }
        _ => state.push_from(ty, p.cast_mut(), None),
    }
}

/// Converts the function's result on the top of the stack for C.
fn give(state: State, ty: TypeRef, result: *mut u8) -> Res<()> {
    let i = state.abs(-1);
    match &ty.kind {
        Kind::Void => Ok(()),
        Kind::Simple(s) if !ty.holds_pointers.get() => {
            state.store(ty, result, i, None, Mode::Checked)?;
            // The handler's contract: integers are extended to eight bytes.
            // SAFETY (of the loads and stores): the result buffer has at least 16 bytes, by `enter`'s contract.
            match s.conv {
                Conv::F32 | Conv::F64 | Conv::F80 | Conv::ComplexF32 | Conv::ComplexF64 | Conv::ComplexF80 => {}
                // SAFETY: see above.
                conv => unsafe {
                    let v = load_integer(conv, result, false);
                    result.cast::<i64>().write_unaligned(v);
                },
            }
            Ok(())
        }
        Kind::Record(_) if remote::staged::push(state, ty, result) => {
            let object = state.abs(-1);
            let addr = state.object(object).map_or(result, |o| o.addr);
            state.store(ty, addr, i, Some(object), Mode::Checked)
        }
        Kind::Record(_) => state.store(ty, result, i, None, Mode::Checked),
        _ => {
            let p = pointer_target(state, i, ty, Role::Store)?;
            // What the pointer needs stays until the callback returns its next result.
            keep_result(state, ty);
            // SAFETY: see above.
            unsafe { result.cast::<*const u8>().write_unaligned(p) };
            Ok(())
        }
    }
}

/// Keeps the value on the top (popped) alive after the callback has returned it to C.
fn keep_result(state: State, ty: TypeRef) {
    state.push_ref(ty.context.refs.pinned.get());
    state.insert(-2);
    state.set_raw_field(-2, "result");
    state.pop(1);
}

fn zero(ty: TypeRef, result: *mut u8) {
    // SAFETY: the result buffer has the type's size and at least 16 bytes, by `enter`'s contract.
    unsafe { result.write_bytes(0, ty.size().clamp(8, usize::MAX)) };
}

/// Keeps the error value on the top for the outer call to raise; the first one counts.
#[cold]
pub(super) fn keep_error(state: State, callback: &Callback) {
    let record = callback.context.calls.get();
    if record.is_null() {
        let text = error_text(state);
        eprintln!("moonglue: error in a callback made at {}: {text}", callback.made_at);
        return;
    }
    // Remembering it can fail for want of memory: an error made in advance stands for that.
    if callback.context.kept_errors.keep(record, callback.context.refs.memory_error.get()) {
        state.push_closure(remember, 0);
        state.insert(-2);
        state.push_light(std::ptr::from_ref(callback.context).cast());
        if !state.pcall(2, 0) {
            state.pop(1);
        }
    }
}

entry! {
    /// Makes a reference of the first argument: the error of the innermost call in the context at the second's address.
    fn remember(state) {
        // SAFETY: `keep_error` passes the address of the callback's context, which is alive while its callbacks run.
        let context = unsafe { &*state.userdata(2).cast::<Context>() };
        state.set_top(1);
        context.kept_errors.replace(context.calls.get(), state.make_ref());
        Ok(0)
    }
}

fn error_text(state: State) -> String {
    if state.is_table(-1) {
        state.raw_field(-1, "message");
    }
    state.text(-1).unwrap_or_else(|| format!("(error object is a {} value)", state.describe(-1)))
}

/// The traceback of `value` when it was raised inside a callback that C called: it begins where the error happened, and
/// goes on through the native call.
pub(crate) fn inner_traceback(lua: &mlua::Lua, value: &mlua::Value) -> Option<String> {
    let mut found = None;
    // SAFETY: runs protected on the live state with the value as its one argument, which is popped at the end.
    let done = unsafe {
        lua.exec_raw::<()>(value.clone(), |raw| {
            let state = State::new(raw);
            if let Some(context) = Context::of(state) {
                let same = |(address, _): &(usize, String)| *address == state.pointer(1) as usize && *address != 0;
                found = context.inner_traceback.take().filter(same);
            }
            state.set_top(0);
        })
    };
    done.ok().and(found).map(|(_, traceback)| traceback)
}

entry! {
    /// The message handler of callbacks: remembers where the error happened, for the traceback of the outer one.
    pub(crate) fn remember_traceback(state) {
        state.set_top(1);
        let traceback = state.traceback(1);
        if let Some(context) = Context::of(state) {
            context.inner_traceback.replace(Some((state.pointer(1) as usize, traceback)));
        }
        Ok(1)
    }
}
