//! Calls whose argument types are not declared: each value says itself what it is in C.

use std::ffi::c_int;
use std::rc::Rc;

use moonglue_abi::Abi;

use super::argument::push_as_parameter;
use super::plan::{Pass, Plan};
use super::{Function, ParamType};
use crate::lua::context::Context;
use crate::lua::ctype::{Conv, Kind, TypeRef};
use crate::lua::error::{Failure, Kind as ErrorKind, Res, fail};
use crate::lua::object::CALLED;
use crate::lua::remote::view::view_at;
use crate::lua::simple::{SimpleTypes, simple_types};
use crate::lua::state::{State, ffi};

/// Plans remembered per function for lists of undeclared types.
const MOST_REMEMBERED: usize = 8;
const MOST_INDIRECTIONS: usize = 64;

/// A plan for the `args` values from `first` on: declared parameters as declared, `from_param` entries by what they
/// return (which replaces the argument on the stack), further ones as variadic arguments, with C's promotions.
pub(crate) fn plan(
    state: State,
    context: &'static Context,
    function: &Function,
    first: c_int,
    args: c_int,
) -> Res<Rc<Plan>> {
    let declared = function.params.borrow().clone();
    let fixed = declared.as_ref().map_or(args as usize, Vec::len);
    if has_custom(declared.as_deref()) {
        // The list as it is now: a `from_param` may declare the function anew. Only the function itself gets here with one.
        state.user_value(CALLED);
        state.raw_field(-1, "argtypes");
    } else {
        state.push_nil();
    }
    let entries = state.abs(-1);
    let mut types = Vec::with_capacity(args as usize);
    let mut inferred = declared.is_none();
    for k in 0..args {
        let i = first + k;
        let place = |e: Failure| e.at(format_args!("{}: argument {}", function.name, k + 1)).into_argument();
        let param = match declared.as_ref().and_then(|d| d.get(k as usize)) {
            Some(ParamType::Custom) => {
                inferred = true;
                call_from_param(state, entries, k, i).map_err(|e| wrap(state, e)).map_err(place)?;
                ParamType::Type(infer(state, context, i, false).map_err(place)?)
            }
            Some(param) => *param,
            None => {
                let variadic = k as usize >= fixed;
                ParamType::Type(infer(state, context, i, variadic).map_err(place)?)
            }
        };
        types.push(param);
    }
    if let Some(plan) = remembered(function, &types) {
        return Ok(plan);
    }
    // A callee that really is variadic wants the number of vector registers told, which libffi does.
    let plan = Plan::new(context, function, &types, fixed.min(args as usize), inferred)
        .map_err(|e| e.at(&function.name).into_argument())?;
    let plan = Rc::new(plan);
    let mut plans = function.dynamic.borrow_mut();
    if plans.len() >= MOST_REMEMBERED {
        plans.remove(0);
    }
    plans.push(plan.clone());
    Ok(plan)
}

/// Whether an entry of `argtypes` is a table with `from_param`.
pub(crate) fn has_custom(params: Option<&[ParamType]>) -> bool {
    params.is_some_and(|params| params.iter().any(|p| matches!(p, ParamType::Custom)))
}

fn remembered(function: &Function, types: &[ParamType]) -> Option<Rc<Plan>> {
    let same = |plan: &&Rc<Plan>| {
        plan.params.len() == types.len()
            && plan.params.iter().zip(types).all(|(p, t)| match (t, p.pass) {
                (ParamType::Type(t), pass) => t.is(p.ty) && !matches!(pass, Pass::InOut | Pass::Out(_)),
                (ParamType::InOut(t), Pass::InOut) => t.is(p.ty),
                (ParamType::Out(t, n), Pass::Out(m)) => t.is(p.ty) && *n == m,
                _ => false,
            })
    };
    function.dynamic.borrow().iter().find(same).cloned()
}

/// An error that a script's `from_param` raised becomes this argument's `ArgumentError`, its text kept.
fn wrap(state: State, e: Failure) -> Failure {
    let Failure::Raised = e else { return e };
    let error = state.abs(-1);
    // Of an error value of ours, the text without its kind.
    if !state.is_table(error) || state.raw_field(error, "message") != ffi::LUA_TSTRING {
        state.push_shown(error);
    }
    crate::lua::error::failure(ErrorKind::ArgumentError, state.text(-1).unwrap_or_else(|| state.describe(error)))
}

/// Replaces the argument at `i` by what `from_param` of the `k`-th of `entries` makes of it.
fn call_from_param(state: State, entries: c_int, k: c_int, i: c_int) -> Res<()> {
    unsafe extern "C-unwind" fn call(raw: *mut ffi::lua_State) -> c_int {
        // SAFETY: runs under `pcall` with the entry and the value as its two arguments.
        unsafe {
            ffi::lua_getfield(raw, 1, c"from_param".as_ptr());
            ffi::lua_rotate(raw, 2, 1);
            ffi::lua_callk(raw, 1, 1, 0, None);
        }
        1
    }
    state.push_closure(call, 0);
    state.raw_geti(entries, i64::from(k) + 1);
    state.push_value(i);
    if !state.pcall(2, 1) {
        return Err(Failure::Raised);
    }
    state.replace(i);
    Ok(())
}

/// What the value at `i` is in C when nothing declares it. Values that stand for others are replaced by those.
fn infer(state: State, context: &'static Context, i: c_int, variadic: bool) -> Res<TypeRef> {
    let simple = simple_types(context, Abi::HOST);
    for _ in 0..MOST_INDIRECTIONS {
        match state.tag(i) {
            ffi::LUA_TNIL => return Ok(simple.void_p),
            ffi::LUA_TNUMBER if state.is_integer(i) => {
                let fits = i32::try_from(state.integer(i)).is_ok();
                return Ok(if fits { simple.int } else { simple.long_long });
            }
            ffi::LUA_TNUMBER => return Ok(simple.double),
            ffi::LUA_TBOOLEAN => {
                state.push_integer(state.boolean(i).into());
                state.replace(i);
                return Ok(simple.int);
            }
            ffi::LUA_TSTRING => return Ok(simple.char_p),
            _ => {}
        }
        if let Some(o) = state.object(i) {
            return object(state, o.ty, i, variadic, simple);
        }
        if let Some(view) = view_at(state, i) {
            return Ok(if matches!(view.ty.kind, Kind::Record(_)) { view.ty } else { simple.void_p });
        }
        if state.complex_at(i).is_some() {
            return Ok(simple.double_complex);
        }
        let mapped = matches!(state.tag(i), ffi::LUA_TTABLE | ffi::LUA_TUSERDATA) && push_as_parameter(state, i)?;
        if !mapped {
            let hint =
                if state.is_function(i) { "; declare argtypes with a function type" } else { "; declare argtypes" };
            let got = state.describe(i);
            return fail(ErrorKind::ArgumentError, format_args!("cannot tell what {got} is in C{hint}"));
        }
        state.replace(i);
    }
    fail(ErrorKind::ArgumentError, "_as_parameter_ leads round in a circle")
}

fn object(state: State, ty: TypeRef, i: c_int, variadic: bool, simple: &SimpleTypes) -> Res<TypeRef> {
    match &ty.kind {
        Kind::Simple(s) => {
            let promoted = match s.conv {
                Conv::F32 if variadic => simple.double,
                Conv::Bool | Conv::I8 | Conv::U8 | Conv::I16 | Conv::U16 | Conv::VariantBool if variadic => simple.int,
                Conv::Char if variadic => {
                    state.push_from(ty, state.object(i).map_or(std::ptr::null_mut(), |o| o.addr), None)?;
                    let byte = state.bytes(-1).and_then(|b| b.first().copied()).unwrap_or(0);
                    state.pop(1);
                    state.push_integer((byte as i8).into());
                    state.replace(i);
                    return Ok(simple.int);
                }
                _ => return Ok(ty),
            };
            let Some(o) = state.object(i) else { return Ok(ty) };
            state.push_from(ty, o.addr, None)?;
            if state.tag(-1) == ffi::LUA_TBOOLEAN {
                let v = state.boolean(-1);
                state.pop(1);
                state.push_integer(v.into());
            }
            state.replace(i);
            Ok(promoted)
        }
        Kind::Array(..) | Kind::Pointer(_) | Kind::Function(_) => Ok(simple.void_p),
        Kind::Record(_) | Kind::Void => {
            // A script's record type can say what it stands for.
            if push_as_parameter(state, i)? {
                state.replace(i);
                return infer(state, ty.context, i, variadic);
            }
            Ok(ty)
        }
    }
}
