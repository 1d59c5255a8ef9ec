//! Plain numbers between memory and Lua's stack in place: the conversions of [`super::scalar`] for the entries that do
//! without the C API.

use super::scalar::{load_float, load_integer, store_float, store_integer};
use crate::lua::ctype::{Conv, Kind};
use crate::lua::stack::Value;

/// A number in memory in this machine's byte order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Plain {
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    F32,
    F64,
}

impl Plain {
    /// What values of a type of this kind are; none for anything but plain numbers.
    pub(crate) fn of(kind: &Kind) -> Option<Plain> {
        let Kind::Simple(s) = kind else { return None };
        if s.swapped {
            return None;
        }
        Some(match s.conv {
            Conv::I8 => Plain::I8,
            Conv::U8 => Plain::U8,
            Conv::I16 => Plain::I16,
            Conv::U16 => Plain::U16,
            Conv::I32 => Plain::I32,
            Conv::U32 => Plain::U32,
            Conv::I64 => Plain::I64,
            Conv::U64 => Plain::U64,
            Conv::F32 => Plain::F32,
            Conv::F64 => Plain::F64,
            _ => return None,
        })
    }

    /// Bytes of such a number.
    #[inline(always)]
    pub(crate) const fn size(self) -> usize {
        match self {
            Plain::I8 | Plain::U8 => 1,
            Plain::I16 | Plain::U16 => 2,
            Plain::I32 | Plain::U32 | Plain::F32 => 4,
            Plain::I64 | Plain::U64 | Plain::F64 => 8,
        }
    }

    /// The number at `p`.
    ///
    /// # Safety
    ///
    /// Its bytes are readable.
    #[inline(always)]
    pub(crate) unsafe fn load(self, p: *const u8) -> Value {
        // SAFETY: this function's contract.
        unsafe { self.load_item(p, 0) }
    }

    /// Number `k` of those at `p`. Where it is follows from what it is, without another look at its type.
    ///
    /// # Safety
    ///
    /// Its bytes are readable.
    #[inline(always)]
    pub(crate) unsafe fn load_item(self, p: *const u8, k: usize) -> Value {
        macro_rules! integer {
            ($conv:ident, $item:ty) => {
                // SAFETY: this function's contract.
                Value::of_integer(unsafe { load_integer(Conv::$conv, p.cast::<$item>().add(k).cast(), false) })
            };
        }
        macro_rules! float {
            ($conv:ident, $item:ty) => {
                // SAFETY: this function's contract.
                Value::of_number(unsafe { load_float(Conv::$conv, p.cast::<$item>().add(k).cast(), false) })
            };
        }
        match self {
            Plain::F64 => float!(F64, f64),
            Plain::F32 => float!(F32, f32),
            Plain::I8 => integer!(I8, i8),
            Plain::U8 => integer!(U8, u8),
            Plain::I16 => integer!(I16, i16),
            Plain::U16 => integer!(U16, u16),
            Plain::I32 => integer!(I32, i32),
            Plain::U32 => integer!(U32, u32),
            Plain::I64 => integer!(I64, i64),
            Plain::U64 => integer!(U64, u64),
        }
    }

    /// Stores a value that is a number and fits; false, and nothing is stored, for any other.
    ///
    /// # Safety
    ///
    /// The number's bytes at `p` are writable.
    #[inline(always)]
    pub(crate) unsafe fn store(self, p: *mut u8, value: &Value) -> bool {
        // SAFETY: this function's contract.
        unsafe { self.store_item(p, 0, value) }
    }

    /// Stores number `k` of those at `p` likewise.
    ///
    /// # Safety
    ///
    /// As for [`Plain::store`].
    #[inline(always)]
    pub(crate) unsafe fn store_item(self, p: *mut u8, k: usize, value: &Value) -> bool {
        macro_rules! integer {
            ($conv:ident, $item:ty, $low:expr, $high:expr) => {
                match value.integer() {
                    Some(v) if ($low..=$high).contains(&v) => {
                        // SAFETY: this function's contract.
                        unsafe { store_integer(Conv::$conv, p.cast::<$item>().add(k).cast(), v as u64, false) };
                        true
                    }
                    _ => false,
                }
            };
        }
        macro_rules! float {
            ($conv:ident, $item:ty) => {
                match value.number() {
                    Some(v) => {
                        // SAFETY: this function's contract.
                        unsafe { store_float(Conv::$conv, p.cast::<$item>().add(k).cast(), v, false) };
                        true
                    }
                    None => false,
                }
            };
        }
        // Either reading of an integer's bits will do.
        match self {
            Plain::F64 => float!(F64, f64),
            Plain::F32 => float!(F32, f32),
            Plain::I8 | Plain::U8 => integer!(U8, u8, -0x80, 0xff),
            Plain::I16 | Plain::U16 => integer!(U16, u16, -0x8000, 0xffff),
            Plain::I32 | Plain::U32 => integer!(U32, u32, -0x8000_0000, 0xffff_ffff),
            Plain::I64 | Plain::U64 => integer!(U64, u64, i64::MIN, i64::MAX),
        }
    }
}
