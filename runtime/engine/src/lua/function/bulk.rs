//! `fn:map(a, b ... [, out])` and `ct.time(fn, ...)`: repeated calls whose loop never enters Lua.

use std::ffi::c_int;
use std::time::Instant;

use super::argument::{Scratch, convert};
use super::plan::{Give, Param, Pass, Plan};
use super::{Function, call_through, check_function};
use crate::lua::array::array_of;
use crate::lua::convert::{load_float, load_integer, store_float, store_integer};
use crate::lua::ctype::{Conv, Kind, TypeRef};
use crate::lua::error::{Failure, Kind as ErrorKind, Res, entry, fail};
use crate::lua::state::State;

/// Where one argument of each call comes from.
enum Source {
    /// Item `k` of an array of numbers.
    Items { conv: Conv, addr: *const u8, step: usize },
    /// The same value each time, written into the frame once.
    Constant,
}

entry! {
    /// `fn:map(a [, out])`, `fn:map(a, b ...)`.
    pub(crate) fn map(state) {
        let function = check_function(state, 1)?;
        let place = |e: Failure| e.at(format_args!("{}:map", function.name.borrow()));
        map_arrays(state, function).map_err(place)
    }
}

fn map_arrays(state: State, function: &'static Function) -> Res {
    let params = function.params.borrow().as_ref().map(Vec::len);
    let Some(n) = params.filter(|n| *n > 0) else {
        return fail(ErrorKind::TypeError, "declare argtypes first: one scalar type for each array");
    };
    let given = state.top() - 1;
    let (n, has_out) = (n as c_int, given == n as c_int + 1);
    if given != n && !has_out {
        return fail(ErrorKind::ArgumentError, format_args!("takes {n} arrays or numbers and an output array ({given} given)"));
    }
    let Some(context) = state.object(1).map(|o| o.ty.context) else { return Ok(0) };
    // A table is an array of the parameter's type; the first array decides the length.
    let len = lengths(state, function, n)?;
    let plan = match numbers_plan(state, context, function, n)? {
        Some(plan) => plan,
        None => return fail(ErrorKind::TypeError, "only functions of numbers with a number or void as the result can be mapped"),
    };
    let out = match (&plan.give, has_out) {
        (Give::Nothing, true) => return fail(ErrorKind::TypeError, "the function returns nothing: no output array is wanted"),
        (Give::Nothing, false) => None,
        (_, true) => Some(output(state, &plan, n + 2, len)?),
        (_, false) => {
            let ty = array_of(state, plan.result, len)?;
            let addr = state.push_new(ty)?.addr;
            Some((plan.result.conv().unwrap_or(Conv::I32), addr, plan.result.size()))
        }
    };
    let result_index = if has_out { n + 2 } else { state.top() };
    run(state, function, &plan, n, len, out)?;
    if out.is_none() {
        return Ok(0);
    }
    state.push_value(result_index);
    Ok(1)
}

/// Replaces tables by arrays and gives the common length of all arrays.
fn lengths(state: State, function: &Function, n: c_int) -> Res<usize> {
    let mut len = None;
    for i in 2..2 + n {
        if state.is_table(i) {
            let ty = match function.params.borrow().as_ref().and_then(|p| p.get(i as usize - 2).copied()) {
                Some(super::ParamType::Type(ty)) => ty,
                _ => return fail(ErrorKind::TypeError, format_args!("argument {}: only numbers can be mapped", i - 1)),
            };
            let array = array_of(state, ty, state.raw_len(i))?;
            let addr = state.push_new(array)?.addr;
            let at = state.abs(-1);
            crate::lua::construct::fill_from_table(state, array, addr, i, at)
                .map_err(|e| e.at(format_args!("argument {}", i - 1)))?;
            state.replace(i);
        }
        if let Some(Kind::Array(_, count)) = state.object(i).map(|o| &o.ty.kind) {
            match len {
                None => len = Some(*count),
                Some(l) if l == *count => {}
                Some(l) => {
                    return fail(
                        ErrorKind::ValueError,
                        format_args!("argument {}: an array of {count} items with one of {l}", i - 1),
                    );
                }
            }
        }
    }
    match len {
        Some(len) => Ok(len),
        None => fail(ErrorKind::TypeError, "no argument is an array"),
    }
}

fn numbers_plan(
    state: State,
    context: &'static crate::lua::context::Context,
    function: &Function,
    n: c_int,
) -> Res<Option<Plan>> {
    if function.params.borrow().as_ref().is_some_and(|p| p.iter().any(|p| !matches!(p, super::ParamType::Type(_)))) {
        return Ok(None);
    }
    let plan = Plan::declared(state, context, function)?;
    let number = |p: &Param| matches!(p.pass, Pass::Int32 | Pass::Integer(_) | Pass::Double | Pass::Float);
    let result = matches!(plan.give, Give::Nothing | Give::Int32 | Give::Integer(_) | Give::Double | Give::Undeclared)
        || (plan.give == Give::Value && plan.result.conv() == Some(Conv::F32));
    let _ = n;
    // Constants may be anything; array items must be numbers.
    let arrays_are_numbers = plan.params.iter().enumerate().all(|(k, p)| {
        let is_array = state.object(k as c_int + 2).is_some_and(|o| matches!(o.ty.kind, Kind::Array(..)));
        !is_array || number(p)
    });
    Ok(if result && arrays_are_numbers { Some(plan) } else { None })
}

/// The output array at `i`: its conversion, first item, distance.
fn output(state: State, plan: &Plan, i: c_int, len: usize) -> Res<(Conv, *mut u8, usize)> {
    if let Some(o) = state.object(i)
        && let Kind::Array(elem, n) = &o.ty.kind
        && elem.is(plan.result)
    {
        if *n != len {
            return fail(ErrorKind::ValueError, format_args!("the output has {n} items, {len} are needed"));
        }
        if o.read_only {
            return fail(ErrorKind::TypeError, "the output is read-only");
        }
        return Ok((elem.conv().unwrap_or(Conv::I32), o.addr, elem.size()));
    }
    let want = &plan.result.name;
    fail(ErrorKind::TypeError, format_args!("output: expected an array of {want}, got {}", state.describe(i)))
}

fn source(state: State, param: &Param, i: c_int, frame: *mut u8, scratch: &mut Scratch) -> Res<Source> {
    if let Some(o) = state.object(i)
        && let Kind::Array(elem, _) = &o.ty.kind
    {
        let compatible = match (elem.conv(), param.pass) {
            (Some(Conv::F32 | Conv::F64), Pass::Double | Pass::Float) => true,
            (Some(_), Pass::Int32 | Pass::Integer(_)) => elem.is(param.ty),
            (Some(Conv::I8 | Conv::U8 | Conv::I16 | Conv::U16 | Conv::I32 | Conv::U32), Pass::Double) => true,
            _ => false,
        };
        return match (elem.conv(), compatible) {
            (Some(conv), true) if !is_swapped(elem) => Ok(Source::Items { conv, addr: o.addr, step: elem.size() }),
            _ => state.mismatch(param.ty, i),
        };
    }
    convert(state, param, i, frame.wrapping_add(param.slot as usize), scratch)?;
    Ok(Source::Constant)
}

fn is_swapped(ty: TypeRef) -> bool {
    matches!(&ty.kind, Kind::Simple(s) if s.swapped)
}

fn run(
    state: State,
    function: &'static Function,
    plan: &Plan,
    n: c_int,
    len: usize,
    out: Option<(Conv, *mut u8, usize)>,
) -> Res<()> {
    let mut frame = vec![0u128; plan.call.frame_size().div_ceil(16).max(1)];
    let base: *mut u8 = frame.as_mut_ptr().cast();
    let mut scratch = Scratch::new();
    let mut sources = Vec::with_capacity(n as usize);
    for (k, param) in plan.params.iter().enumerate() {
        sources.push(
            source(state, param, k as c_int + 2, base, &mut scratch).map_err(|e| e.at(format_args!("argument {}", k + 1)).as_argument())?,
        );
    }
    // A register call may use the frame as scratch space: constants are put back each time.
    let constants = frame.clone();
    let base: *mut u8 = frame.as_mut_ptr().cast();
    let mut result = [0u128; 2];
    let result: *mut u8 = result.as_mut_ptr().cast();
    let keep_constants = sources.iter().any(|s| matches!(s, Source::Constant));
    for k in 0..len {
        if keep_constants {
            // SAFETY: both have the frame's size.
            unsafe { std::ptr::copy_nonoverlapping(constants.as_ptr().cast::<u8>(), base, constants.len() * 16) };
        }
        for (param, source) in plan.params.iter().zip(&sources) {
            if let Source::Items { conv, addr, step } = source {
                let item = addr.wrapping_add(k * step);
                let slot = base.wrapping_add(param.slot as usize).cast::<u64>();
                let v = match (param.pass, conv) {
                    // SAFETY (of the loads): item `k < len` of an array with that many items.
                    (Pass::Double, Conv::F32 | Conv::F64) => unsafe { load_float(*conv, item, false) }.to_bits(),
                    // SAFETY: as above.
                    (Pass::Double, _) => (unsafe { load_integer(*conv, item, false) } as f64).to_bits(),
                    // SAFETY: as above.
                    (Pass::Float, _) => u64::from((unsafe { load_float(*conv, item, false) } as f32).to_bits()),
                    // SAFETY: as above.
                    _ => (unsafe { load_integer(*conv, item, false) }) as u64,
                };
                // SAFETY: the slot is `PreparedCall`'s own, eight bytes inside the frame.
                unsafe { slot.write(v) };
            }
        }
        call_through(state, function, plan, base, result)?;
        if let Some((conv, addr, size)) = out {
            let to = addr.wrapping_add(k * size);
            // SAFETY: item `k < len` of the output, which has `len` items; the result buffer holds the result's bytes.
            unsafe {
                match conv {
                    Conv::F32 | Conv::F64 => store_float(conv, to, load_float(conv, result, false), false),
                    _ => store_integer(conv, to, load_integer(conv, result, false) as u64, false),
                }
            }
        }
    }
    Ok(())
}

/// How long `ct.time` measures, and how often it takes the best.
const ROUND: std::time::Duration = std::time::Duration::from_millis(4);
const ROUNDS: usize = 5;

entry! {
    /// `ct.time(fn, ...)`: nanoseconds per call with these arguments, the best of some rounds.
    pub(crate) fn time(state) {
        let args = state.top() - 1;
        if super::function_at(state, 1).is_none() && !state.is_function(1) {
            return state.mismatch_text("a function", 1).map_err(|e| e.at("time"));
        }
        if !state.reserve(args + 20) {
            return fail(ErrorKind::ArgumentError, "time: too many arguments");
        }
        let call = |state: State| -> Res<()> {
            for i in 1..=args + 1 {
                state.push_value(i);
            }
            if state.pcall(args, 0) { Ok(()) } else { Err(Failure::Raised) }
        };
        call(state)?;
        let mut repeat = 1u64;
        let mut best = f64::INFINITY;
        let mut rounds = 0;
        while rounds < ROUNDS {
            let start = Instant::now();
            for _ in 0..repeat {
                call(state)?;
            }
            let took = start.elapsed();
            if took < ROUND && repeat < 1 << 30 {
                repeat *= 2;
                continue;
            }
            best = best.min(took.as_nanos() as f64 / repeat as f64);
            rounds += 1;
        }
        state.push_number(best);
        Ok(1)
    }
}
