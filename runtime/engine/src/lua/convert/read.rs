//! From memory to Lua.

use std::ffi::c_int;

use super::scalar::{complex_parts, load_float, load_integer};
use super::wide::decode_units;
use crate::lua::bounds::{kept_bytes_from, require_kept};
use crate::lua::ctype::{Conv, Kind, Simple, TypeRef};
use crate::lua::error::{Kind as ErrorKind, Res, fail};
use crate::lua::remote::{self, view::view_at, word::is_remote_pointer};
use crate::lua::show::CLOSED_VARIABLE;
use crate::lua::state::{State, ffi};

impl State {
    /// Pushes the value of type `ty` at `addr`. `source`: the object (absolute index) whose memory this is, so that views
    /// and pointers read from it keep what they need; without it C's memory is meant.
    ///
    /// The caller has established that `ty.size()` bytes at `addr` may be read: they lie inside an object, or the script
    /// named a raw address.
    #[inline]
    pub(crate) fn push_from(self, ty: TypeRef, addr: *mut u8, source: Option<c_int>) -> Res<()> {
        if ty.is_foreign_pointer() {
            // SAFETY: the type's bytes at `addr` are readable, by this function's contract.
            let p = unsafe { moonglue_ffi::scalar::load_uint(addr, ty.size()) };
            if p == 0 {
                self.push_nil()
            } else {
                self.push_integer(p as i64)
            }
            return Ok(());
        }
        match &ty.kind {
            Kind::Simple(s) => {
                if let (Some(i), Conv::CharP | Conv::ConstCharP | Conv::WCharP) = (source, s.conv)
                    && let Some(o) = self.object(i)
                {
                    require_kept(self, o, i, addr)?;
                    // SAFETY: a pointer-sized slot, readable by this function's contract.
                    let p = unsafe { addr.cast::<*const u8>().read_unaligned() };
                    return self.push_text(ty, s.conv, p, kept_bytes_from(self, i, addr, p));
                }
                self.push_simple(ty, s, addr)
            }
            Kind::Pointer(_) => self.push_pointer_from(ty, addr, source),
            Kind::Function(_) => self.push_function_from(ty, addr, source),
            Kind::Array(..) | Kind::Record(_) => {
                self.push_part(ty, addr, source);
                Ok(())
            }
            Kind::Void => {
                self.push_nil();
                Ok(())
            }
        }
    }

    /// Pushes an object of `ty` that shares the memory at `addr` inside `source`.
    pub(crate) fn push_part(self, ty: TypeRef, addr: *mut u8, source: Option<c_int>) {
        match source {
            // A function object is no window: it is made from the pointer that lies there.
            _ if ty.function().is_some() => {
                if self.push_function_from(ty, addr, source).is_err() {
                    self.push_nil();
                }
            }
            Some(i) => {
                let read_only = self.object(i).is_some_and(|o| o.read_only);
                self.push_anchor(i);
                let anchor = self.abs(-1);
                self.push_window(ty, addr, Some(anchor)).read_only = read_only;
                self.remove(anchor);
            }
            None => {
                self.push_window(ty, addr, None);
            }
        }
    }

    /// Pushes a simple type's value.
    #[inline]
    pub(crate) fn push_simple(self, ty: TypeRef, simple: &Simple, addr: *const u8) -> Res<()> {
        let (conv, swapped) = (simple.conv, simple.swapped);
        // SAFETY (of each load below): the caller of `push_from` established that the type's bytes at `addr` are readable.
        match conv {
            Conv::I8
            | Conv::U8
            | Conv::I16
            | Conv::U16
            | Conv::I32
            | Conv::U32
            | Conv::I64
            | Conv::U64
            | Conv::HResult => {
                // SAFETY: see above.
                self.push_integer(unsafe { load_integer(conv, addr, swapped) });
            }
            Conv::F32 | Conv::F64 | Conv::F80 => {
                // SAFETY: see above.
                self.push_number(unsafe { load_float(conv, addr, swapped) });
            }
            Conv::Bool | Conv::VariantBool => {
                // SAFETY: see above.
                self.push_boolean(unsafe { load_integer(conv, addr, swapped) } != 0);
            }
            Conv::Char => {
                // SAFETY: see above.
                self.push_bytes(&[unsafe { addr.read() }]);
            }
            Conv::WChar => {
                let width = ty.size();
                // SAFETY: see above: `width` bytes.
                let unit = unsafe { wide_unit(addr, width) };
                self.push_str(&decode_units(std::iter::once(unit), width));
            }
            Conv::ComplexF32 | Conv::ComplexF64 | Conv::ComplexF80 => {
                if let Some((part, step)) = complex_parts(conv, ty.size()) {
                    // SAFETY: see above: a complex is two parts, `step` bytes apart.
                    let (re, im) =
                        unsafe { (load_float(part, addr, swapped), load_float(part, addr.add(step), swapped)) };
                    self.push_complex(ty.context, re, im);
                }
            }
            Conv::CharP | Conv::ConstCharP | Conv::WCharP | Conv::VoidP => {
                // SAFETY: see above: a pointer-sized slot.
                let p = unsafe { addr.cast::<*const u8>().read_unaligned() };
                return self.push_simple_pointer(ty, conv, p);
            }
        }
        Ok(())
    }

    /// Pushes what a `c_char_p`, `c_wchar_p` or `c_void_p` holding `p` reads as.
    pub(crate) fn push_simple_pointer(self, ty: TypeRef, conv: Conv, p: *const u8) -> Res<()> {
        self.push_text(ty, conv, p, usize::MAX)
    }

    /// The same where only `most` bytes from `p` on are known to be there.
    pub(crate) fn push_text(self, ty: TypeRef, conv: Conv, p: *const u8, most: usize) -> Res<()> {
        if p.is_null() {
            self.push_nil();
            return Ok(());
        }
        if conv != Conv::VoidP && is_no_address(p) {
            return fail(ErrorKind::ValueError, format_args!("{}: {p:p} is no address of a string", ty.name));
        }
        if conv != Conv::VoidP && is_remote_pointer(p) {
            return remote::pointer::push_text(self, ty, conv, p as u64, most);
        }
        match conv {
            Conv::VoidP => self.push_integer(p as i64),
            Conv::WCharP => {
                let width = wchar_size(ty);
                let mut units = Vec::new();
                while units.len() < most / width {
                    // SAFETY: within what is known to be there; else the pointer came out of C or was stored by the
                    // script as a NUL-terminated wide string, which is what the type declares and C cannot check.
                    let unit = unsafe { wide_unit(p.add(units.len() * width), width) };
                    if unit == 0 {
                        break;
                    }
                    units.push(unit);
                }
                self.push_str(&decode_units(units.into_iter(), width));
            }
            _ => {
                // SAFETY: as above: `strnlen` reads at most `most` bytes, and stops at the NUL.
                let len = unsafe { libc::strnlen(p.cast(), most) };
                // SAFETY: `strnlen` read each of these bytes.
                self.push_bytes(unsafe { std::slice::from_raw_parts(p, len) });
            }
        }
        Ok(())
    }

    /// Pushes the pointer stored at `addr`: nil for NULL, else a new pointer object, which takes over what the slot keeps.
    fn push_pointer_from(self, ty: TypeRef, addr: *mut u8, source: Option<c_int>) -> Res<()> {
        // SAFETY: a pointer-sized slot, readable by `push_from`'s contract.
        let p = unsafe { addr.cast::<*mut u8>().read_unaligned() };
        if p.is_null() {
            self.push_nil();
            return Ok(());
        }
        let Some(i) = source else { return self.push_pointer(ty, p) };
        // The keeper first: making the object can run finalizers, which may overwrite the slot.
        self.push_keeper(i, addr, p);
        self.push_pointer(ty, p)?;
        self.insert(-2);
        if self.is_nil(-1) {
            self.pop(1);
        } else {
            self.keep_one(-2);
        }
        Ok(())
    }

    /// Pushes a new pointer object of type `ty` with the address `p`, keeping nothing yet.
    #[inline]
    pub(crate) fn push_pointer(self, ty: TypeRef, p: *const u8) -> Res<()> {
        if !p.is_null() {
            ty.require_native_pointer()?;
        }
        self.push_new(ty)?.set_address_value(p);
        Ok(())
    }

    /// Makes the fresh pointer object at `i` keep the value on the top (popped).
    pub(crate) fn keep_one(self, i: c_int) {
        let i = self.abs(i);
        if let Some(head) = self.object(i) {
            head.keeps_one = true;
            self.set_user_value(i);
        } else {
            self.pop(1);
        }
    }

    /// What a value is, for error texts: a C object's type, else Lua's name for it.
    pub(crate) fn describe(self, i: c_int) -> String {
        if let Some(o) = self.object(i) {
            return if o.ty.is_void() {
                CLOSED_VARIABLE.into()
            } else if o.by_reference {
                format!("byref({})", o.ty.name)
            } else {
                o.ty.name.to_string()
            };
        }
        if let Some(view) = view_at(self, i) {
            return format!("{} of another process", view.ty.name);
        }
        if let Some(t) = self.type_at(i) {
            return format!("the type {}", t.name);
        }
        match self.tag(i) {
            ffi::LUA_TNONE => "no value".into(),
            _ => self.type_name(i),
        }
    }
}

/// The width of `wchar_t` in `ty`'s ABI.
pub(crate) fn wchar_size(ty: TypeRef) -> usize {
    moonglue_abi::Prim::WChar.size(ty.abi)
}

/// One wide character.
///
/// # Safety
///
/// `width` (2 or 4) bytes at `p` are readable.
pub(crate) unsafe fn wide_unit(p: *const u8, width: usize) -> u32 {
    // SAFETY: this function's contract.
    unsafe { if width == 2 { p.cast::<u16>().read_unaligned().into() } else { p.cast::<u32>().read_unaligned() } }
}

/// Fails when `p` is NULL: `what` names the thing that was to be followed.
pub(crate) fn require_not_null(p: *const u8, what: &str) -> Res<()> {
    if p.is_null() {
        return fail(ErrorKind::NullPointerError, format_args!("{what} is NULL"));
    }
    Ok(())
}

/// Whether `p` is NULL or another number that was never an address: no system maps its first page or its last, so small
/// numbers, and those just below zero, are what C passes about as pointers for want of a better type.
#[inline(always)]
pub(crate) fn is_no_address(p: *const u8) -> bool {
    const PAGE: usize = 4096;
    (p as usize).wrapping_add(PAGE) < 2 * PAGE
}

/// Fails when `p` is NULL or a number that was never an address.
pub(crate) fn require_address(p: *const u8, what: &str) -> Res<()> {
    require_not_null(p, what)?;
    if is_no_address(p) {
        return fail(ErrorKind::ValueError, format_args!("{what}: {} is no address", p as isize));
    }
    Ok(())
}
