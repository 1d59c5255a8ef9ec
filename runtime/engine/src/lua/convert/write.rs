//! From Lua to memory.

use std::ffi::c_int;

use super::integer::{Mode, integer_in_range};
use super::pointers::{Role, pointer_target, put_unit};
use super::scalar::{complex_parts, store_float, store_integer};
use super::wide::encode_units;
use crate::lua::construct;
use crate::lua::ctype::{Conv, Kind, Simple, TypeRef};
use crate::lua::error::{Kind as ErrorKind, Res, fail};
use crate::lua::remote::view::{push_copy, view_at};
use crate::lua::state::{State, ffi};

impl State {
    /// Converts the value at `i` into the bytes of type `ty` at `addr`. `dest`: the object (absolute index) whose memory
    /// this is; it keeps alive what a stored pointer refers to. Without it (C's memory, a call's frame) the caller keeps
    /// the value on the stack for as long as needed.
    ///
    /// The caller has established that `ty.size()` bytes at `addr` may be written.
    #[inline]
    pub(crate) fn store(self, ty: TypeRef, addr: *mut u8, i: c_int, dest: Option<c_int>, mode: Mode) -> Res<()> {
        match &ty.kind {
            Kind::Simple(s) => self.store_simple(ty, s, addr, i, dest, mode),
            Kind::Pointer(_) | Kind::Function(_) => self.store_address(ty, addr, i, dest),
            Kind::Array(..) | Kind::Record(_) => self.store_aggregate(ty, addr, i, dest),
            Kind::Void => fail(ErrorKind::TypeError, "void takes no value"),
        }
    }

    #[inline]
    fn store_simple(
        self,
        ty: TypeRef,
        simple: &Simple,
        addr: *mut u8,
        i: c_int,
        dest: Option<c_int>,
        mode: Mode,
    ) -> Res<()> {
        let (conv, swapped) = (simple.conv, simple.swapped);
        // An instance of the very type stands for its value, but not where a constructor's own value is meant.
        if mode == Mode::Checked
            && self.tag(i) == ffi::LUA_TUSERDATA
            && !matches!(conv, Conv::CharP | Conv::ConstCharP | Conv::WCharP | Conv::VoidP)
            && let Some(o) = self.object(i)
            && o.ty.is(ty)
        {
            // SAFETY: both are `ty.size()` bytes: the object's own, and `addr` by `store`'s contract; they may overlap.
            unsafe { std::ptr::copy(o.addr, addr, ty.size()) };
            return Ok(());
        }
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
                let bits = (ty.size() * 8) as u32;
                let v = integer_in_range(self, i, bits, mode, &ty.name)?;
                // SAFETY: `ty.size()` writable bytes by `store`'s contract.
                unsafe { store_integer(conv, addr, v, swapped) };
            }
            Conv::F32 | Conv::F64 | Conv::F80 => {
                let v = self.float_at(i, ty)?;
                // SAFETY: as above.
                unsafe { store_float(conv, addr, v, swapped) };
            }
            Conv::Bool | Conv::VariantBool => {
                let truth = self.truth_at(i, ty)?;
                let v = if conv == Conv::Bool { u64::from(truth) } else { u64::from(truth).wrapping_neg() };
                // SAFETY: as above.
                unsafe { store_integer(conv, addr, v, swapped) };
            }
            Conv::Char => {
                let byte = self.byte_at(i, ty)?;
                // SAFETY: as above.
                unsafe { addr.write(byte) };
            }
            Conv::WChar => {
                let unit = self.wide_at(i, ty)?;
                // SAFETY: as above.
                unsafe { put_unit(addr, ty.size(), unit) };
            }
            Conv::ComplexF32 | Conv::ComplexF64 | Conv::ComplexF80 => {
                let Some((re, im)) = self.complex_at(i) else { return self.mismatch(ty, i) };
                if let Some((part, step)) = complex_parts(conv, ty.size()) {
                    // SAFETY: as above: two parts, `step` bytes apart.
                    unsafe {
                        store_float(part, addr, re, swapped);
                        store_float(part, addr.add(step), im, swapped);
                    }
                }
            }
            Conv::CharP | Conv::ConstCharP | Conv::WCharP | Conv::VoidP => {
                return self.store_address(ty, addr, i, dest);
            }
        }
        Ok(())
    }

    /// Stores an address and keeps its target.
    pub(crate) fn store_address(self, ty: TypeRef, addr: *mut u8, i: c_int, dest: Option<c_int>) -> Res<()> {
        ty.require_native_pointer()?;
        let p = pointer_target(self, i, ty, Role::Store)?;
        if let Some(dest) = dest {
            self.set_aside(dest, addr);
        }
        // Kept first: keeping can run finalizers, a script's code, which may store into the same slot.
        match dest {
            Some(dest) => self.keep(dest, addr),
            None => self.pop(1),
        }
        // SAFETY: a pointer-sized slot by `store`'s contract.
        unsafe { addr.cast::<*const u8>().write_unaligned(p) };
        Ok(())
    }

    /// Stores a whole struct, union or array: from an instance, a table, or a string for character arrays. What a table
    /// or string leaves out becomes zero; nothing is written when something does not convert.
    fn store_aggregate(self, ty: TypeRef, addr: *mut u8, i: c_int, dest: Option<c_int>) -> Res<()> {
        let i = self.abs(i);
        if let Some(o) = self.object(i) {
            if !o.is_instance(ty) {
                return self.mismatch(ty, i);
            }
            let size = ty.size();
            if let (Some(dest), true) = (dest, ty.holds_pointers.get() || ty.context.has_bridges()) {
                self.copy_bytes(dest, addr, i, o.addr, size)?;
            } else {
                // SAFETY: both have `size` bytes: the object is an instance, `addr` by `store`'s contract; they may
                // overlap.
                unsafe { std::ptr::copy(o.addr, addr, size) };
            }
            return Ok(());
        }
        if let Kind::Array(elem, n) = &ty.kind
            && self.is_string(i)
            && (elem.is_char() || elem.is_wchar())
        {
            return self.store_text(elem, *n, addr, i);
        }
        if view_at(self, i).is_some_and(|view| view.is_instance(ty)) {
            push_copy(self, i)?;
            let copy = self.abs(-1);
            self.store_aggregate(ty, addr, copy, dest)?;
            self.set_top(copy - 1);
            return Ok(());
        }
        if !self.is_initialiser(i) {
            return self.mismatch(ty, i);
        }
        if !self.reserve(20) {
            return fail(ErrorKind::ValueError, "the initialiser is nested too deeply");
        }
        let whole = self.push_new(ty)?;
        let (from, at) = (whole.addr, self.abs(-1));
        construct::fill_from_table(self, ty, from, i, at)?;
        if let (Some(dest), true) = (dest, ty.holds_pointers.get() || ty.context.has_bridges()) {
            self.copy_bytes(dest, addr, at, from, ty.size())?;
        } else {
            // SAFETY: the fresh object and `addr` both have `ty.size()` bytes, and are different memory.
            unsafe { std::ptr::copy_nonoverlapping(from, addr, ty.size()) };
        }
        self.set_top(at - 1);
        Ok(())
    }

    /// Copies the string at `i`, up to and with its first NUL, into a character array; the rest stays untouched.
    pub(crate) fn store_text(self, elem: TypeRef, n: usize, addr: *mut u8, i: c_int) -> Res<()> {
        if elem.is_char() {
            let bytes = self.bytes(i).unwrap_or_default();
            let text = bytes.split(|b| *b == 0).next().unwrap_or_default();
            return self.put_bytes(text, n, addr);
        }
        let Some(text) = self.str(i) else {
            return fail(ErrorKind::ValueError, "the string is not valid UTF-8");
        };
        let text = text.split('\0').next().unwrap_or_default();
        self.put_units(text, n, addr, elem.size())
    }

    /// Writes `bytes` and one NUL if there is room into `n` bytes at `addr`.
    pub(crate) fn put_bytes(self, bytes: &[u8], n: usize, addr: *mut u8) -> Res<()> {
        if bytes.len() > n {
            let got = bytes.len();
            return fail(ErrorKind::ValueError, format_args!("a string of {got} bytes is too long for {n}"));
        }
        // SAFETY: `bytes.len() <= n`, and `n` bytes at `addr` are writable by the callers' contract (the array's own).
        // `copy`: the string may have been read from the same memory.
        unsafe {
            std::ptr::copy(bytes.as_ptr(), addr, bytes.len());
            if bytes.len() < n {
                addr.add(bytes.len()).write(0);
            }
        }
        Ok(())
    }

    /// Writes `text` and one NUL if there is room into `n` wide characters of `width` bytes at `addr`.
    pub(crate) fn put_units(self, text: &str, n: usize, addr: *mut u8, width: usize) -> Res<()> {
        let units = encode_units(text, width);
        if units.len() > n {
            let got = units.len();
            return fail(ErrorKind::ValueError, format_args!("a string of {got} characters is too long for {n}"));
        }
        for (k, unit) in units.iter().copied().chain([0]).take(n).enumerate() {
            // SAFETY: `k < n`, and `n` units at `addr` are writable by the callers' contract.
            unsafe { put_unit(addr.add(k * width), width, unit) };
        }
        Ok(())
    }

    /// The number at `i` as a float; strings are refused even when numeric.
    #[inline]
    pub(crate) fn float_at(self, i: c_int, ty: TypeRef) -> Res<f64> {
        if self.tag(i) == ffi::LUA_TNUMBER { Ok(self.number(i)) } else { self.mismatch(ty, i) }
    }

    fn truth_at(self, i: c_int, ty: TypeRef) -> Res<bool> {
        match self.tag(i) {
            ffi::LUA_TBOOLEAN => Ok(self.boolean(i)),
            ffi::LUA_TNUMBER => Ok(super::wide_integer(self, i, &ty.name)? != 0),
            _ => self.mismatch(ty, i),
        }
    }

    fn byte_at(self, i: c_int, ty: TypeRef) -> Res<u8> {
        if let Some(bytes) = self.bytes(i) {
            return match bytes {
                [byte] => Ok(*byte),
                _ => fail(
                    ErrorKind::TypeError,
                    format_args!("expected {} (a string of one byte), got a string of {} bytes", ty.name, bytes.len()),
                ),
            };
        }
        if self.tag(i) == ffi::LUA_TNUMBER {
            let v = super::wide_integer(self, i, &ty.name)?;
            return match u8::try_from(v) {
                Ok(byte) => Ok(byte),
                Err(_) => fail(ErrorKind::TypeError, format_args!("expected {} (a byte, 0 to 255), got {v}", ty.name)),
            };
        }
        self.mismatch(ty, i)
    }

    fn wide_at(self, i: c_int, ty: TypeRef) -> Res<u32> {
        if !self.is_string(i) {
            return self.mismatch(ty, i);
        }
        let Some(text) = self.str(i) else {
            return fail(ErrorKind::ValueError, "the string is not valid UTF-8");
        };
        match encode_units(text, ty.size()).as_slice() {
            [unit] => Ok(*unit),
            units => fail(
                ErrorKind::TypeError,
                format_args!("expected {} (a string of one character), got one of {}", ty.name, units.len()),
            ),
        }
    }

    #[cold]
    pub(crate) fn mismatch<T>(self, ty: TypeRef, i: c_int) -> Res<T> {
        fail(ErrorKind::TypeError, format_args!("expected {}, got {}", ty.name, self.describe(i)))
    }
}
