//! Arrays: their types, item access, methods, and the fast paths over whole arrays.

pub(crate) mod access;
pub(crate) mod bulk;
pub(crate) mod methods;
pub(crate) mod slice;

use moonglue_abi::Type;

use super::ctype::{CType, Kind, TypeRef};
use super::error::{Kind as ErrorKind, Res, fail};
use super::state::{State, ffi};

/// The type `elem * n`; one type object for each pair.
pub(crate) fn array_of(elem: TypeRef, n: usize) -> Res<TypeRef> {
    if elem.is_void() {
        return fail(ErrorKind::TypeError, "an array of void has no items");
    }
    if let Some(&ty) = elem.arrays.borrow().get(&n) {
        return Ok(ty);
    }
    let complete = elem.require_complete().is_ok();
    if matches!(elem.kind, Kind::Record(_)) && !complete {
        return elem.require_complete().map(|()| elem);
    }
    if let Err(e) = Type::array(elem.as_abi().clone(), n) {
        return fail(ErrorKind::OverflowError, format_args!("{} * {n}: {e}", elem.name));
    }
    let Some(size) = elem.size().checked_mul(n) else {
        return fail(ErrorKind::OverflowError, format_args!("{} * {n} is larger than the address space", elem.name));
    };
    let name = format!("{}_Array_{n}", elem.name);
    let ty = CType::new(elem.context, &name, Kind::Array(elem, n), elem.abi, size, elem.align.get());
    let ty = elem.context.adopt(ty);
    ty.instance_metatable.set(elem.context.refs.array_metatable.get());
    elem.arrays.borrow_mut().insert(n, ty);
    Ok(ty)
}

/// A length from the value at `i`.
pub(crate) fn length(state: State, i: i32) -> Res<usize> {
    if state.tag(i) != ffi::LUA_TNUMBER {
        return fail(ErrorKind::TypeError, format_args!("an array's length is an integer, got {}", state.describe(i)));
    }
    let n = super::convert::wide_integer(state, i, "a length")?;
    if n < 0 {
        return fail(ErrorKind::ValueError, format_args!("an array's length is not negative, got {n}"));
    }
    match usize::try_from(n).ok().filter(|n| *n <= isize::MAX as usize) {
        Some(n) => Ok(n),
        None => fail(ErrorKind::OverflowError, format_args!("an array of {n} items is larger than the address space")),
    }
}
