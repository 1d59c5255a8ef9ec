//! `long double` as `double`: the 80-bit format of the x87 and IEEE quadruple, converted by hand because Rust has neither.
//!
//! Widening is exact. Narrowing rounds to nearest, ties to even, as the processor does; a `double` keeps 53 of the 64
//! (or 113) bits of precision, and its range is far smaller: larger values become infinite.

/// Bytes of an 80-bit value that carry meaning; the rest of a `long double` object is padding.
const F80_BYTES: usize = 10;
const F80_BIAS: i32 = 16383;
const F80_EXPONENT_MAX: u16 = 0x7fff;
const INTEGER_BIT: u64 = 1 << 63;

/// Reads an 80-bit value, rounded to `double`.
///
/// # Safety
/// 10 bytes at `at` are readable.
pub unsafe fn load_f80(at: *const u8) -> f64 {
    // SAFETY: 8 + 2 bytes, which the caller vouches for.
    let (mantissa, top) = unsafe { (at.cast::<u64>().read_unaligned(), at.add(8).cast::<u16>().read_unaligned()) };
    let negative = top & 0x8000 != 0;
    let exponent = top & F80_EXPONENT_MAX;
    if exponent == F80_EXPONENT_MAX {
        return special(negative, u128::from(mantissa & !INTEGER_BIT) << 65);
    }
    if mantissa & INTEGER_BIT == 0 && exponent != 0 {
        return special(negative, u128::MAX); // an encoding the x87 itself calls invalid
    }
    round(negative, u128::from(mantissa), i32::from(exponent) - F80_BIAS - 63)
}

/// Writes a `double` as an 80-bit value, exactly; padding behind the 10 bytes is left alone.
///
/// # Safety
/// 10 bytes at `at` are writable.
pub unsafe fn store_f80(at: *mut u8, value: f64) {
    let sign = if value.is_sign_negative() { 0x8000 } else { 0 };
    let fraction = value.to_bits() & ((1 << 52) - 1);
    let (exponent, mantissa) = if value == 0.0 {
        (0, 0)
    } else if !value.is_finite() {
        (F80_EXPONENT_MAX, INTEGER_BIT | (fraction << 11))
    } else {
        let (exponent, mantissa) = unpack(value);
        let shift = mantissa.leading_zeros();
        ((exponent + F80_BIAS + 63 - shift as i32) as u16, mantissa << shift)
    };
    let mut bytes = [0u8; F80_BYTES];
    bytes[..8].copy_from_slice(&mantissa.to_le_bytes());
    bytes[8..].copy_from_slice(&(sign | exponent).to_le_bytes());
    // SAFETY: the caller vouches for 10 bytes; the source is our own.
    unsafe { at.copy_from_nonoverlapping(bytes.as_ptr(), F80_BYTES) }
}

const F128_BIAS: i32 = 16383;
const F128_EXPONENT_MAX: u32 = 0x7fff;

/// Reads an IEEE quadruple, rounded to `double`.
///
/// # Safety
/// 16 bytes at `at` are readable.
pub unsafe fn load_f128(at: *const u8) -> f64 {
    // SAFETY: 16 bytes, which the caller vouches for.
    let bits = unsafe { at.cast::<u128>().read_unaligned() };
    let negative = bits >> 127 != 0;
    let exponent = (bits >> 112) as u32 & F128_EXPONENT_MAX;
    let fraction = bits & ((1 << 112) - 1);
    match exponent {
        F128_EXPONENT_MAX => special(negative, fraction << 16),
        0 => round(negative, fraction, 1 - F128_BIAS - 112),
        _ => round(negative, fraction | 1 << 112, exponent as i32 - F128_BIAS - 112),
    }
}

/// Writes a `double` as an IEEE quadruple, exactly.
///
/// # Safety
/// 16 bytes at `at` are writable.
pub unsafe fn store_f128(at: *mut u8, value: f64) {
    let sign = u128::from(value.is_sign_negative()) << 127;
    let fraction = u128::from(value.to_bits() & ((1 << 52) - 1));
    let magnitude = if value == 0.0 {
        0
    } else if !value.is_finite() {
        u128::from(F128_EXPONENT_MAX) << 112 | fraction << 60
    } else {
        let (exponent, mantissa) = unpack(value);
        let shift = mantissa.leading_zeros();
        let normal = u128::from(mantissa << shift) << 49; // the leading one is now bit 112
        let exponent = exponent + F128_BIAS + 63 - shift as i32;
        (exponent as u128) << 112 | (normal & ((1 << 112) - 1))
    };
    // SAFETY: 16 bytes, which the caller vouches for.
    unsafe { at.cast::<u128>().write_unaligned(sign | magnitude) }
}

/// A finite, non-zero `double` as `mantissa * 2^exponent`.
fn unpack(value: f64) -> (i32, u64) {
    let bits = value.to_bits();
    let exponent = (bits >> 52) as i32 & 0x7ff;
    let fraction = bits & ((1 << 52) - 1);
    if exponent == 0 { (-1074, fraction) } else { (exponent - 1075, fraction | 1 << 52) }
}

/// Infinity when the fraction (its top bit at bit 127) is zero, else a quiet NaN with as much of the payload as fits.
fn special(negative: bool, fraction: u128) -> f64 {
    let payload = if fraction == 0 { 0 } else { (fraction >> 76) as u64 | 1 << 51 };
    f64::from_bits(u64::from(negative) << 63 | 0x7ff << 52 | payload)
}

/// `mantissa * 2^exponent` as the nearest `double`, ties to even.
fn round(negative: bool, mantissa: u128, exponent: i32) -> f64 {
    let sign = u64::from(negative) << 63;
    if mantissa == 0 {
        return f64::from_bits(sign);
    }
    let shift = mantissa.leading_zeros();
    let mantissa = mantissa << shift; // the leading one is bit 127
    let top = exponent - shift as i32 + 127; // its weight is 2^top
    if top > 1023 {
        return f64::from_bits(sign | 0x7ff << 52);
    }
    // Bits to drop: 75 leave 53; below the normal range each step of the exponent costs one more.
    let drop = 75 + (-1022 - top).max(0);
    if drop > 128 {
        return f64::from_bits(sign);
    }
    let drop = drop as u32;
    let kept = mantissa.checked_shr(drop).unwrap_or(0) as u64;
    let rest = mantissa << (128 - drop); // `drop` is at least 75
    let half = 1 << 127;
    let up = rest > half || (rest == half && kept & 1 == 1);
    // The leading one of a normal number, and a carry out of rounding, flow into the exponent field by this addition.
    let biased = if top >= -1022 { (top + 1022) as u64 } else { 0 };
    f64::from_bits(sign | ((biased << 52) + kept + u64::from(up)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn f80(mantissa: u64, top: u16) -> f64 {
        let mut bytes = [0u8; 10];
        bytes[..8].copy_from_slice(&mantissa.to_le_bytes());
        bytes[8..].copy_from_slice(&top.to_le_bytes());
        // SAFETY: ten bytes.
        unsafe { load_f80(bytes.as_ptr()) }
    }

    fn through_f80(value: f64) -> f64 {
        let mut bytes = [0xaau8; 12];
        // SAFETY: ten bytes each.
        let back = unsafe {
            store_f80(bytes.as_mut_ptr(), value);
            load_f80(bytes.as_ptr())
        };
        assert_eq!(bytes[10..], [0xaa, 0xaa], "padding was touched");
        back
    }

    fn through_f128(value: f64) -> f64 {
        let mut bytes = [0u8; 16];
        // SAFETY: sixteen bytes each.
        unsafe {
            store_f128(bytes.as_mut_ptr(), value);
            load_f128(bytes.as_ptr())
        }
    }

    const VALUES: [f64; 14] = [
        0.0,
        -0.0,
        1.0,
        -1.5,
        std::f64::consts::PI,
        f64::MAX,
        f64::MIN,
        f64::MIN_POSITIVE,
        5e-324,
        -5e-324,
        1.234e-310,
        f64::INFINITY,
        f64::NEG_INFINITY,
        1e300,
    ];

    #[test]
    fn every_double_comes_back() {
        for value in VALUES {
            assert_eq!(through_f80(value).to_bits(), value.to_bits(), "{value}");
            assert_eq!(through_f128(value).to_bits(), value.to_bits(), "{value}");
        }
        let mut seed = 0x9e37_79b9_7f4a_7c15u64;
        for _ in 0..20_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let value = f64::from_bits(seed ^ seed >> 29);
            if !value.is_nan() {
                assert_eq!(through_f80(value).to_bits(), value.to_bits());
                assert_eq!(through_f128(value).to_bits(), value.to_bits());
            }
        }
        assert!(through_f80(f64::NAN).is_nan() && through_f128(-f64::NAN).is_nan());
    }

    #[test]
    fn ties_go_to_even() {
        let one = 16383;
        assert_eq!(f80(INTEGER_BIT | 0x400, one), 1.0);
        assert_eq!(f80(INTEGER_BIT | 0x401, one), 1.0 + f64::EPSILON);
        assert_eq!(f80(INTEGER_BIT | 0xc00, one), 1.0 + 2.0 * f64::EPSILON);
        assert_eq!(f80(u64::MAX, one), 2.0);
    }

    #[test]
    fn out_of_range() {
        assert_eq!(f80(u64::MAX, 16383 + 1023), f64::INFINITY);
        assert_eq!(f80(INTEGER_BIT, 0x8000 | (16383 + 1024)), f64::NEG_INFINITY);
        assert_eq!(f80(INTEGER_BIT, 16383 - 1074), 5e-324);
        assert_eq!(f80(INTEGER_BIT, 16383 - 1075), 0.0, "half of the smallest is a tie");
        assert_eq!(f80(INTEGER_BIT | 1, 16383 - 1075), 5e-324);
        assert_eq!(f80(u64::MAX, 16383 - 1076), 0.0);
        assert_eq!(f80(u64::MAX, 16383 - 1023), f64::MIN_POSITIVE, "rounds up into the normal range");
        assert_eq!(f80(1, 0), 0.0);
    }

    #[test]
    fn not_numbers() {
        assert!(f80(INTEGER_BIT | 1, 0x7fff).is_nan());
        assert_eq!(f80(INTEGER_BIT, 0xffff), f64::NEG_INFINITY);
        assert!(f80(1, 16383).is_nan(), "no integer bit");
    }
}
