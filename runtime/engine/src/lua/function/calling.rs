//! The call itself.

use std::ffi::{c_int, c_void};
use std::rc::Rc;

use super::plan::{Give, Pass, Plan};
use super::record::CallRecord;
use super::tables::{push_temporary, take_back};
use super::{Function, dynamic, function_of, lending, paramflags};
use crate::lua::context::Context;
use crate::lua::error::{Failure, Kind as ErrorKind, Res, entry, fail, failure};
use crate::lua::object::{CALLED, CData};
use crate::lua::state::{State, ffi};

entry! {
    hot
    /// `f(...)`: what every function object runs.
    pub(crate) fn call(state) {
        let Some(object) = state.called_object() else {
            return fail(ErrorKind::TypeError, "the function object is gone");
        };
        let Some(function) = function_of(object) else {
            return fail(ErrorKind::TypeError, "the function object is gone");
        };
        let args = state.top();
        if function.direct_args.get() == args {
            // SAFETY: a count of arguments is only set together with a plan. The plan is owned by `function.plans`, which
            // is not cleared while arguments are converted for it (`busy`) or any call is in progress; the function
            // lives as long as the running closure.
            let plan = unsafe { &*function.plan.get() };
            return (plan.entry)(state, object, function, plan, 1);
        }
        call_general(state, object, function, args)
    }
}

/// Everything but the short way: undeclared or extra arguments, `errcheck`, parameter flags, copying back.
#[inline(never)]
fn call_general(state: State, object: &'static CData, function: &'static Function, args: c_int) -> Res {
    if !state.reserve(args.saturating_mul(3).saturating_add(40)) {
        return fail(ErrorKind::ArgumentError, format_args!("{}: {args} arguments are too many", function.name));
    }
    let context = object.ty.context;
    if function.flags.borrow().is_some() {
        return paramflags::call(state, object, function, args);
    }
    let plan = plan_for(state, context, function, 1, args)?;
    finish(state, object, function, &plan, 1, args)
}

/// The plan for `args` values starting at `first`: the declared one, or one made for these very values.
pub(crate) fn plan_for(
    state: State,
    context: &'static Context,
    function: &Function,
    first: c_int,
    args: c_int,
) -> Res<Rc<Plan>> {
    let name = || function.name.clone();
    let (declared, fixed) = match function.params.borrow().as_ref() {
        Some(p) => (Some(p.len()), p.iter().all(|p| !matches!(p, super::ParamType::Custom))),
        None => (None, false),
    };
    if let Some(n) = declared
        && (args as usize) < n
    {
        return fail(
            ErrorKind::ArgumentError,
            format_args!("{}: takes at least {n} argument{} ({args} given)", name(), if n == 1 { "" } else { "s" }),
        );
    }
    if fixed && declared == Some(args as usize) {
        // A callback called from Lua goes through C as well.
        if function.callback.is_some() && function.plan.get().is_null() {
            state.push_running_function();
            crate::lua::callback::pin(state, -1);
            state.pop(1);
        }
        return declared_plan(context, function).map_err(|e| e.at(name()));
    }
    refuse_undeclared(function).map_err(|e| e.at(name()))?;
    dynamic::plan(state, context, function, first, args)
}

/// Whether `function` has no plan yet, and [`declared_plan`] is the one for `args` arguments.
pub(super) fn can_compile(function: &Function, args: usize) -> bool {
    let fits = |params: &Vec<super::ParamType>| {
        params.len() == args && params.iter().all(|p| matches!(p, super::ParamType::Type(_)))
    };
    function.plan.get().is_null()
        && function.callback.is_none()
        && function.flags.borrow().is_none()
        && function.params.borrow().as_ref().is_some_and(fits)
}

/// The plan for just the parameters that are declared, none of them by `from_param`; compiled once. The caller has
/// pinned a callback, which goes through C even when Lua calls it.
pub(crate) fn declared_plan(context: &'static Context, function: &Function) -> Res<Rc<Plan>> {
    refuse_undeclared(function)?;
    if !function.plan.get().is_null()
        && let Some(plan) = function.plans.borrow().last()
    {
        return Ok(plan.clone());
    }
    let plan = Rc::new(Plan::declared(context, function)?);
    function.plan.set(Rc::as_ptr(&plan));
    function.direct_args.set(if plan.direct { plan.params.len() as c_int } else { -1 });
    function.hot.set(function.first_entry(context, &plan));
    function.plans.borrow_mut().push(plan.clone());
    Ok(plan)
}

/// A strict library's functions are called when both `argtypes` and `restype` are set.
fn refuse_undeclared(function: &Function) -> Res<()> {
    let undeclared = function.params.borrow().is_none() || matches!(function.result.get(), super::Declared::Unset);
    if undeclared && function.library.as_ref().is_some_and(|l| l.strict) {
        return fail(ErrorKind::TypeError, "the library is strict: declare argtypes and restype first");
    }
    Ok(())
}

/// Runs `plan` and does what comes after a call: copying tables back, the converter, `errcheck`.
fn finish(
    state: State,
    object: &'static CData,
    function: &'static Function,
    plan: &Plan,
    first: c_int,
    args: c_int,
) -> Res {
    if plan.direct {
        return (plan.entry)(state, object, function, plan, first);
    }
    let copies_back = plan.params.iter().any(|p| matches!(p.pass, Pass::InOut | Pass::Out(_)));
    let mut results = if copies_back || plan.gives_back {
        run_and_copy_back(state, object, function, plan, first)?
    } else {
        (plan.entry)(state, object, function, plan, first)?
    };
    if plan.give == Give::Converted {
        results = call_converter(state)?;
    }
    if function.has_errcheck.get() {
        if results == 0 {
            state.push_nil();
        }
        push_argument_list(state, first, args);
        return errcheck(state, |_| results);
    }
    Ok(results)
}

/// Pushes the list of arguments, with `n`, that `errcheck` gets.
pub(crate) fn push_argument_list(state: State, first: c_int, args: c_int) {
    state.new_table(args as usize, 1);
    for k in 0..args {
        state.push_value(first + k);
        state.raw_seti(-2, i64::from(k) + 1);
    }
    state.push_integer(args.into());
    state.set_raw_field(-2, "n");
}

/// Calls `errcheck(result, fn, args)` with the result and the list on the top of the stack (both popped). Returning the
/// list itself means "as usual": `usual` pushes that and counts it.
pub(crate) fn errcheck(state: State, usual: impl FnOnce(State) -> c_int) -> Res {
    let (result, list) = (state.abs(-2), state.abs(-1));
    state.user_value(CALLED);
    state.raw_field(-1, "errcheck");
    state.push_value(result);
    state.push_running_function();
    state.push_value(list);
    let before = state.top() - 4;
    if !state.pcall(3, ffi::LUA_MULTRET) {
        return Err(Failure::Raised);
    }
    let given = state.top() - before;
    if given == 1 && state.raw_equal(-1, list) {
        state.set_top(result);
        return Ok(usual(state));
    }
    Ok(given)
}

/// Replaces the int on the top by what the `restype` function makes of it.
fn call_converter(state: State) -> Res {
    state.user_value(CALLED);
    state.raw_field(-1, "restype");
    state.push_value(-3);
    if state.pcall(1, 1) { Ok(1) } else { Err(Failure::Raised) }
}

/// Runs `plan`; a table passed for an `inout` or `out` parameter is passed as a temporary array and refilled from it. What comes out
/// keeps what it points into.
pub(crate) fn run_and_copy_back(
    state: State,
    object: &'static CData,
    function: &'static Function,
    plan: &Plan,
    first: c_int,
) -> Res {
    let base = state.top();
    // (parameter, table, temporary), the latter two as stack positions.
    let mut tables = Vec::new();
    for (k, param) in plan.params.iter().enumerate() {
        let i = first + k as c_int;
        if !matches!(param.pass, Pass::InOut | Pass::Out(_)) || !state.is_table(i) {
            continue;
        }
        if !state.reserve(20) {
            return Err(bad_argument(function, k, failure(ErrorKind::MemoryError, "the Lua stack is full")));
        }
        state.push_value(i);
        let table = state.top();
        push_temporary(state, param, table).map_err(|e| bad_argument(function, k, e))?;
        state.push_value(-1);
        state.replace(i);
        tables.push((k, table, table + 1));
    }
    let results = (plan.entry)(state, object, function, plan, first)?;
    if plan.gives_back {
        lending::keep_lent(state, plan, first, base, results)?;
    }
    for (k, table, temporary) in tables {
        take_back(state, temporary, table)?;
        state.push_value(table);
        state.replace(first + k as c_int);
    }
    Ok(results)
}

/// Runs `native` (the native call, or a loop of them) on the function's code, as the innermost call in progress.
#[inline(always)]
pub(crate) fn during_call(
    state: State,
    object: &CData,
    function: &Function,
    plan: &Plan,
    frame: *const u8,
    native: impl FnOnce(*const c_void),
) -> Res<()> {
    let code = object.address_value();
    if code.is_null() || function.is_closed() {
        return Err(not_callable(function, code));
    }
    let native = || native(code.cast_const().cast());
    as_innermost(state, object.ty.context, plan, frame, native).ok_or(Failure::Raised)
}

/// Runs `native` as the innermost call in progress: the turn to run Lua is given up meanwhile. None: a callback raised an
/// error, which is on the top of the stack.
#[inline(always)]
fn as_innermost<T>(
    state: State,
    context: &'static Context,
    plan: &Plan,
    frame: *const u8,
    native: impl FnOnce() -> T,
) -> Option<T> {
    let record = CallRecord { outer: context.calls.get(), raw: state.raw(), plan, arguments: frame as usize };
    context.calls.set(&record);
    let given = context.ownership.release();
    let answer = native();
    context.ownership.acquire(given, || std::ptr::eq(context.calls.get(), &record));
    unlink(state, context, &record).then_some(answer)
}

/// [`as_innermost`] for Lua's own thread, where the turn is given up [at home](crate::lua::callback::owner::Ownership).
#[inline(always)]
pub(super) fn as_innermost_at_home<T>(
    state: State,
    context: &'static Context,
    plan: &Plan,
    frame: *const u8,
    native: impl FnOnce() -> T,
) -> Option<T> {
    let record = CallRecord { outer: context.calls.get(), raw: state.raw(), plan, arguments: frame as usize };
    context.calls.set(&record);
    context.ownership.release_at_home();
    let answer = native();
    context.ownership.acquire_at_home(|| std::ptr::eq(context.calls.get(), &record));
    unlink(state, context, &record).then_some(answer)
}

/// Makes the call around `record`'s the innermost again. False: a callback raised an error, which is on the top of the stack.
#[inline(always)]
fn unlink(state: State, context: &Context, record: &CallRecord) -> bool {
    context.calls.set(record.outer);
    context.kept_errors.count.get() == 0 || !push_kept_error(state, context, record)
}

/// Pushes the error that a callback raised inside `record`'s call; false when there is none.
#[cold]
#[inline(never)]
pub(super) fn push_kept_error(state: State, context: &Context, record: *const CallRecord) -> bool {
    let Some(error) = context.kept_errors.take(record) else { return false };
    state.push_ref(error);
    if error != context.refs.memory_error.get() {
        state.drop_ref(error);
    }
    true
}

/// Runs `wait`, in which another process makes the call, as the innermost call in progress. The turn to run Lua is kept:
/// callbacks come on this very thread, while it waits.
pub(crate) fn during_remote_call(
    state: State,
    object: &CData,
    function: &Function,
    plan: &Plan,
    frame: *const u8,
    wait: impl FnOnce() -> Res<()>,
) -> Res<()> {
    let (code, context) = (object.address_value(), object.ty.context);
    if code.is_null() || function.is_closed() {
        return Err(not_callable(function, code));
    }
    let record = CallRecord { outer: context.calls.get(), raw: state.raw(), plan, arguments: frame as usize };
    context.calls.set(&record);
    let done = wait();
    if unlink(state, context, &record) { done } else { Err(Failure::Raised) }
}

/// Runs `native` with C's `errno` and the private copy exchanged, when the plan asks for that. Goes inside
/// [`during_call`], whose own work may change C's `errno`.
#[inline(always)]
pub(super) fn exchanging_errno(context: &Context, plan: &Plan, native: impl FnOnce()) {
    if plan.use_errno {
        moonglue_ffi::set_errno(context.errno.get());
    }
    native();
    if plan.use_errno {
        context.errno.set(moonglue_ffi::errno());
    }
}

#[cold]
#[inline(never)]
pub(crate) fn bad_argument(function: &Function, k: usize, e: Failure) -> Failure {
    e.at(format_args!("{}: argument {}", function.name, k + 1)).into_argument()
}

#[cold]
#[inline(never)]
pub(crate) fn not_callable(function: &Function, code: *const u8) -> Failure {
    let name = &function.name;
    if let Some(callback) = &function.callback {
        return failure(
            ErrorKind::ValueError,
            format_args!("{name}: the callback made at {} was freed", callback.made_at()),
        );
    }
    if code.is_null() {
        return failure(ErrorKind::NullPointerError, format_args!("{name}: the function pointer is NULL"));
    }
    failure(ErrorKind::ValueError, format_args!("{name}: its library is closed"))
}
