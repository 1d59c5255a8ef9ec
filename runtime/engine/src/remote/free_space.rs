//! What is free of a stretch of memory.

use std::collections::{BTreeMap, BTreeSet};

/// The free pieces of one window. Neighbours that are free are one piece.
#[derive(Debug)]
pub(super) struct FreeSpace {
    /// Offset and length of each.
    by_place: BTreeMap<usize, usize>,
    /// Length and offset of each.
    by_size: BTreeSet<(usize, usize)>,
}

impl FreeSpace {
    /// `len` bytes, all free.
    pub(super) fn new(len: usize) -> FreeSpace {
        FreeSpace { by_place: BTreeMap::from([(0, len)]), by_size: BTreeSet::from([(len, 0)]) }
    }

    /// Takes `len` bytes at a multiple of `align` from the smallest piece that has them.
    pub(super) fn take(&mut self, len: usize, align: usize) -> Option<usize> {
        let fits = |&&(size, start): &&(usize, usize)| start.next_multiple_of(align) - start + len <= size;
        let &(size, start) = self.by_size.range((len, 0)..).find(fits)?;
        self.remove(start, size);
        let taken = start.next_multiple_of(align);
        self.insert(start, taken - start);
        self.insert(taken + len, start + size - taken - len);
        Some(taken)
    }

    /// Makes bytes free that were taken.
    pub(super) fn give_back(&mut self, mut start: usize, mut len: usize) {
        if let Some((&before, &size)) = self.by_place.range(..start).next_back()
            && before + size == start
        {
            self.remove(before, size);
            (start, len) = (before, len + size);
        }
        if let Some(&size) = self.by_place.get(&(start + len)) {
            self.remove(start + len, size);
            len += size;
        }
        self.insert(start, len);
    }

    /// Whether all of `len` bytes are free.
    pub(super) fn is_whole(&self, len: usize) -> bool {
        self.by_place.get(&0) == Some(&len)
    }

    fn insert(&mut self, start: usize, len: usize) {
        if len > 0 {
            self.by_place.insert(start, len);
            self.by_size.insert((len, start));
        }
    }

    fn remove(&mut self, start: usize, len: usize) {
        self.by_place.remove(&start);
        self.by_size.remove(&(len, start));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_do_not_overlap_and_come_together_again() {
        let mut space = FreeSpace::new(1 << 20);
        let mut taken: Vec<(usize, usize)> = Vec::new();
        let mut random = 12345u64;
        let mut next = |below: usize| {
            random = random.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (random >> 33) as usize % below
        };
        for _ in 0..20_000 {
            if taken.len() > 50 || (!taken.is_empty() && next(2) == 0) {
                let (start, len) = taken.swap_remove(next(taken.len()));
                space.give_back(start, len);
                continue;
            }
            let (len, align) = (1 + next(30_000), 16 << next(9));
            let Some(start) = space.take(len, align) else { continue };
            assert!(start.is_multiple_of(align) && start + len <= 1 << 20);
            assert!(taken.iter().all(|&(other, size)| start + len <= other || other + size <= start));
            taken.push((start, len));
        }
        for (start, len) in taken {
            space.give_back(start, len);
        }
        assert_eq!(space.take(1 << 20, 1), Some(0));
    }
}
