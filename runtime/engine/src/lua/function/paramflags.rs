//! Prototypes with parameter flags: in, out and in-out parameters, names, defaults.

use std::ffi::c_int;

use moonglue_ffi::near;

use super::plan::Plan;
use super::{Function, calling};
use crate::lua::ctype::{Kind, TypeRef};
use crate::lua::error::{Kind as ErrorKind, Res, fail};
use crate::lua::object::{CALLED, CData};
use crate::lua::record::suggestion;
use crate::lua::state::{State, ffi};

const IN: i64 = 1;
const OUT: i64 = 2;
const IN_WITH_ZERO_DEFAULT: i64 = 4;

/// One parameter's flag, name and default.
pub(crate) struct ParamFlag {
    pub(crate) input: bool,
    pub(crate) output: bool,
    zero_default: bool,
    pub(crate) name: Option<String>,
    pub(crate) has_default: bool,
    /// What an out parameter's pointer points to, or the array it is.
    target: Option<TypeRef>,
}

impl ParamFlag {
    /// Where the function's table keeps the default of parameter `k`.
    pub(crate) fn default_key(k: usize) -> String {
        format!("default{k}")
    }
}

/// Reads the list at `i`, one `{flag [, name [, default]]}` for each parameter.
pub(crate) fn read(state: State, i: c_int, params: &[TypeRef]) -> Res<Vec<ParamFlag>> {
    if !state.is_table(i) {
        return fail(ErrorKind::TypeError, format_args!("paramflags: expected a list, got {}", state.describe(i)));
    }
    if state.raw_len(i) != params.len() {
        let (got, want) = (state.raw_len(i), params.len());
        return fail(ErrorKind::ValueError, format_args!("paramflags: {got} entries for {want} parameters"));
    }
    let mut flags = Vec::with_capacity(params.len());
    for (k, ty) in params.iter().enumerate() {
        state.raw_geti(i, k as i64 + 1);
        let entry = state.abs(-1);
        flags.push(read_one(state, entry, ty).map_err(|e| e.at(format_args!("paramflags[{}]", k + 1)))?);
        state.pop(1);
    }
    Ok(flags)
}

fn read_one(state: State, entry: c_int, ty: TypeRef) -> Res<ParamFlag> {
    if !state.is_table(entry) {
        return fail(
            ErrorKind::TypeError,
            format_args!("expected {{flag [, name [, default]]}}, got {}", state.describe(entry)),
        );
    }
    state.raw_geti(entry, 1);
    if !state.is_integer(-1) {
        return fail(
            ErrorKind::TypeError,
            format_args!("expected a flag (1 in, 2 out, 3 both), got {}", state.describe(-1)),
        );
    }
    let flag = state.integer(-1);
    if flag & !(IN | OUT | IN_WITH_ZERO_DEFAULT) != 0 || flag & (IN | OUT) == 0 && flag != 0 {
        return fail(ErrorKind::TypeError, format_args!("paramflag value {flag} is not supported"));
    }
    let tag = state.raw_geti(entry, 2);
    let name = state.text(-1);
    if tag != ffi::LUA_TNIL && tag != ffi::LUA_TSTRING {
        return fail(ErrorKind::TypeError, format_args!("expected a name, got {}", state.describe(-1)));
    }
    let has_default = state.raw_geti(entry, 3) != ffi::LUA_TNIL;
    state.pop(3);
    let output = flag & OUT != 0;
    let input = flag & IN != 0 || flag == 0;
    let target = match &ty.kind {
        Kind::Pointer(t) => Some(*t),
        Kind::Array(..) => Some(ty),
        _ => None,
    };
    if output && !input && target.is_none() && !has_default {
        return fail(
            ErrorKind::TypeError,
            format_args!("an out parameter must be a pointer or array type, not {}", ty.name),
        );
    }
    Ok(ParamFlag { input, output, zero_default: flag & IN_WITH_ZERO_DEFAULT != 0, name, has_default, target })
}

/// What a parameter is called in errors.
fn label(flag: &ParamFlag, k: usize) -> String {
    flag.name.as_ref().map_or_else(|| format!("argument {}", k + 1), |n| format!("argument '{n}'"))
}

/// Whether the call was made with names: one table that has only string keys.
fn is_named(state: State, flags: &[ParamFlag], args: c_int) -> bool {
    if args != 1 || !state.is_table(1) || flags.iter().all(|f| f.name.is_none()) {
        return false;
    }
    let mut any = false;
    state.push_nil();
    while state.next(1) {
        state.pop(1);
        any = true;
        if !state.is_string(-1) {
            state.pop(1);
            return false;
        }
    }
    any || flags.iter().filter(|f| f.input).all(|f| f.has_default || f.zero_default)
}

/// Calls a function that has parameter flags with the `args` values from stack position 1 on.
pub(crate) fn call(state: State, object: &'static CData, function: &'static Function, args: c_int) -> Res {
    let flags = function.flags.borrow();
    let flags = flags.as_deref().unwrap_or_default();
    if !state.reserve(flags.len() as c_int * 4 + 40) {
        return fail(
            ErrorKind::ArgumentError,
            format_args!("{}: too many parameters for the Lua stack", function.name),
        );
    }
    let named = is_named(state, flags, args);
    if named {
        refuse_unknown(state, function, flags)?;
    }
    let inputs = flags.iter().filter(|f| f.input).count();
    if !named && args as usize > inputs {
        return fail(
            ErrorKind::ArgumentError,
            format_args!("{}: takes {inputs} arguments ({args} given)", function.name),
        );
    }
    // The full list is laid out above what was passed; the objects of out parameters lie in a second region.
    let first = state.top() + 1;
    let mut taken = 0;
    for (k, flag) in flags.iter().enumerate() {
        if flag.input {
            let given = if named {
                flag.name.as_ref().is_some_and(|n| {
                    state.raw_field(1, n) != ffi::LUA_TNIL || {
                        state.pop(1);
                        false
                    }
                })
            } else {
                taken += 1;
                taken <= args && !state.is_nil(taken) && {
                    state.push_value(taken);
                    true
                } || (taken <= args && !flag.has_default && !flag.zero_default && {
                    state.push_nil();
                    true
                })
            };
            if given {
                continue;
            }
            if flag.has_default {
                push_default(state, k);
            } else if flag.zero_default {
                state.push_integer(0);
            } else {
                return fail(
                    ErrorKind::ArgumentError,
                    format_args!("{}: required {} is missing", function.name, label(flag, k)),
                );
            }
        } else if flag.has_default {
            push_default(state, k);
        } else if let Some(target) = flag.target {
            target.require_complete()?;
            state.push_new(target)?;
        }
    }
    let plan = calling::plan_for(state, object.ty.context, function, first, flags.len() as c_int)?;
    run(state, object, function, &plan, first, flags)
}

fn push_default(state: State, k: usize) {
    state.user_value(CALLED);
    state.raw_field(-1, &ParamFlag::default_key(k));
    state.remove(-2);
}

fn refuse_unknown(state: State, function: &Function, flags: &[ParamFlag]) -> Res<()> {
    state.push_nil();
    while state.next(1) {
        state.pop(1);
        let name = state.text(-1).unwrap_or_default();
        if !flags.iter().any(|f| f.input && f.name.as_deref() == Some(&*name)) {
            let near = near(&name, flags.iter().filter_map(|f| f.name.as_deref()));
            let of = &function.name;
            return fail(ErrorKind::ArgumentError, format_args!("{of}: no argument '{name}'{}", suggestion(&near)));
        }
    }
    Ok(())
}

fn run(
    state: State,
    object: &'static CData,
    function: &'static Function,
    plan: &Plan,
    first: c_int,
    flags: &[ParamFlag],
) -> Res {
    let mut results = calling::run_and_copy_back(state, object, function, plan, first)?;
    let count = flags.len() as c_int;
    let outputs = |state: State| -> Res {
        let mut given = 0;
        for (k, flag) in flags.iter().enumerate() {
            if flag.output {
                push_output(state, flag, first + k as c_int)?;
                given += 1;
            }
        }
        Ok(given)
    };
    if function.has_errcheck.get() {
        if results == 0 {
            state.push_nil();
        }
        calling::push_argument_list(state, first, count);
        let mut asked = false;
        let checked = calling::errcheck(state, |_| {
            asked = true;
            results
        })?;
        if !asked {
            return Ok(checked);
        }
        results = checked;
    }
    match outputs(state)? {
        0 => Ok(results),
        n => Ok(n),
    }
}

/// Pushes what an out parameter gives back: the value of a simple object that we made, else the object itself.
fn push_output(state: State, flag: &ParamFlag, i: c_int) -> Res<()> {
    if !flag.input
        && let Some(o) = state.object(i)
        && matches!(o.ty.kind, Kind::Simple(_) | Kind::Pointer(_) | Kind::Function(_))
    {
        return state.push_from(o.ty, o.addr, Some(i));
    }
    state.push_value(i);
    Ok(())
}
