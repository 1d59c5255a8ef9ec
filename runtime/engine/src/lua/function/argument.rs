//! One argument from the Lua stack into the call's frame.

use std::ffi::c_int;
use std::mem::MaybeUninit;

use super::plan::{Param, Pass};
use super::tables::table_for_pointer;
use crate::lua::convert::{Mode, Role, integer_in_range, pointer_target};
use crate::lua::ctype::{Conv, Kind, TypeRef};
use crate::lua::error::{Failure, Kind as ErrorKind, Res, fail};
use crate::lua::remote::view::{push_copy, view_at};
use crate::lua::remote::word::is_remote_pointer;
use crate::lua::state::{State, ffi};

/// Objects whose `_as_parameter_` leads to further ones: deeper than this is a cycle.
const MOST_INDIRECTIONS: usize = 64;

/// Memory on the native stack for private copies of short strings.
pub(crate) type Room = [MaybeUninit<u8>; 256];

/// What is left of that memory.
pub(crate) struct Scratch<'a> {
    free: &'a mut [MaybeUninit<u8>],
}

impl<'a> Scratch<'a> {
    /// Memory to make a scratch of.
    #[inline(always)]
    pub(crate) fn room() -> Room {
        [const { MaybeUninit::uninit() }; 256]
    }

    #[inline(always)]
    pub(crate) fn new(room: &'a mut Room) -> Scratch<'a> {
        Scratch { free: room }
    }

    /// For calls that take no strings.
    #[inline(always)]
    pub(crate) fn none() -> Scratch<'a> {
        Scratch { free: &mut [] }
    }

    /// A NUL-terminated copy of `text`, while there is room.
    #[inline]
    pub(crate) fn copy(&mut self, text: &[u8]) -> Option<*const u8> {
        let (room, rest) = std::mem::take(&mut self.free).split_at_mut_checked(text.len() + 1)?;
        self.free = rest;
        let start = room.as_mut_ptr().cast::<u8>();
        // SAFETY: `room` has one byte more than `text`; they are different memory.
        unsafe {
            std::ptr::copy_nonoverlapping(text.as_ptr(), start, text.len());
            start.add(text.len()).write(0);
        }
        Some(start)
    }
}

/// Writes eight bytes into a slot.
#[inline(always)]
fn put(slot: *mut u8, v: u64) {
    // SAFETY: `slot` is a place in the frame that `Plan` got from `PreparedCall::slot`, where at least eight bytes are.
    unsafe { slot.cast::<u64>().write(v) }
}

/// Converts the value at `i` for `param` and writes it to `slot`. What must live until the call returns is left on the
/// Lua stack.
#[inline(always)]
pub(crate) fn convert(state: State, param: &Param, i: c_int, slot: *mut u8, scratch: &mut Scratch) -> Res<()> {
    match param.pass {
        Pass::Int32 if state.is_integer(i) => {
            let v = state.integer(i);
            if v >= i32::MIN.into() && v <= u32::MAX.into() {
                put(slot, v as i32 as i64 as u64);
                return Ok(());
            }
        }
        Pass::Double if state.tag(i) == ffi::LUA_TNUMBER => {
            put(slot, state.number(i).to_bits());
            return Ok(());
        }
        Pass::CharP => {
            if let Some(copy) = state.bytes(i).and_then(|text| scratch.copy(text)) {
                put(slot, copy as u64);
                return Ok(());
            }
        }
        Pass::Array | Pass::Address => {
            // The commonest case: an array, pointer or `byref` of just the right type.
            if let (Some(o), Kind::Pointer(target)) = (state.object(i), &param.ty.kind) {
                match &o.ty.kind {
                    Kind::Pointer(t) if t.is(target) => {
                        put(slot, o.address_value() as u64);
                        return if o.is_remote() { remote_address(o.address_value()) } else { Ok(()) };
                    }
                    Kind::Array(t, _) if t.is(target) => {
                        put(slot, o.addr as u64);
                        return Ok(());
                    }
                    _ => {}
                }
            }
        }
        Pass::Record => {
            if let Some(o) = state.object(i)
                && o.ty.is(param.ty)
            {
                // SAFETY: the frame's slot has the type's size; the object has it too.
                unsafe { std::ptr::copy_nonoverlapping(o.addr, slot, param.ty.size()) };
                return Ok(());
            }
        }
        _ => {}
    }
    convert_whole(state, param, i, slot)?;
    if matches!(param.pass, Pass::Address | Pass::Array | Pass::CharP | Pass::InOut | Pass::Out(_)) {
        // SAFETY: `convert_whole` wrote the slot's eight bytes.
        let p = unsafe { slot.cast::<*const u8>().read() };
        if is_remote_pointer(p) {
            return remote_address(p);
        }
    }
    Ok(())
}

/// An address of another process is none for a function of this one.
#[cold]
fn remote_address(p: *const u8) -> Res<()> {
    fail(
        ErrorKind::ValueError,
        format_args!("{p:p} is an address in another process, which a function of this one cannot reach"),
    )
}

/// Every case: numbers, objects that stand for values, tables, `_as_parameter_`.
#[inline(never)]
pub(crate) fn convert_whole(state: State, param: &Param, i: c_int, slot: *mut u8) -> Res<()> {
    standing_for(state, i, |i| convert_value(state, param, i, slot))
}

/// Converts the value at `i`, or what it stands for when it is not taken itself.
pub(crate) fn standing_for(state: State, i: c_int, mut convert: impl FnMut(c_int) -> Res<()>) -> Res<()> {
    let mut i = state.abs(i);
    for _ in 0..MOST_INDIRECTIONS {
        if !state.reserve(16) {
            return fail(ErrorKind::MemoryError, "the Lua stack is full");
        }
        // A table can say what it stands for before it is taken as an initialiser.
        if state.is_initialiser(i) && push_as_parameter(state, i)? {
            i = state.abs(-1);
            continue;
        }
        let refused = match convert(i) {
            Ok(()) => return Ok(()),
            Err(failure) => failure,
        };
        let type_error = matches!(&refused, Failure::New(e) if e.kind == ErrorKind::TypeError);
        if !type_error || state.tag(i) != ffi::LUA_TUSERDATA || !push_as_parameter(state, i)? {
            return Err(refused);
        }
        i = state.abs(-1);
    }
    fail(ErrorKind::ArgumentError, "_as_parameter_ leads round in a circle")
}

/// The bytes of a struct or union argument: an instance's own, or those of a temporary that is left on the stack.
pub(crate) fn record_argument(state: State, param: &Param, i: c_int) -> Res<*mut u8> {
    let mut found = std::ptr::null_mut();
    standing_for(state, i, |i| {
        found = aggregate(state, param.ty, i)?;
        Ok(())
    })?;
    Ok(found)
}

/// Pushes `value._as_parameter_` of a table or userdata; false (nothing pushed) when it has none.
pub(crate) fn push_as_parameter(state: State, i: c_int) -> Res<bool> {
    unsafe extern "C-unwind" fn get(raw: *mut ffi::lua_State) -> c_int {
        // SAFETY: runs under `pcall` with the value as its only argument.
        unsafe {
            ffi::lua_getfield(raw, 1, c"_as_parameter_".as_ptr());
        }
        1
    }
    // Our own objects have the attribute only when a script's record type defines it.
    if let Some(o) = state.object(i) {
        state.push_str("_as_parameter_");
        let key = state.abs(-1);
        let as_field = o.ty.record().is_some_and(|r| r.fields().by_name(b"_as_parameter_").is_some());
        let as_method = !as_field && crate::lua::record::metamethods::push_attribute(state, o.ty, key);
        if as_method {
            state.remove(key);
            return Ok(true);
        }
        state.pop(1);
        if !as_field {
            return Ok(false);
        }
    }
    state.push_closure(get, 0);
    state.push_value(i);
    if !state.pcall(1, 1) {
        if state.tag(i) == ffi::LUA_TUSERDATA {
            // Somebody else's userdata that cannot be indexed stands for nothing.
            state.pop(1);
            return Ok(false);
        }
        return Err(Failure::Raised);
    }
    if state.is_nil(-1) {
        state.pop(1);
        return Ok(false);
    }
    Ok(true)
}

/// Sign- or zero-extends a stored integer to the eight bytes that a slot wants.
fn extend(conv: Conv, v: u64) -> u64 {
    match conv {
        Conv::I8 => v as i8 as i64 as u64,
        Conv::U8 | Conv::Bool => u64::from(v as u8),
        Conv::I16 | Conv::VariantBool => v as i16 as i64 as u64,
        Conv::U16 => u64::from(v as u16),
        Conv::I32 | Conv::HResult => v as i32 as i64 as u64,
        Conv::U32 => u64::from(v as u32),
        _ => v,
    }
}

fn convert_value(state: State, param: &Param, i: c_int, slot: *mut u8) -> Res<()> {
    let ty = param.ty;
    match param.pass {
        Pass::Int32 => integer(state, ty, Conv::I32, i, slot),
        Pass::Integer(conv) => integer(state, ty, conv, i, slot),
        Pass::Double | Pass::Float | Pass::Scalar => {
            // The type's own bytes first; then extended as the frame wants it.
            put(slot, 0);
            if ty.is_void() {
                return state.mismatch(ty, i);
            }
            state.store(ty, slot, i, None, Mode::Checked)?;
            if let Kind::Simple(s) = &ty.kind
                && matches!(s.conv, Conv::Char | Conv::Bool | Conv::VariantBool)
            {
                // SAFETY: `store` wrote the type's bytes into the slot, which has eight.
                let byte = unsafe { crate::lua::convert::load_integer(s.conv, slot, false) };
                put(slot, if s.conv == Conv::Char { byte as i8 as i64 as u64 } else { extend(s.conv, byte as u64) });
            }
            Ok(())
        }
        Pass::CharP | Pass::Address => {
            if state.is_initialiser(i)
                && let Kind::Pointer(target) = &ty.kind
            {
                put(slot, table_for_pointer(state, target, i)? as u64);
                return Ok(());
            }
            put(slot, pointer_target(state, i, ty, Role::Argument)? as u64);
            Ok(())
        }
        Pass::Record | Pass::Array => {
            let addr = aggregate(state, ty, i)?;
            if param.pass == Pass::Array {
                put(slot, addr as u64);
            } else {
                // SAFETY: both have the type's size; the slot is the frame's.
                unsafe { std::ptr::copy_nonoverlapping(addr, slot, ty.size()) };
            }
            Ok(())
        }
        Pass::InOut | Pass::Out(_) => {
            // Tables were replaced by arrays before; what is left is what a pointer parameter takes.
            let pointer = crate::lua::pointer::pointer_to(ty);
            put(slot, pointer_target(state, i, pointer, Role::Argument)? as u64);
            Ok(())
        }
    }
}

fn integer(state: State, ty: TypeRef, conv: Conv, i: c_int, slot: *mut u8) -> Res<()> {
    if let Some(o) = state.object(i)
        && o.ty.is(ty)
    {
        // SAFETY: the object has its type's bytes.
        put(slot, unsafe { crate::lua::convert::load_integer(conv, o.addr, false) } as u64);
        return Ok(());
    }
    let v = integer_in_range(state, i, (ty.size() * 8) as u32, Mode::Checked, &ty.name)?;
    put(slot, extend(conv, v));
    Ok(())
}

/// The bytes of a struct, union or array argument: an instance's own, or those of a temporary made from a table.
fn aggregate(state: State, ty: TypeRef, i: c_int) -> Res<*mut u8> {
    if let Some(o) = state.object(i) {
        if o.is_instance(ty) {
            return Ok(o.addr);
        }
        // `POINTER(T)` and `byref` serve where an array of T is expected, as the parameter is a pointer in C.
        if let (Kind::Array(elem, _), Kind::Pointer(t)) = (&ty.kind, &o.ty.kind)
            && (t.is(elem) || t.is(ty))
        {
            return Ok(o.address_value());
        }
        return state.mismatch(ty, i);
    }
    if state.is_nil(i) && matches!(ty.kind, Kind::Array(..)) {
        return Ok(std::ptr::null_mut());
    }
    if let Some(view) = view_at(state, i).filter(|view| view.is_instance(ty)) {
        if matches!(ty.kind, Kind::Array(..)) {
            return Ok(view.word as *mut u8);
        }
        push_copy(state, i)?;
        return Ok(state.object(-1).map_or(std::ptr::null_mut(), |o| o.addr));
    }
    ty.require_complete()?;
    if !state.is_table(i) && !state.is_string(i) {
        return state.mismatch(ty, i);
    }
    let new = state.push_new(ty)?.addr;
    let at = state.abs(-1);
    state.store(ty, new, i, Some(at), Mode::Checked)?;
    Ok(new)
}
