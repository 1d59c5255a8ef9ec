//! Objects over memory that is there already: `T:from_address`, `T:from_buffer`, `T:from_buffer_copy`.

use super::callback;
use super::convert::{require_address, wide_integer};
use super::ctype::TypeRef;
use super::error::{Failure, Kind as ErrorKind, Res, entry, fail};
use super::memory::require_raw;
use super::remote::{memory, view, word::is_remote_pointer};
use super::state::{State, ffi};
use super::types::check_type;

entry! {
    /// `T:from_address(a)`: C's memory at an address the script vouches for.
    pub(crate) fn from_address(state) {
        let ty = check_type(state, 1, "from_address")?;
        let place = |e: Failure| e.at(format_args!("{}:from_address", ty.name));
        require_raw(ty.context, "from_address").map_err(place)?;
        ty.require_complete().map_err(place)?;
        if state.tag(2) != ffi::LUA_TNUMBER {
            return state.mismatch_text("an address (integer)", 2).map_err(place);
        }
        let address = wide_integer(state, 2, "an address (integer)").map_err(place)? as usize as *mut u8;
        require_address(address, "the address").map_err(place)?;
        if is_remote_pointer(address) {
            return push_remote(state, ty, address as u64).map_err(place);
        }
        if ty.function().is_some() {
            // SAFETY: the script vouches for the address, as for every use of `from_address`.
            let code = unsafe { address.cast::<*mut u8>().read_unaligned() };
            state.push_nil();
            return super::function::push_at_address(state, ty, code, -1);
        }
        state.push_window(ty, address, None);
        Ok(1)
    }
}

/// Pushes the object of type `ty` at an address of another process.
pub(crate) fn push_remote(state: State, ty: TypeRef, word: u64) -> Res {
    if ty.function().is_some() {
        memory::RemotePlace::of_word(ty.context, word)?.push(state, ty)?;
    } else {
        view::push(state, ty, word);
    }
    Ok(1)
}

/// The offset at argument 3 into a source of `available` bytes, checked to leave room for a `ty`.
fn offset(state: State, ty: TypeRef, available: usize) -> Res<usize> {
    let offset = if state.is_none_or_nil(3) { 0 } else { wide_integer(state, 3, "an offset")? };
    if offset < 0 {
        return fail(ErrorKind::ValueError, format_args!("the offset is negative: {offset}"));
    }
    let needed = offset + ty.size() as i128;
    if needed > available as i128 {
        return fail(
            ErrorKind::ValueError,
            format_args!("the source is too small: {available} bytes instead of at least {needed}"),
        );
    }
    Ok(offset as usize)
}

entry! {
    /// `T:from_buffer(obj [, offset])`: shares `obj`'s memory and keeps it.
    pub(crate) fn from_buffer(state) {
        let ty = check_type(state, 1, "from_buffer")?;
        let place = |e: Failure| e.at(format_args!("{}:from_buffer", ty.name));
        ty.require_complete().map_err(place)?;
        let Some(o) = state.object(2) else {
            let hint = if state.is_string(2) { " (a Lua string is not writable; use from_buffer_copy)" } else { "" };
            let got = state.describe(2);
            return fail(ErrorKind::TypeError, format_args!("expected a C object, got {got}{hint}")).map_err(place);
        };
        if o.read_only {
            return fail(ErrorKind::TypeError, "the source is read-only").map_err(place);
        }
        if o.ty.holds_pointers.get() {
            require_raw(ty.context, "sharing memory that holds addresses").map_err(place)?;
        }
        let at = offset(state, ty, o.size).map_err(place)?;
        state.push_part(ty, o.addr.wrapping_add(at), Some(2));
        Ok(1)
    }
}

entry! {
    /// `T:from_buffer_copy(src [, offset])`: a copy of the bytes of an object or string.
    pub(crate) fn from_buffer_copy(state) {
        let ty = check_type(state, 1, "from_buffer_copy")?;
        let place = |e: Failure| e.at(format_args!("{}:from_buffer_copy", ty.name));
        ty.require_complete().map_err(place)?;
        let (from, len) = match (state.object(2), state.bytes(2)) {
            (Some(o), _) => (o.addr.cast_const(), o.size),
            (_, Some(bytes)) => (bytes.as_ptr(), bytes.len()),
            _ => return state.mismatch_text("a string or a C object", 2).map_err(place),
        };
        let at = offset(state, ty, len).map_err(place)?;
        callback::pin(state, 2);
        let new = state.push_new(ty)?.addr;
        if let (Some(_), true) = (state.object(2), ty.holds_pointers.get()) {
            let to = state.abs(-1);
            state.copy_bytes(to, new, 2, from.wrapping_add(at), ty.size()).map_err(place)?;
        } else {
            // SAFETY: `offset` checked that `ty.size()` bytes follow in the source, which is on the stack; the object is
            // new.
            unsafe { std::ptr::copy_nonoverlapping(from.add(at), new, ty.size()) };
        }
        Ok(1)
    }
}
