//! A window of shared memory in this process.

use std::ptr::NonNull;
use std::sync::atomic::AtomicU32;

use memmap2::MmapRaw;

/// Mapped bytes, gone from the address space when this is dropped.
#[derive(Debug)]
pub struct Mapping {
    map: MmapRaw,
}

impl Mapping {
    pub(super) fn new(map: MmapRaw) -> Mapping {
        Mapping { map }
    }

    /// Where it is in this process.
    pub fn address(&self) -> NonNull<u8> {
        // The system maps nothing at address 0 that was not asked for there.
        NonNull::new(self.map.as_mut_ptr()).expect("a mapping has an address")
    }

    /// Its bytes.
    pub fn len(&self) -> usize {
        self.map.len()
    }

    /// Whether it has none, which does not happen.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Copies bytes out.
    ///
    /// # Panics
    /// When they are not all in the window.
    pub fn read(&self, offset: usize, into: &mut [u8]) {
        self.check(offset, into.len());
        // SAFETY: the bytes from `offset` on are in the mapping, checked above, which lives as long as `self`; its file does
        // not shrink (`SharedMemory::create`). `into` is ours alone, so the two do not overlap.
        unsafe { std::ptr::copy_nonoverlapping(self.map.as_ptr().wrapping_add(offset), into.as_mut_ptr(), into.len()) }
    }

    /// Copies bytes in.
    ///
    /// # Panics
    /// When they do not all fit in the window.
    pub fn write(&self, offset: usize, bytes: &[u8]) {
        self.check(offset, bytes.len());
        // SAFETY: as in `read`, the other way round; the mapping is writable.
        unsafe {
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), self.map.as_mut_ptr().wrapping_add(offset), bytes.len())
        }
    }

    /// The word at `offset`, a multiple of 4.
    ///
    /// # Panics
    /// When it is not in the window, or `offset` no multiple of 4.
    #[inline]
    pub(crate) fn word(&self, offset: usize) -> &AtomicU32 {
        self.check(offset, 4);
        assert!(offset.is_multiple_of(4), "words are aligned");
        // SAFETY: in the mapping and aligned, checked above (a mapping begins on a page); both sides only touch words
        // atomically.
        unsafe { AtomicU32::from_ptr(self.map.as_mut_ptr().wrapping_add(offset).cast()) }
    }

    #[inline]
    fn check(&self, offset: usize, len: usize) {
        let end = offset.checked_add(len);
        assert!(end.is_some_and(|end| end <= self.len()), "{len} bytes at {offset} of {} mapped", self.len());
    }
}
