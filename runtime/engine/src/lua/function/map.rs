//! `fn:map(a, b ... [, out])`: a call for each item of arrays, in a loop that never enters Lua.

use std::ffi::c_int;
use std::rc::Rc;

use super::argument::{Scratch, convert};
use super::calling::{declared_plan, during_call, exchanging_errno};
use super::loops::{self, Items, Source};
use super::plan::{Give, Param, Pass, Plan};
use super::{Function, check_function};
use crate::lua::array::array_of;
use crate::lua::context::Context;
use crate::lua::ctype::{Conv, Kind, TypeRef};
use crate::lua::error::{Failure, Kind as ErrorKind, Res, entry, fail};
use crate::lua::object::CData;
use crate::lua::state::State;

entry! {
    /// `fn:map(a [, out])`, `fn:map(a, b ...)`.
    pub(crate) fn map(state) {
        let function = check_function(state, 1)?;
        crate::lua::callback::pin(state, 1);
        let Some(object) = state.object(1) else { return Ok(0) };
        let place = |e: Failure| e.at(format_args!("{}:map", function.name));
        map_arrays(state, object, function).map_err(place)
    }
}

fn map_arrays(state: State, object: &CData, function: &Function) -> Res {
    let params = function.params.borrow().as_ref().map(Vec::len);
    let Some(n) = params.filter(|n| *n > 0) else {
        return fail(ErrorKind::TypeError, "declare argtypes first: one scalar type for each array");
    };
    let given = state.top() - 1;
    let (n, has_out) = (n as c_int, given == n as c_int + 1);
    if given != n && !has_out {
        return fail(
            ErrorKind::ArgumentError,
            format_args!("takes {n} arrays or numbers and an output array ({given} given)"),
        );
    }
    let context = object.ty.context;
    // A table is an array of the parameter's type; the first array decides the length.
    let len = lengths(state, function, n)?;
    // The loop works on bare addresses: what they belong to must not be resized by a callback meanwhile.
    if !state.reserve(given + 20) {
        return fail(ErrorKind::ArgumentError, "the Lua stack is full");
    }
    for i in 2..2 + given {
        state.push_anchor(i);
    }
    let plan = match numbers_plan(state, context, function)? {
        Some(plan) => plan,
        None => {
            return fail(
                ErrorKind::TypeError,
                "only functions of numbers with a number or void as the result can be mapped",
            );
        }
    };
    let out = match (&plan.give, has_out) {
        (Give::Nothing, true) => {
            return fail(ErrorKind::TypeError, "the function returns nothing: no output array is wanted");
        }
        (Give::Nothing, false) => None,
        (_, true) => Some(output(state, &plan, n + 2, len)?),
        (_, false) => {
            let ty = array_of(plan.result, len)?;
            let addr = state.push_new(ty)?.addr;
            Some(Items { conv: plan.result.conv().unwrap_or(Conv::I32), addr, step: plan.result.size() })
        }
    };
    let result_index = if has_out { n + 2 } else { state.top() };
    run(state, object, function, &plan, len, out)?;
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
        if state.is_initialiser(i) {
            let ty = match function.params.borrow().as_ref().and_then(|p| p.get(i as usize - 2).copied()) {
                Some(super::ParamType::Type(ty)) => ty,
                _ => return fail(ErrorKind::TypeError, format_args!("argument {}: only numbers can be mapped", i - 1)),
            };
            let array = array_of(ty, state.raw_len(i))?;
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

fn numbers_plan(state: State, context: &'static Context, function: &Function) -> Res<Option<Rc<Plan>>> {
    if function.params.borrow().as_ref().is_some_and(|p| p.iter().any(|p| !matches!(p, super::ParamType::Type(_)))) {
        return Ok(None);
    }
    let plan = declared_plan(context, function)?;
    let number = |p: &Param| matches!(p.pass, Pass::Int32 | Pass::Integer(_) | Pass::Double | Pass::Float);
    let result = matches!(plan.give, Give::Nothing | Give::Int32 | Give::Integer(_) | Give::Double | Give::Undeclared)
        || (plan.give == Give::Value && plan.result.conv() == Some(Conv::F32));
    // Constants may be anything; array items must be numbers.
    let arrays_are_numbers = plan.params.iter().enumerate().all(|(k, p)| {
        let is_array = state.object(k as c_int + 2).is_some_and(|o| matches!(o.ty.kind, Kind::Array(..)));
        !is_array || number(p)
    });
    Ok(if result && arrays_are_numbers { Some(plan) } else { None })
}

/// The output array at `i`: its conversion, first item, distance.
fn output(state: State, plan: &Plan, i: c_int, len: usize) -> Res<Items> {
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
        return Ok(Items { conv: elem.conv().unwrap_or(Conv::I32), addr: o.addr, step: elem.size() });
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
            (Some(conv), true) if !is_swapped(elem) => {
                Ok(Source::Items(Items { conv, addr: o.addr, step: elem.size() }))
            }
            _ => state.mismatch(param.ty, i),
        };
    }
    convert(state, param, i, frame.wrapping_add(param.slot as usize), scratch)?;
    Ok(Source::Constant)
}

fn is_swapped(ty: TypeRef) -> bool {
    matches!(&ty.kind, Kind::Simple(s) if s.swapped)
}

/// The words of a frame.
fn words_of(frame: &[u128]) -> Vec<u64> {
    frame.iter().flat_map(|line| [*line as u64, (*line >> 64) as u64]).collect()
}

fn run(state: State, object: &CData, function: &Function, plan: &Plan, len: usize, out: Option<Items>) -> Res<()> {
    let mut frame = vec![0u128; plan.call.frame_size().div_ceil(16).max(1)];
    let base: *mut u8 = frame.as_mut_ptr().cast();
    let mut room = Scratch::room();
    let mut scratch = Scratch::new(&mut room);
    let mut sources = Vec::with_capacity(plan.params.len());
    for (k, param) in plan.params.iter().enumerate() {
        let source = source(state, param, k as c_int + 2, base, &mut scratch);
        sources.push(source.map_err(|e| e.at(format_args!("argument {}", k + 1)).into_argument())?);
    }
    if let Some(remote) = &plan.remote {
        let constants = words_of(&frame);
        return crate::lua::remote::map::run(
            state,
            object,
            function,
            plan,
            remote,
            len,
            &mut |k, words| {
                words.copy_from_slice(&constants[..words.len()]);
                loops::fill_words(plan, &sources, k, words);
            },
            &mut |k, mut word| {
                if let Some(out) = out {
                    loops::store_result(&out, k, word.as_mut_ptr());
                }
            },
        );
    }
    during_call(state, object, function, plan, base, |code| {
        // Once around the loop: between two calls of it nothing else sees either `errno`.
        exchanging_errno(object.ty.context, plan, || {
            if !loops::straight(code, plan, &sources, out, len) {
                loops::general(code, plan, &sources, out, len, &mut frame);
            }
        });
    })
}
