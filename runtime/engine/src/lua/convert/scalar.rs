//! Scalars in memory: loads, stores and bit fields, without Lua. All unaligned-safe.

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

/// Where a bit field lies: `size` bytes (up to 9) from `offset` on, `shift` bits up from the least significant one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bits {
    pub(crate) shift: u32,
    pub(crate) width: u32,
    pub(crate) signed: bool,
    pub(crate) swapped: bool,
}

/// Reads the storage unit of `size` bytes at `p` as one number.
///
/// # Safety
///
/// `size` bytes at `p` are readable; `size <= 9`.
unsafe fn unit(p: *const u8, size: usize, swapped: bool) -> u128 {
    let mut bytes = [0u8; 16];
    // SAFETY: `size <= 9` by the contract, the array has 16.
    unsafe { std::ptr::copy_nonoverlapping(p, bytes.as_mut_ptr(), size) };
    if swapped {
        bytes[..size].reverse();
    }
    u128::from_le_bytes(bytes)
}

/// The bit field's value, sign-extended when it is signed.
///
/// # Safety
///
/// `size` bytes at `p` are readable; `size <= 9` and the bits lie inside.
pub(crate) unsafe fn bit_read(p: *const u8, size: usize, bits: Bits) -> i64 {
    // SAFETY: this function's contract.
    let value = (unsafe { unit(p, size, bits.swapped) } >> bits.shift) as u64;
    let up = 64 - bits.width;
    if bits.signed { ((value << up) as i64) >> up } else { ((value << up) >> up) as i64 }
}

/// Writes the low bits of `v` into the bit field; the bits around it stay.
///
/// # Safety
///
/// As [`bit_read`], writable.
pub(crate) unsafe fn bit_write(p: *mut u8, size: usize, bits: Bits, v: u64) {
    let mask = (u128::from(u64::MAX >> (64 - bits.width))) << bits.shift;
    // SAFETY: this function's contract.
    let old = unsafe { unit(p, size, bits.swapped) };
    let mut bytes = ((old & !mask) | ((u128::from(v) << bits.shift) & mask)).to_le_bytes();
    if bits.swapped {
        bytes[..size].reverse();
    }
    // SAFETY: this function's contract.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), p, size) };
}
