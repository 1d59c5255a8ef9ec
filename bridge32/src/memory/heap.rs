//! Memory that the host asked for.

use std::alloc::{self, Layout};
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;

/// What was allocated for the host and not freed.
#[derive(Default)]
pub(crate) struct Heap(Mutex<Blocks>);

#[derive(Default)]
struct Blocks {
    layouts: FxHashMap<usize, Layout>,
    bytes: u64,
}

impl Heap {
    /// A zeroed block, or `None` when there is no memory of that size and alignment.
    pub(crate) fn allocate(&self, len: u64, align: u32) -> Option<u64> {
        // Even an empty block has an address of its own.
        let len = usize::try_from(len.max(1)).ok()?;
        let layout = Layout::from_size_align(len, usize::try_from(align).ok()?.max(1)).ok()?;
        // SAFETY: the size is not zero.
        let at = unsafe { alloc::alloc_zeroed(layout) };
        if at.is_null() {
            return None;
        }
        let mut blocks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        blocks.layouts.insert(at as usize, layout);
        blocks.bytes += len as u64;
        Some(at as u64)
    }

    /// Gives a block back; whether there was one at that address.
    pub(crate) fn free(&self, address: u64) -> bool {
        let mut blocks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Ok(at) = usize::try_from(address) else { return false };
        let Some(layout) = blocks.layouts.remove(&at) else { return false };
        blocks.bytes -= layout.size() as u64;
        // SAFETY: allocated with this layout, and just taken out of the list, so freed once. That nothing uses it any more is
        // for the host to know.
        unsafe { alloc::dealloc(at as *mut u8, layout) };
        true
    }

    /// How many blocks there are, and their bytes.
    pub(crate) fn usage(&self) -> (u32, u64) {
        let blocks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (u32::try_from(blocks.layouts.len()).unwrap_or(u32::MAX), blocks.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_aligned_counted_and_freed_once() {
        let heap = Heap::default();
        let (a, b) = (heap.allocate(0, 1).unwrap(), heap.allocate(100, 4096).unwrap());
        assert!(b.is_multiple_of(4096) && a != b);
        assert_eq!(heap.usage(), (2, 101));
        assert!(heap.free(b) && !heap.free(b) && !heap.free(b + 1) && heap.free(a));
        assert_eq!(heap.usage(), (0, 0));
    }

    #[test]
    fn what_cannot_be_had_is_refused() {
        let heap = Heap::default();
        assert_eq!(heap.allocate(u64::MAX, 1), None);
        assert_eq!(heap.allocate(1, 3), None);
        assert_eq!(heap.usage(), (0, 0));
    }
}
