//! Zeroed memory for frames and results, aligned to 16 bytes: small ones need no heap.

/// So many lines of sixteen bytes lie in the value itself.
const INLINE: usize = 12;

/// Some lines of sixteen bytes.
pub(super) enum Words {
    Inline([u128; INLINE]),
    Heap(Vec<u128>),
}

impl Words {
    /// At least that many bytes.
    pub(super) fn zeroed(bytes: usize) -> Words {
        let lines = bytes.div_ceil(16);
        if lines <= INLINE { Words::Inline([0; INLINE]) } else { Words::Heap(vec![0; lines]) }
    }

    fn lines(&self) -> &[u128] {
        match self {
            Words::Inline(lines) => lines,
            Words::Heap(lines) => lines,
        }
    }

    /// Where they begin.
    pub(super) fn as_mut_ptr(&mut self) -> *mut u8 {
        self.bytes_mut().as_mut_ptr()
    }

    /// The first `len` bytes.
    pub(super) fn bytes(&self, len: usize) -> &[u8] {
        let lines = self.lines();
        // SAFETY: sixteen bytes each, and any bytes are good ones.
        let all = unsafe { std::slice::from_raw_parts(lines.as_ptr().cast(), lines.len() * 16) };
        &all[..len]
    }

    /// All of them.
    pub(super) fn bytes_mut(&mut self) -> &mut [u8] {
        let lines: &mut [u128] = match self {
            Words::Inline(lines) => lines,
            Words::Heap(lines) => lines,
        };
        // SAFETY: as in `bytes`.
        unsafe { std::slice::from_raw_parts_mut(lines.as_mut_ptr().cast(), lines.len() * 16) }
    }
}
