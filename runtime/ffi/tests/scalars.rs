//! Scalars and bit fields at addresses, whatever the alignment.

use moonglue_ffi::scalar::*;

#[test]
fn integers_of_every_size_at_odd_addresses() {
    let mut memory = [0xeeu8; 24];
    for size in 1..=8usize {
        let bits = 8 * size as u32;
        for value in [0i64, 1, -1, 0x7f, -0x80, 0x0102_0304_0506_0708, i64::MIN, i64::MAX] {
            memory.fill(0xee);
            // SAFETY: at most 8 bytes from byte 3 of 24.
            unsafe {
                let at = memory.as_mut_ptr().add(3);
                store_int(at, size, value as u64);
                let unsigned = (value as u64) << (64 - bits) >> (64 - bits);
                let signed = value << (64 - bits) >> (64 - bits);
                assert_eq!(load_uint(at, size), unsigned);
                assert_eq!(load_int(at, size), signed);
                store_int_swapped(at, size, value as u64);
                assert_eq!(load_uint_swapped(at, size), unsigned);
                assert_eq!(load_int_swapped(at, size), signed);
                assert_eq!(at.read(), (unsigned >> (bits - 8)) as u8, "most significant byte first");
            }
            assert!(memory[..3].iter().chain(&memory[3 + size..]).all(|byte| *byte == 0xee), "wrote beside it");
        }
    }
}

#[test]
fn floats_in_both_orders() {
    let mut memory = [0u8; 16];
    // SAFETY: at most 8 bytes from byte 1 of 16.
    unsafe {
        let at = memory.as_mut_ptr().add(1);
        store_f32(at, 1.5);
        assert_eq!((load_f32(at), load_f32_swapped(at).to_bits()), (1.5, 1.5f32.to_bits().swap_bytes()));
        store_f64_swapped(at, -0.1);
        assert_eq!(load_f64_swapped(at), -0.1);
        assert_eq!(std::slice::from_raw_parts(at, 8), (-0.1f64).to_be_bytes());
        store_f32_swapped(at, 0.1);
        assert_eq!(std::slice::from_raw_parts(at, 4), 0.1f32.to_be_bytes());
        store_f64(at, 2.5);
        assert_eq!(load_f64(at), 2.5);
    }
}

#[test]
fn bit_fields_leave_their_neighbours_alone() {
    for size in 1..=9u8 {
        for width in 1..=64u8.min(8 * size) {
            for bit_offset in 0..=(8 * size - width) {
                for (signed, swapped) in [(false, false), (true, false), (false, true), (true, true)] {
                    let field = BitField { offset: 2, size, bit_offset, width, signed, swapped };
                    check(field, 0x5a);
                    check(field, 0xa5);
                }
            }
        }
    }
}

fn check(field: BitField, background: u8) {
    let mut memory = [background; 16];
    let size = usize::from(field.size);
    let value = 0x9e37_79b9_7f4a_7c15u64;
    // SAFETY: the unit lies at bytes 2 to 11 of 16.
    let read = unsafe {
        field.store(memory.as_mut_ptr(), value);
        field.load(memory.as_ptr())
    };
    let spare = 64 - u32::from(field.width);
    let low = value << spare;
    assert_eq!(read, if field.signed { (low as i64 >> spare) as u64 } else { low >> spare }, "{field:?}");
    let mut unit = [0u8; 16];
    unit[..size].copy_from_slice(&memory[2..2 + size]);
    if field.swapped {
        unit[..size].reverse();
    }
    let mask = u128::from(u64::MAX >> spare) << field.bit_offset;
    let all = if field.size == 16 { u128::MAX } else { (1 << (8 * u32::from(field.size))) - 1 };
    let kept = u128::from_le_bytes([background; 16]) & all & !mask;
    assert_eq!(u128::from_le_bytes(unit) & !mask, kept, "{field:?}");
    assert!(memory[..2].iter().chain(&memory[2 + size..]).all(|byte| *byte == background), "{field:?}");
}
