//! Reading and writing scalars at addresses, whatever their alignment and byte order.
//!
//! Nothing here checks an address: the caller proves that the bytes are there. Integers travel as `u64`, sign- or
//! zero-extended, as they do in an argument frame.

/// Reads an unsigned integer of 1 to 8 bytes.
///
/// # Safety
/// `size` bytes at `at` are readable and `size` is 1 to 8.
#[inline]
pub unsafe fn load_uint(at: *const u8, size: usize) -> u64 {
    // SAFETY: each arm reads `size` bytes, which the caller vouches for.
    unsafe {
        match size {
            1 => u64::from(at.read()),
            2 => u64::from(at.cast::<u16>().read_unaligned()),
            4 => u64::from(at.cast::<u32>().read_unaligned()),
            8 => at.cast::<u64>().read_unaligned(),
            _ => load_wide(at, size, false) as u64,
        }
    }
}

/// Reads a signed integer of 1 to 8 bytes.
///
/// # Safety
/// As for [`load_uint`].
#[inline]
pub unsafe fn load_int(at: *const u8, size: usize) -> i64 {
    // SAFETY: passed on unchanged.
    sign_extend(unsafe { load_uint(at, size) }, size as u32 * 8)
}

/// Writes the low `size` bytes of `value`; signed and unsigned alike.
///
/// # Safety
/// `size` bytes at `at` are writable and `size` is 1 to 8.
#[inline]
pub unsafe fn store_int(at: *mut u8, size: usize, value: u64) {
    // SAFETY: each arm writes `size` bytes, which the caller vouches for.
    unsafe {
        match size {
            1 => at.write(value as u8),
            2 => at.cast::<u16>().write_unaligned(value as u16),
            4 => at.cast::<u32>().write_unaligned(value as u32),
            8 => at.cast::<u64>().write_unaligned(value),
            _ => store_wide(at, size, false, u128::from(value)),
        }
    }
}

/// [`load_uint`] from the byte order that is not this machine's.
///
/// # Safety
/// As for [`load_uint`].
#[inline]
pub unsafe fn load_uint_swapped(at: *const u8, size: usize) -> u64 {
    // SAFETY: passed on unchanged.
    unsafe { load_wide(at, size, true) as u64 }
}

/// [`load_int`] from the byte order that is not this machine's.
///
/// # Safety
/// As for [`load_uint`].
#[inline]
pub unsafe fn load_int_swapped(at: *const u8, size: usize) -> i64 {
    // SAFETY: passed on unchanged.
    sign_extend(unsafe { load_uint_swapped(at, size) }, size as u32 * 8)
}

/// [`store_int`] in the byte order that is not this machine's.
///
/// # Safety
/// As for [`store_int`].
#[inline]
pub unsafe fn store_int_swapped(at: *mut u8, size: usize, value: u64) {
    // SAFETY: passed on unchanged.
    unsafe { store_wide(at, size, true, u128::from(value)) }
}

/// Reads a `float`.
///
/// # Safety
/// 4 bytes at `at` are readable.
#[inline]
pub unsafe fn load_f32(at: *const u8) -> f32 {
    // SAFETY: the caller vouches for the 4 bytes.
    unsafe { at.cast::<f32>().read_unaligned() }
}

/// Writes a `float`.
///
/// # Safety
/// 4 bytes at `at` are writable.
#[inline]
pub unsafe fn store_f32(at: *mut u8, value: f32) {
    // SAFETY: the caller vouches for the 4 bytes.
    unsafe { at.cast::<f32>().write_unaligned(value) }
}

/// Reads a `double`.
///
/// # Safety
/// 8 bytes at `at` are readable.
#[inline]
pub unsafe fn load_f64(at: *const u8) -> f64 {
    // SAFETY: the caller vouches for the 8 bytes.
    unsafe { at.cast::<f64>().read_unaligned() }
}

/// Writes a `double`.
///
/// # Safety
/// 8 bytes at `at` are writable.
#[inline]
pub unsafe fn store_f64(at: *mut u8, value: f64) {
    // SAFETY: the caller vouches for the 8 bytes.
    unsafe { at.cast::<f64>().write_unaligned(value) }
}

/// [`load_f32`] from the byte order that is not this machine's.
///
/// # Safety
/// As for [`load_f32`].
#[inline]
pub unsafe fn load_f32_swapped(at: *const u8) -> f32 {
    // SAFETY: passed on unchanged.
    f32::from_bits(unsafe { load_uint_swapped(at, 4) } as u32)
}

/// [`store_f32`] in the byte order that is not this machine's.
///
/// # Safety
/// As for [`store_f32`].
#[inline]
pub unsafe fn store_f32_swapped(at: *mut u8, value: f32) {
    // SAFETY: passed on unchanged.
    unsafe { store_int_swapped(at, 4, u64::from(value.to_bits())) }
}

/// [`load_f64`] from the byte order that is not this machine's.
///
/// # Safety
/// As for [`load_f64`].
#[inline]
pub unsafe fn load_f64_swapped(at: *const u8) -> f64 {
    // SAFETY: passed on unchanged.
    f64::from_bits(unsafe { load_uint_swapped(at, 8) })
}

/// [`store_f64`] in the byte order that is not this machine's.
///
/// # Safety
/// As for [`store_f64`].
#[inline]
pub unsafe fn store_f64_swapped(at: *mut u8, value: f64) {
    // SAFETY: passed on unchanged.
    unsafe { store_int_swapped(at, 8, value.to_bits()) }
}

/// A bit field in memory: some bits of a unit of whole bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BitField {
    /// Where the unit begins, in bytes from the record's start.
    pub offset: usize,
    /// How many bytes the unit has, 1 to 9 (a packed 64-bit field may straddle nine).
    pub size: u8,
    /// Where the field begins, counted from the least significant bit of the unit read as one number.
    pub bit_offset: u8,
    /// Bits of the field, 1 to 64; `bit_offset + width` is at most `8 * size`.
    pub width: u8,
    /// Whether the field's top bit is a sign.
    pub signed: bool,
    /// Whether the unit has the byte order that is not this machine's.
    pub swapped: bool,
}

impl BitField {
    /// The field's value, sign- or zero-extended.
    ///
    /// # Safety
    /// `record` points at a record whose `offset..offset + size` bytes are readable.
    #[inline]
    pub unsafe fn load(&self, record: *const u8) -> u64 {
        // SAFETY: the caller vouches for the unit's bytes.
        let unit = unsafe { load_wide(record.add(self.offset), self.size.into(), self.swapped) };
        let bits = (unit >> self.bit_offset) as u64 & self.mask();
        if self.signed { sign_extend(bits, self.width.into()) as u64 } else { bits }
    }

    /// Replaces the field's bits with the low ones of `value`; the unit's other bits keep their value.
    ///
    /// # Safety
    /// `record` points at a record whose `offset..offset + size` bytes are readable and writable.
    #[inline]
    pub unsafe fn store(&self, record: *mut u8, value: u64) {
        let mask = u128::from(self.mask()) << self.bit_offset;
        // SAFETY: the caller vouches for the unit's bytes.
        unsafe {
            let at = record.add(self.offset);
            let unit = load_wide(at, self.size.into(), self.swapped);
            let bits = (u128::from(value) << self.bit_offset) & mask;
            store_wide(at, self.size.into(), self.swapped, (unit & !mask) | bits);
        }
    }

    fn mask(&self) -> u64 {
        u64::MAX >> (64 - u32::from(self.width.clamp(1, 64)))
    }
}

#[inline]
fn sign_extend(value: u64, bits: u32) -> i64 {
    let spare = 64 - bits;
    ((value << spare) as i64) >> spare
}

/// Reads up to 16 bytes as one number.
///
/// # Safety
/// `size` bytes at `at` are readable; `size` is at most 16.
#[inline]
unsafe fn load_wide(at: *const u8, size: usize, swapped: bool) -> u128 {
    let mut bytes = [0u8; 16];
    // SAFETY: the source is the caller's promise, the target has 16 bytes and is our own.
    unsafe { at.copy_to_nonoverlapping(bytes.as_mut_ptr(), size) };
    if swapped {
        bytes[..size].reverse();
    }
    u128::from_le_bytes(bytes)
}

/// Writes the low `size` bytes of a number.
///
/// # Safety
/// `size` bytes at `at` are writable; `size` is at most 16.
#[inline]
unsafe fn store_wide(at: *mut u8, size: usize, swapped: bool, value: u128) {
    let mut bytes = value.to_le_bytes();
    if swapped {
        bytes[..size].reverse();
    }
    // SAFETY: the target is the caller's promise, the source has 16 bytes and is our own.
    unsafe { at.copy_from_nonoverlapping(bytes.as_ptr(), size) };
}

// Every processor this crate knows is little-endian; `load_wide` and the byte order of argument frames rely on it.
const _: () = assert!(cfg!(target_endian = "little"));
