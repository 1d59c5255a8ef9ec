//! Windows of the shared memory.

use std::sync::{Mutex, MutexGuard, PoisonError};

use moonglue_wire::shared::{Mapping, SharedMemory};

/// The shared memory, and which windows of it are mapped for the host.
pub(crate) struct Windows {
    memory: SharedMemory,
    mapped: Mutex<Vec<Mapping>>,
}

impl Windows {
    pub(crate) fn new(memory: SharedMemory) -> Windows {
        Windows { memory, mapped: Mutex::default() }
    }

    /// Maps a window and says where it is; `None` when there is no room, or no such part of the memory.
    pub(crate) fn map(&self, offset: u64, len: u64) -> Option<u64> {
        let window = self.memory.map(offset, len).ok()?;
        let address = address(&window);
        self.list().push(window);
        Some(address)
    }

    /// Unmaps what [`map`](Windows::map) gave; whether there was such a window. That nothing uses it any more is for the host
    /// to know.
    pub(crate) fn unmap(&self, wanted: u64, len: u64) -> bool {
        let mut list = self.list();
        let index = list.iter().position(|window| address(window) == wanted && window.len() as u64 == len);
        index.map(|index| list.swap_remove(index)).is_some()
    }

    /// Bytes mapped now.
    pub(crate) fn mapped(&self) -> u64 {
        self.list().iter().map(|window| window.len() as u64).sum()
    }

    fn list(&self) -> MutexGuard<'_, Vec<Mapping>> {
        self.mapped.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn address(window: &Mapping) -> u64 {
    window.address().as_ptr() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::{read, write};

    const BLOCK: u64 = moonglue_wire::shared::WINDOW_ALIGN;

    #[test]
    fn windows_show_the_same_memory() {
        let windows = Windows::new(SharedMemory::create().unwrap());
        let (all, half) = (windows.map(0, 2 * BLOCK).unwrap(), windows.map(BLOCK, BLOCK).unwrap());
        assert_eq!(windows.mapped(), 3 * BLOCK);
        write(all + BLOCK, b"here").unwrap();
        let mut seen = Vec::new();
        read(half, 4, &mut seen).unwrap();
        assert_eq!(seen, b"here");
        assert!(windows.unmap(half, BLOCK) && !windows.unmap(half, BLOCK));
        assert_eq!(windows.map(1 << 40, BLOCK), None, "past the end");
        assert!(windows.unmap(all, 2 * BLOCK));
        assert_eq!(windows.mapped(), 0);
    }
}
