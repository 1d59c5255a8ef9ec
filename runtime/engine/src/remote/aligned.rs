//! Bytes at an address that suits every C type.

/// Sixteen bytes, so aligned.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(16))]
struct Line([u8; 16]);

/// A copy of some bytes that begins at a multiple of 16.
#[derive(Debug)]
pub(super) struct Aligned {
    lines: Vec<Line>,
    len: usize,
}

impl Aligned {
    pub(super) fn copy(bytes: &[u8]) -> Aligned {
        let lines = bytes.chunks(16).map(|chunk| {
            let mut line = [0; 16];
            line[..chunk.len()].copy_from_slice(chunk);
            Line(line)
        });
        Aligned { lines: lines.collect(), len: bytes.len() }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        // SAFETY: `copy` made lines for at least `len` bytes, and a line is nothing but bytes.
        unsafe { std::slice::from_raw_parts(self.lines.as_ptr().cast(), self.len) }
    }
}
