//! Lua tables as arguments: the arrays and structures that stand for them during a call.

use std::ffi::c_int;

use super::plan::{Param, Pass};
use crate::lua::array::{array_of, bulk};
use crate::lua::construct::fill_from_table;
use crate::lua::ctype::{CType, Kind, TypeRef};
use crate::lua::error::Res;
use crate::lua::state::{State, ffi};

/// Pushes a temporary for a table passed where `POINTER(target)` is expected: an array of its items, or one struct. The array has
/// a zero item behind the last: C's lists often end with one.
pub(crate) fn table_for_pointer(state: State, target: TypeRef, i: c_int) -> Res<*mut u8> {
    let ty = if one_record(state, target, i) { target } else { array_of(target, state.raw_len(i) + 1)? };
    ty.require_complete()?;
    let new = state.push_new(ty)?.addr;
    let at = state.abs(-1);
    fill_from_table(state, ty, new, i, at)?;
    Ok(new)
}

/// Whether a table for `POINTER(struct)` initialises one struct rather than a list of them: it names fields, its first item is
/// no struct by itself, or it is empty.
fn one_record(state: State, target: &CType, i: c_int) -> bool {
    if target.record().is_none() {
        return false;
    }
    state.raw_geti(i, 1);
    let list = state.is_table(-1) || state.object(-1).is_some_and(|o| o.ty.derives_from(target));
    state.pop(1);
    !list
}

/// Pushes the temporary that stands for the table at `i` of an `inout` or `out` parameter: an array, or one struct.
pub(super) fn push_temporary(state: State, param: &Param, i: c_int) -> Res<()> {
    let ty = match param.pass {
        Pass::Out(n) => array_of(param.ty, n)?,
        _ if one_record(state, param.ty, i) => param.ty,
        _ => array_of(param.ty, state.raw_len(i))?,
    };
    let new = state.push_new(ty)?.addr;
    if param.pass == Pass::InOut {
        let at = state.abs(-1);
        fill_from_table(state, ty, new, i, at)?;
    }
    Ok(())
}

/// Puts what C left in the temporary at `temporary` back into the table at `table`: items by position; of one struct each field
/// where the table had it, by name where it had none.
pub(super) fn take_back(state: State, temporary: c_int, table: c_int) -> Res<()> {
    let Some(o) = state.object(temporary) else { return Ok(()) };
    match &o.ty.kind {
        Kind::Array(elem, n) => {
            bulk::push_table(state, elem, o.addr, *n, 1, Some(temporary))?;
            for item in 1..=*n as i64 {
                state.raw_geti(-1, item);
                state.raw_seti(table, item);
            }
            state.pop(1);
        }
        Kind::Record(info) => {
            let fields = info.fields();
            for (item, &k) in (1..).zip(&fields.positional) {
                let field = &fields.all[k];
                let by_position = state.raw_geti(table, item) != ffi::LUA_TNIL;
                state.pop(1);
                field.push(state, o.addr, Some(temporary))?;
                if by_position { state.raw_seti(table, item) } else { state.set_raw_field(table, &field.name) }
            }
        }
        _ => {}
    }
    Ok(())
}
