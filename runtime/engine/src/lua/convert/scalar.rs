//! Scalars in memory: loads and stores keyed by conversion. All unaligned-safe.

use moonglue_ffi::long_double::{load_f80, store_f80};

use crate::lua::ctype::Conv;

/// The integer of conversion `conv` at `p`, as a Lua integer keeps it (64-bit unsigned values keep their bit pattern).
///
/// # Safety
///
/// `p` has the conversion's size in readable bytes.
#[inline(always)]
pub(crate) unsafe fn load_integer(conv: Conv, p: *const u8, swapped: bool) -> i64 {
    macro_rules! get {
        ($t:ty) => {{
            // SAFETY: this function's contract; unaligned reads need no alignment.
            let v = unsafe { p.cast::<$t>().read_unaligned() };
            (if swapped { v.swap_bytes() } else { v }) as i64
        }};
    }
    match conv {
        Conv::I8 => get!(i8),
        Conv::U8 | Conv::Bool | Conv::Char => get!(u8),
        Conv::I16 | Conv::VariantBool => get!(i16),
        Conv::U16 => get!(u16),
        Conv::I32 | Conv::HResult => get!(i32),
        Conv::U32 => get!(u32),
        _ => get!(i64),
    }
}

/// Writes the low bits of `v` as `conv` has it.
///
/// # Safety
///
/// `p` has the conversion's size in writable bytes.
#[inline(always)]
pub(crate) unsafe fn store_integer(conv: Conv, p: *mut u8, v: u64, swapped: bool) {
    macro_rules! put {
        ($t:ty) => {{
            let v = v as $t;
            // SAFETY: this function's contract.
            unsafe { p.cast::<$t>().write_unaligned(if swapped { v.swap_bytes() } else { v }) }
        }};
    }
    match conv {
        Conv::I8 | Conv::U8 | Conv::Bool | Conv::Char => put!(u8),
        Conv::I16 | Conv::U16 | Conv::VariantBool => put!(u16),
        Conv::I32 | Conv::U32 | Conv::HResult => put!(u32),
        _ => put!(u64),
    }
}

/// The float of conversion `conv` at `p`.
///
/// # Safety
///
/// As [`load_integer`].
#[inline(always)]
pub(crate) unsafe fn load_float(conv: Conv, p: *const u8, swapped: bool) -> f64 {
    match conv {
        Conv::F32 => {
            // SAFETY: this function's contract.
            let bits = unsafe { p.cast::<u32>().read_unaligned() };
            f32::from_bits(if swapped { bits.swap_bytes() } else { bits }).into()
        }
        Conv::F80 => {
            // SAFETY: this function's contract: ten of the type's bytes are read.
            unsafe { load_f80(p) }
        }
        _ => {
            // SAFETY: this function's contract.
            let bits = unsafe { p.cast::<u64>().read_unaligned() };
            f64::from_bits(if swapped { bits.swap_bytes() } else { bits })
        }
    }
}

/// Writes `v` as `conv` has it; a value too large for a float becomes infinite.
///
/// # Safety
///
/// As [`store_integer`].
#[inline(always)]
pub(crate) unsafe fn store_float(conv: Conv, p: *mut u8, v: f64, swapped: bool) {
    match conv {
        Conv::F32 => {
            let bits = (v as f32).to_bits();
            // SAFETY: this function's contract.
            unsafe { p.cast::<u32>().write_unaligned(if swapped { bits.swap_bytes() } else { bits }) }
        }
        Conv::F80 => {
            // SAFETY: this function's contract: ten of the type's bytes are written.
            unsafe { store_f80(p, v) }
        }
        _ => {
            let bits = v.to_bits();
            // SAFETY: this function's contract.
            unsafe { p.cast::<u64>().write_unaligned(if swapped { bits.swap_bytes() } else { bits }) }
        }
    }
}

/// The conversion of a complex type's parts and the distance between them.
pub(crate) fn complex_parts(conv: Conv, size: usize) -> Option<(Conv, usize)> {
    match conv {
        Conv::ComplexF32 => Some((Conv::F32, 4)),
        Conv::ComplexF64 => Some((Conv::F64, 8)),
        Conv::ComplexF80 => Some((Conv::F80, size / 2)),
        _ => None,
    }
}
