//! Addresses from Lua values: what a pointer slot or a pointer parameter takes, and what must stay alive for it.

use std::ffi::c_int;

use super::read::wchar_size;
use super::wide::encode_units;
use crate::lua::callback;
use crate::lua::ctype::{Conv, Kind, TypeRef};
use crate::lua::error::{Kind as ErrorKind, Res, fail};
use crate::lua::memory::require_raw;
use crate::lua::object::CData;
use crate::lua::remote::view::{push_copy, view_at};
use crate::lua::state::{State, ffi};

/// Where the address goes: a call's arguments take more than memory does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// A field, element, pointer or constructor: the target is kept under the slot.
    Store,
    /// An argument: `byref`, the pointee itself and strings are taken too.
    Argument,
}

/// The address that the value at `i` gives for a slot of the pointer-like type `ty`. Pushes one value: what must be kept
/// alive with it (nil for nothing).
pub(crate) fn pointer_target(state: State, i: c_int, ty: TypeRef, role: Role) -> Res<*const u8> {
    let i = state.abs(i);
    if state.is_nil(i) {
        state.push_nil();
        return Ok(std::ptr::null());
    }
    if let Some(p) = find_target(state, i, ty, role)? {
        return Ok(p);
    }
    if view_at(state, i).is_some_and(|view| view.ty.holds_pointers.get() && !view.ty.is_aggregate()) {
        // A pointer that lies in another process stands for its value.
        push_copy(state, i)?;
        let copy = state.abs(-1);
        if let Some(p) = find_target(state, copy, ty, role)? {
            state.remove(copy);
            return Ok(p);
        }
        state.set_top(copy - 1);
    }
    mismatch(state, i, ty)
}

/// The address that the value at `i` gives, pushing what it keeps; none (nothing pushed) for a value of another kind.
fn find_target(state: State, i: c_int, ty: TypeRef, role: Role) -> Res<Option<*const u8>> {
    match &ty.kind {
        Kind::Pointer(target) => typed_target(state, i, target, role),
        Kind::Function(_) => function_target(state, i, ty),
        Kind::Simple(s) => match s.conv {
            Conv::VoidP => void_target(state, i, ty, role),
            Conv::WCharP => wide_target(state, i, ty, role),
            _ => char_target(state, i, ty, s.conv, role),
        },
        _ => Ok(None),
    }
}

#[cold]
fn mismatch<T>(state: State, i: c_int, ty: TypeRef) -> Res<T> {
    fail(ErrorKind::TypeError, format_args!("expected {}, got {}", ty.name, state.describe(i)))
}

/// The address inside a pointer-like object, pushing what it keeps.
fn address_in(state: State, i: c_int, o: &CData) -> Option<*const u8> {
    state.push_kept(i, o.addr);
    Some(o.address_value())
}

/// The address of an array's first item, pushing its anchor.
fn address_of(state: State, i: c_int, o: &CData) -> Option<*const u8> {
    state.push_anchor(i);
    Some(o.addr)
}

/// The address of a view into another process, where that is what the pointer takes: of an array, or as an argument of the
/// pointee itself.
fn address_of_view(state: State, i: c_int, role: Role, takes: impl Fn(TypeRef) -> bool) -> Option<*const u8> {
    let view = view_at(state, i)?;
    let taken = match view.ty.kind {
        Kind::Array(elem, _) if takes(elem) => true,
        _ => role == Role::Argument && takes(view.ty),
    };
    if !taken {
        return None;
    }
    state.push_nil();
    Some(view.word as *const u8)
}

fn typed_target(state: State, i: c_int, target: TypeRef, role: Role) -> Res<Option<*const u8>> {
    if let Some(o) = state.object(i) {
        return Ok(match &o.ty.kind {
            Kind::Pointer(t) if t.derives_from(target) && (role == Role::Argument || !o.by_reference) => {
                address_in(state, i, o)
            }
            Kind::Array(t, _) if t.derives_from(target) => address_of(state, i, o),
            // A pointer to an array is the address of its first item.
            Kind::Pointer(t)
                if role == Role::Argument && matches!(t.kind, Kind::Array(elem, _) if elem.derives_from(target)) =>
            {
                address_in(state, i, o)
            }
            _ if role == Role::Argument && o.ty.derives_from(target) => address_of(state, i, o),
            Kind::Simple(s) if target.is_char() && matches!(s.conv, Conv::CharP | Conv::ConstCharP) => {
                address_in(state, i, o)
            }
            Kind::Simple(s) if target.is_wchar() && s.conv == Conv::WCharP => address_in(state, i, o),
            _ => None,
        });
    }
    if role == Role::Argument && state.is_string(i) {
        if target.is_char() {
            return Ok(Some(char_buffer(state, i)));
        }
        if target.is_wchar() {
            return wide_buffer(state, i, target).map(Some);
        }
    }
    Ok(address_of_view(state, i, role, |ty| ty.derives_from(target)))
}

fn function_target(state: State, i: c_int, ty: TypeRef) -> Res<Option<*const u8>> {
    let Some(o) = state.object(i) else {
        return if state.is_function(i) { callback::for_lua_function(state, i, ty).map(Some) } else { Ok(None) };
    };
    // A library's own function has no declared type: it is taken at its word, as C's would be.
    let same = o.ty.is(ty) || o.ty.function().is_some_and(|f| f.of_library);
    if !same {
        return Ok(None);
    }
    callback::push_for_c(state, i, o).map(Some)
}

fn void_target(state: State, i: c_int, ty: TypeRef, role: Role) -> Res<Option<*const u8>> {
    if state.tag(i) == ffi::LUA_TNUMBER {
        let v = super::wide_integer(state, i, &ty.name)?;
        if v != 0 {
            require_raw(ty.context, "an address as a pointer")?;
        }
        state.push_nil();
        return Ok(Some(v as u64 as usize as *const u8));
    }
    if let Some(o) = state.object(i) {
        return Ok(match &o.ty.kind {
            Kind::Pointer(_) if role == Role::Store && o.by_reference => None,
            Kind::Pointer(_) => address_in(state, i, o),
            Kind::Function(_) => Some(callback::push_for_c(state, i, o)?),
            Kind::Array(..) => address_of(state, i, o),
            Kind::Simple(s) if matches!(s.conv, Conv::VoidP | Conv::CharP | Conv::ConstCharP | Conv::WCharP) => {
                address_in(state, i, o)
            }
            _ => None,
        });
    }
    if role == Role::Argument && state.is_string(i) {
        return Ok(Some(char_buffer(state, i)));
    }
    // Arrays of anything, but no structs.
    Ok(address_of_view(state, i, Role::Store, |_| true))
}

fn char_target(state: State, i: c_int, ty: TypeRef, conv: Conv, role: Role) -> Res<Option<*const u8>> {
    if state.is_string(i) {
        if conv == Conv::ConstCharP {
            // Lua's own bytes, NUL-terminated; they live as long as the string, which is kept.
            state.push_value(i);
            return Ok(state.bytes(i).map(<[u8]>::as_ptr));
        }
        return Ok(Some(char_buffer(state, i)));
    }
    if let Some(o) = state.object(i) {
        return Ok(match &o.ty.kind {
            Kind::Simple(s) if matches!(s.conv, Conv::CharP | Conv::ConstCharP) => address_in(state, i, o),
            Kind::Array(t, _) if t.is_char() => address_of(state, i, o),
            Kind::Pointer(t) if t.is_char() && (role == Role::Argument || !o.by_reference) => address_in(state, i, o),
            _ => None,
        });
    }
    if role == Role::Store && state.is_integer(i) {
        require_raw(ty.context, "an address as a string")?;
        state.push_nil();
        return Ok(Some(state.integer(i) as usize as *const u8));
    }
    Ok(address_of_view(state, i, Role::Store, |ty| ty.is_char()))
}

fn wide_target(state: State, i: c_int, ty: TypeRef, role: Role) -> Res<Option<*const u8>> {
    if state.is_string(i) {
        return wide_buffer(state, i, ty).map(Some);
    }
    if let Some(o) = state.object(i) {
        return Ok(match &o.ty.kind {
            Kind::Simple(s) if s.conv == Conv::WCharP => address_in(state, i, o),
            Kind::Array(t, _) if t.is_wchar() => address_of(state, i, o),
            Kind::Pointer(t) if t.is_wchar() && (role == Role::Argument || !o.by_reference) => address_in(state, i, o),
            _ => None,
        });
    }
    if role == Role::Store && state.is_integer(i) {
        require_raw(ty.context, "an address as a string")?;
        state.push_nil();
        return Ok(Some(state.integer(i) as usize as *const u8));
    }
    Ok(None)
}

/// Pushes a private, writable, NUL-terminated copy of the string at `i`: exactly its length plus one byte.
pub(crate) fn char_buffer(state: State, i: c_int) -> *const u8 {
    let bytes = state.bytes(i).unwrap_or_default();
    let buffer = state.new_userdata(bytes.len() + 1).cast::<u8>();
    // SAFETY: Lua just made the buffer with one byte more than the string, which still is on the stack.
    unsafe {
        std::ptr::copy_nonoverlapping(bytes.as_ptr(), buffer, bytes.len());
        buffer.add(bytes.len()).write(0);
    }
    buffer
}

/// Pushes the string at `i` as NUL-terminated wide characters of `ty`'s ABI.
pub(crate) fn wide_buffer(state: State, i: c_int, ty: TypeRef) -> Res<*const u8> {
    let Some(text) = state.str(i) else {
        return fail(ErrorKind::ValueError, "the string is not valid UTF-8");
    };
    let width = wchar_size(ty);
    let units = encode_units(text, width);
    let buffer = state.new_userdata((units.len() + 1) * width).cast::<u8>();
    for (n, unit) in units.iter().copied().chain([0]).enumerate() {
        // SAFETY: Lua just made the buffer with room for all units and the terminator.
        unsafe { put_unit(buffer.add(n * width), width, unit) };
    }
    Ok(buffer)
}

/// Writes one wide character.
///
/// # Safety
///
/// `width` (2 or 4) bytes at `p` are writable.
pub(crate) unsafe fn put_unit(p: *mut u8, width: usize, unit: u32) {
    // SAFETY: this function's contract.
    unsafe {
        if width == 2 { p.cast::<u16>().write_unaligned(unit as u16) } else { p.cast::<u32>().write_unaligned(unit) }
    }
}
