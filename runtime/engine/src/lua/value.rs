//! Instances of simple types: `.value`, and their metatable.

use super::convert::Mode;
use super::ctype::Kind;
use super::error::{Kind as ErrorKind, Res, entry, fail};
use super::object::CData;
use super::show;
use super::state::{State, ffi};

fn simple_at(state: State) -> Res<&'static mut CData> {
    match state.object(1) {
        Some(o) if matches!(o.ty.kind, Kind::Simple(_)) => Ok(o),
        _ => fail(ErrorKind::TypeError, format_args!("expected a simple C object, got {}", state.describe(1))),
    }
}

fn no_attribute(state: State, o: &CData) -> Res {
    fail(
        ErrorKind::AttributeError,
        format_args!("{}: no attribute {}; its value is .value", o.ty.name, state.key_text(2)),
    )
}

entry! {
    hot
    fn index(state) {
        let o = simple_at(state)?;
        if state.bytes(2) != Some(b"value") {
            return no_attribute(state, o);
        }
        state.push_from(o.ty, o.addr, Some(1))?;
        Ok(1)
    }
}

entry! {
    hot
    fn new_index(state) {
        let o = simple_at(state)?;
        if state.bytes(2) != Some(b"value") {
            return no_attribute(state, o);
        }
        if o.read_only {
            return fail(ErrorKind::TypeError, format_args!("{}: the memory is read-only", o.ty.name));
        }
        state
            .store(o.ty, o.addr, 3, Some(1), Mode::Checked)
            .map_err(|e| e.at(format_args!("{}.value", o.ty.name)))?;
        Ok(0)
    }
}

entry! {
    /// `__eq` between two simple objects: `c_void_p`s compare as pointers, all else is identity.
    fn equal(state) {
        let void_p = |i| state.object(i).is_some_and(|o| o.ty.conv() == Some(super::ctype::Conv::VoidP));
        let same = void_p(1) && void_p(2) && state.object(1).map(|o| o.address_value()) == state.object(2).map(|o| o.address_value());
        state.push_boolean(same);
        Ok(1)
    }
}

/// Leaves the metatable of simple objects on the stack.
pub(crate) fn push_metatable(state: State) {
    state.new_table(0, 6);
    for (name, f) in [
        ("__index", index as ffi::lua_CFunction),
        ("__newindex", new_index),
        ("__eq", equal),
        ("__tostring", show::object_to_string),
    ] {
        state.push_closure(f, 0);
        state.set_raw_field(-2, name);
    }
    state.push_str("C object");
    state.set_raw_field(-2, "__name");
    state.push_boolean(false);
    state.set_raw_field(-2, "__metatable");
}
