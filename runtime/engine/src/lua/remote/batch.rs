//! `bridge.batch`: calls that are collected and made with one message.

use std::cell::RefCell;
use std::ffi::c_int;
use std::rc::Rc;

use super::call::Pending;
use super::callbacks::Server;
use super::failure::failure;
use super::handle::session_at;
use super::session::Session;
use super::words::Words;
use crate::lua::error::{Failure, Kind as ErrorKind, Res, entry, fail};
use crate::lua::function::calling::{during_remote_call, plan_for};
use crate::lua::function::dynamic::has_custom;
use crate::lua::function::{Function, Plan, function_at};
use crate::lua::state::{State, ffi};
use crate::remote::Call;

/// First word of a collector's userdata.
const MAGIC: u64 = 0x6d6f_6f6e_6261_7463;

/// The calls of one batch.
struct Collected {
    session: Rc<Session>,
    calls: Vec<(Rc<Plan>, Pending)>,
}

#[repr(C)]
struct Collector {
    magic: u64,
    collected: *const RefCell<Collected>,
}

entry! {
    /// `bridge.batch(library, function(call) ... end)`: `call(fn, ...)` notes a call; all are made in order when the function
    /// returns, with one message. The list of their results, with `n`.
    pub(crate) fn batch(state) {
        let session = session_at(state, 1, "batch")?;
        if !state.is_function(2) {
            return state.mismatch_text("a function", 2).map_err(|e| e.at("batch: argument 2"));
        }
        state.set_top(2);
        let collected = RefCell::new(Collected { session: session.clone(), calls: Vec::new() });
        let mark = session.mark();
        let done = run(state, &session, &collected, mark);
        session.forget(state, mark);
        done
    }
}

fn run(state: State, session: &Rc<Session>, collected: &RefCell<Collected>, mark: usize) -> Res {
    // Functions and arguments live as long as the batch.
    state.new_table(0, 0);
    let kept = state.abs(-1);
    let collector = state.new_userdata(size_of::<Collector>()).cast::<Collector>();
    // SAFETY: Lua just made it with exactly this size.
    unsafe { collector.write(Collector { magic: MAGIC, collected }) };
    let userdata = state.abs(-1);
    state.push_value(2);
    state.push_value(userdata);
    state.push_value(kept);
    state.push_closure(note, 2);
    let noted = state.pcall(1, 0);
    // The function that notes calls may have been kept: it finds nothing from now on.
    // SAFETY: the userdata is on the stack.
    unsafe { (*collector).collected = std::ptr::null() };
    if !noted {
        return Err(Failure::Raised);
    }
    let calls = std::mem::take(&mut collected.borrow_mut().calls);
    make(state, session, &calls, kept, mark)?;
    Ok(1)
}

entry! {
    /// `call(fn, ...)` inside a batch.
    fn note(state) {
        let collector = state.userdata(ffi::lua_upvalueindex(1)).cast::<Collector>();
        // SAFETY: the upvalue is the collector that `run` made; what it points to lives while it is set.
        let collected = unsafe {
            if (*collector).magic != MAGIC || (*collector).collected.is_null() {
                return fail(ErrorKind::ValueError, "batch: the batch is over");
            }
            &*(*collector).collected
        };
        let Some(function) = function_at(state, 1) else {
            return state.mismatch_text("a C function", 1).map_err(|e| e.at("batch: call: argument 1"));
        };
        let session = collected.borrow().session.clone();
        if !function.remote.as_ref().is_some_and(|s| Rc::ptr_eq(s, &session)) {
            return fail(ErrorKind::ValueError, format_args!("batch: {} is no function of this bridge", function.name));
        }
        let custom = has_custom(function.params.borrow().as_deref());
        if custom || function.flags.borrow().is_some() || function.has_errcheck.get() {
            return fail(ErrorKind::ValueError, format_args!("batch: {}: functions with errcheck, from_param or parameter flags are called one by one", function.name));
        }
        collect(state, function, &session, collected)
    }
}

fn collect(state: State, function: &'static Function, session: &Session, collected: &RefCell<Collected>) -> Res {
    let args = state.top() - 1;
    if !state.reserve(args.saturating_mul(3).saturating_add(40)) {
        return fail(ErrorKind::ArgumentError, format_args!("{}: {args} arguments are too many", function.name));
    }
    let Some(object) = state.object(1) else { return Ok(0) };
    let plan = plan_for(state, object.ty.context, function, 2, args)?;
    let Some(remote) = &plan.remote else { return Ok(0) };
    let bridge = session.running()?;
    let pending = Pending::convert(state, &bridge, object, function, &plan, remote, 2)?;
    // What the arguments are and stand for stays until the batch is over.
    let kept = ffi::lua_upvalueindex(2);
    for i in 1..=state.top() {
        state.push_value(i);
        state.raw_seti(kept, state.raw_len(kept) as i64 + 1);
    }
    let mut collected = collected.borrow_mut();
    collected.calls.push((plan.clone(), pending));
    state.push_integer(collected.calls.len() as i64);
    Ok(1)
}

/// Makes the calls and pushes the list of their results.
fn make(state: State, session: &Rc<Session>, calls: &[(Rc<Plan>, Pending)], kept: c_int, mark: usize) -> Res<()> {
    let mut answers: Vec<Words> = Vec::with_capacity(calls.len());
    session.send_changed(state)?;
    let bridge = session.running()?;
    let errno = |n: usize, plan: &Plan| (plan.use_errno && n == 0).then(|| session.context.errno.get());
    let wire: Vec<Call> = calls.iter().enumerate().map(|(n, (plan, pending))| pending.call(errno(n, plan))).collect();
    let Some((first, _)) = calls.first() else {
        state.new_table(0, 1);
        state.push_integer(0);
        state.set_raw_field(-2, "n");
        return Ok(());
    };
    state.raw_geti(kept, 1);
    let (Some(object), Some(function)) = (state.object(-1), function_at(state, -1)) else { return Ok(()) };
    let mut last = None;
    during_remote_call(state, object, function, first, std::ptr::null(), || {
        let mut server = Server { state, session };
        let made = bridge.batch(&wire, session.limit.get(), &mut server, |n, result, errno| {
            let mut answer = calls[n].1.answer();
            answer.bytes_mut()[..result.len()].copy_from_slice(result);
            answers.push(answer);
            last = Some(errno);
        });
        made.map_err(failure)
    })?;
    if let Some(errno) = last.filter(|_| calls.iter().any(|(plan, _)| plan.use_errno)) {
        session.context.errno.set(errno);
    }
    session.finish(state, mark)?;
    state.new_table(calls.len(), 1);
    let list = state.abs(-1);
    for (n, ((plan, pending), answer)) in calls.iter().zip(&mut answers).enumerate() {
        let given = pending.give(state, function, plan, answer)?;
        if given == 0 {
            state.push_nil();
        }
        state.raw_seti(list, n as i64 + 1);
    }
    state.push_integer(calls.len() as i64);
    state.set_raw_field(list, "n");
    Ok(())
}
