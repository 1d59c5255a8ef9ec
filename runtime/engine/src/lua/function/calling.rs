//! The call itself.

use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::rc::Rc;

use super::argument::{Scratch, array_for_table, convert};
use super::plan::{Give, Pass, Plan};
use super::record::{CallRecord, NO_ERROR};
use super::{Function, dynamic, function_of, paramflags, result};
use crate::lua::array::bulk;
use crate::lua::context::Context;
use crate::lua::error::{Failure, Kind as ErrorKind, Res, entry, fail, failure};
use crate::lua::object::{CALLED, CData};
use crate::lua::state::{State, ffi};

/// Frames up to this many bytes lie in the entry itself; larger ones are allocated.
const SMALL_FRAME: usize = 256;

/// Memory for a frame on the native stack.
#[repr(C, align(16))]
struct SmallFrame([MaybeUninit<u8>; SMALL_FRAME]);

/// Memory for results of scalars and small structs.
#[repr(C, align(16))]
struct SmallResult([MaybeUninit<u8>; 32]);

entry! {
    /// `f(...)`: what every function object runs.
    pub(crate) fn call(state) {
        let Some((object, function)) = state.called_object().and_then(|o| function_of(o).map(|f| (o, f))) else {
            return fail(ErrorKind::TypeError, "the function object is gone");
        };
        let args = state.top();
        let plan = function.plan.get();
        if !plan.is_null() {
            // SAFETY: the current plan is owned by `function.plans`, which is not cleared while the function is busy, and
            // the function object lives as long as the running closure.
            let plan = unsafe { &*plan };
            if plan.direct && args as usize == plan.params.len() {
                // Converting an argument can run a script's code, which may declare the function anew.
                function.busy.set(function.busy.get() + 1);
                let results = run(state, object, function, plan, 1);
                function.busy.set(function.busy.get() - 1);
                return results;
            }
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
            format_args!("{}: this function takes at least {n} arguments ({args} given)", name()),
        );
    }
    let undeclared = declared.is_none() || matches!(function.result.get(), super::Declared::Unset);
    if undeclared && function.library.as_ref().is_some_and(|l| l.strict) {
        return fail(
            ErrorKind::TypeError,
            format_args!("{}: the library is strict: declare argtypes and restype first", name()),
        );
    }
    if fixed && declared == Some(args as usize) {
        if function.plan.get().is_null() {
            // A callback called from Lua goes through C as well.
            if function.callback.is_some() {
                state.push_running_function();
                crate::lua::callback::pin(state, -1);
                state.pop(1);
            }
            let plan = Rc::new(Plan::declared(state, context, function).map_err(|e| e.at(name()))?);
            function.plan.set(Rc::as_ptr(&plan));
            function.plans.borrow_mut().push(plan);
        }
        if let Some(plan) = function.plans.borrow().last() {
            return Ok(plan.clone());
        }
    }
    dynamic::plan(state, context, function, first, args)
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
        return run(state, object, function, plan, first);
    }
    let copies_back = plan.params.iter().any(|p| matches!(p.pass, Pass::InOut | Pass::Out(_)));
    let mut results = if copies_back {
        run_and_copy_back(state, object, function, plan, first)?
    } else {
        run(state, object, function, plan, first)?
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

/// Runs `plan`; a table passed for an `inout` or `out` parameter is passed as a temporary array and refilled from it.
pub(crate) fn run_and_copy_back(
    state: State,
    object: &'static CData,
    function: &'static Function,
    plan: &Plan,
    first: c_int,
) -> Res {
    // (parameter, table, temporary array), the latter two as stack positions.
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
        array_for_table(state, param, table).map_err(|e| bad_argument(function, k, e))?;
        state.push_value(-1);
        state.replace(i);
        tables.push((k, table, table + 1));
    }
    let results = run(state, object, function, plan, first)?;
    for (k, table, array) in tables {
        let param = &plan.params[k];
        if let Some(o) = state.object(array) {
            let n = o.size / param.ty.size().max(1);
            bulk::push_table(state, param.ty, o.addr, n, 1, Some(array))?;
            for item in 1..=n as i64 {
                state.raw_geti(-1, item);
                state.raw_seti(table, item);
            }
            state.pop(1);
        }
        state.push_value(table);
        state.replace(first + k as c_int);
    }
    Ok(results)
}

/// Converts the arguments that start at `first`, calls, pushes the result.
#[inline]
fn run(state: State, object: &CData, function: &Function, plan: &Plan, first: c_int) -> Res {
    if plan.call.frame_size() <= SMALL_FRAME {
        let mut frame = SmallFrame([const { MaybeUninit::uninit() }; SMALL_FRAME]);
        return run_in(state, object, function, plan, first, frame.0.as_mut_ptr().cast());
    }
    let mut frame = vec![0u128; plan.call.frame_size().div_ceil(16)];
    run_in(state, object, function, plan, first, frame.as_mut_ptr().cast())
}

#[inline(always)]
fn run_in(
    state: State,
    object: &CData,
    function: &Function,
    plan: &Plan,
    first: c_int,
    frame: *mut u8,
) -> Res {
    let mut scratch = Scratch::new();
    for (k, param) in plan.params.iter().enumerate() {
        // Inside the frame: the slot is `PreparedCall`'s own.
        let slot = frame.wrapping_add(param.slot as usize);
        if let Err(e) = convert(state, param, first + k as c_int, slot, &mut scratch) {
            return Err(bad_argument(function, k, e));
        }
    }
    let mut small = SmallResult([const { MaybeUninit::uninit() }; 32]);
    let mut result: *mut u8 = small.0.as_mut_ptr().cast();
    let mut made = std::ptr::null_mut();
    if plan.give == Give::Record {
        made = state.push_new(plan.result)?.addr;
        if plan.result.size() >= 16 {
            result = made;
        }
    }
    during_call(state, object, function, plan, frame, |code| {
        if plan.use_errno {
            moonglue_ffi::set_errno(object.ty.context.errno.get());
        }
        // SAFETY: `frame` and `result` have the sizes the plan's `PreparedCall` asks for, and every slot was written
        // by `convert`. That the code has this signature is the script author's word: C offers no way to check it.
        unsafe { plan.call.invoke(code, frame, result) };
        if plan.use_errno {
            object.ty.context.errno.set(moonglue_ffi::errno());
        }
    })?;
    if !made.is_null() && result != made {
        // SAFETY: the object and the buffer both have at least the type's size, which is below 16 here.
        unsafe { std::ptr::copy_nonoverlapping(result, made, plan.result.size()) };
    }
    result::push(state, function, plan, result)
}

/// Runs `native` (the native call, or a loop of them) on the function's code, as the innermost call in progress: the
/// turn to run Lua is given up meanwhile, and what a callback raised is raised after it.
#[inline(always)]
pub(crate) fn during_call(
    state: State,
    object: &CData,
    function: &Function,
    plan: &Plan,
    frame: *const u8,
    native: impl FnOnce(*const c_void),
) -> Res<()> {
    let (code, context) = (object.address_value(), object.ty.context);
    if code.is_null() || function.library.as_ref().is_some_and(|l| l.is_closed()) {
        return Err(not_callable(function, code));
    }
    let record = CallRecord {
        outer: context.calls.get(),
        raw: state.raw(),
        function,
        plan,
        frame,
        error: Cell::new(NO_ERROR),
    };
    context.calls.set(&record);
    let given = context.ownership.release();
    native(code.cast_const().cast());
    context.ownership.acquire(given, || std::ptr::eq(context.calls.get(), &record));
    context.calls.set(record.outer);
    if record.error.get() != NO_ERROR {
        state.push_ref(record.error.get());
        state.drop_ref(record.error.get());
        return Err(Failure::Raised);
    }
    Ok(())
}

#[cold]
#[inline(never)]
fn bad_argument(function: &Function, k: usize, e: Failure) -> Failure {
    e.at(format_args!("{}: argument {}", function.name, k + 1)).as_argument()
}

#[cold]
#[inline(never)]
fn not_callable(function: &Function, code: *const u8) -> Failure {
    let name = &function.name;
    if let Some(callback) = &function.callback {
        return failure(ErrorKind::ValueError, format_args!("{name}: the callback made at {} was freed", callback.made_at()));
    }
    if code.is_null() {
        return failure(ErrorKind::NullPointerError, format_args!("{name}: the function pointer is NULL"));
    }
    failure(ErrorKind::ValueError, format_args!("{name}: its library is closed"))
}
