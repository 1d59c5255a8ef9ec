//! Addresses of other processes, as words in this one's memory.
//!
//! A pointer into a bridge's process is kept in the same eight bytes as any other pointer. Its top bit is set, then comes
//! the number of the bridge, then the address there: no processor takes such a word for an address of this process, so
//! that it can be told apart everywhere, and a slip faults instead of reading the wrong memory.

/// How many bits the address has.
const ADDRESS_BITS: u32 = 47;

/// The first page of a process is never mapped: numbers that small are no addresses, on whichever side.
const NO_ADDRESS: u64 = 4096;

/// A number to tell bridges apart: each process that was ever started for this program has one of its own.
pub(crate) type BridgeNumber = u16;

/// An address in the process of a bridge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct RemoteAddress {
    pub(crate) bridge: BridgeNumber,
    pub(crate) address: u64,
}

/// Whether a pointer-sized word is an address of another process.
#[inline(always)]
pub(crate) fn is_remote(word: u64) -> bool {
    // All ones in the upper bits are the kernel's half, or small negative numbers that C hands around as pointers.
    (word as i64) < 0 && word >> ADDRESS_BITS != (1 << (64 - ADDRESS_BITS)) - 1
}

/// Whether a pointer is an address of another process.
#[inline(always)]
pub(crate) fn is_remote_pointer(p: *const u8) -> bool {
    is_remote(p as u64)
}

impl RemoteAddress {
    /// What the word means, when it is an address of another process.
    pub(crate) fn of_word(word: u64) -> Option<RemoteAddress> {
        if !is_remote(word) {
            return None;
        }
        let address = word & ((1 << ADDRESS_BITS) - 1);
        Some(RemoteAddress { bridge: (word >> ADDRESS_BITS) as BridgeNumber, address })
    }

    /// The word for it.
    pub(crate) fn word(self) -> u64 {
        1 << 63 | u64::from(self.bridge) << ADDRESS_BITS | self.address
    }
}

/// A pointer-sized number as it came from the other side: small ones, and those just below zero, mean the same on both
/// sides and are no addresses.
pub(crate) fn is_plain_number(address: u64, pointer_size: usize) -> bool {
    let highest = if pointer_size == 4 { u64::from(u32::MAX) } else { u64::MAX };
    address < NO_ADDRESS || address > highest - NO_ADDRESS
}

/// Such a number of `pointer_size` bytes as a word of this process.
pub(crate) fn widen(address: u64, pointer_size: usize) -> u64 {
    if pointer_size == 4 && address >= NO_ADDRESS { address as u32 as i32 as i64 as u64 } else { address }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lead_back() {
        for bridge in [0, 1, 77, 0xfffe] {
            for address in [4096, 0xffff_efff, (1 << ADDRESS_BITS) - 1] {
                let there = RemoteAddress { bridge, address };
                assert_eq!(RemoteAddress::of_word(there.word()), Some(there));
            }
        }
    }

    #[test]
    fn addresses_of_this_process_are_none() {
        let local = 5;
        for word in [0, 1, u64::MAX, (-4096i64) as u64, (&raw const local) as u64, i64::MAX as u64] {
            assert_eq!(RemoteAddress::of_word(word), None, "{word:#x}");
        }
    }

    #[test]
    fn small_numbers_are_the_same_on_both_sides() {
        assert!(is_plain_number(42, 4) && is_plain_number(0xffff_ffff, 4) && !is_plain_number(0x0804_8000, 4));
        assert_eq!(widen(0xffff_ffff, 4), u64::MAX);
        assert_eq!(widen(42, 4), 42);
    }
}
