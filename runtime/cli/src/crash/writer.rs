//! Writing to stderr from a signal handler: no allocation, no lock, no buffer that another thread could hold.

use std::fmt;

/// Collects text in a buffer of its own and writes it out when that is full, and at the end.
pub(super) struct Writer {
    buffer: [u8; 512],
    used: usize,
}

impl Writer {
    pub(super) fn new() -> Writer {
        Writer { buffer: [0; 512], used: 0 }
    }

    pub(super) fn flush(&mut self) {
        let mut rest = &self.buffer[..self.used];
        while !rest.is_empty() {
            // SAFETY: the pointer and length are those of a live slice; `write` is async-signal-safe.
            let written = unsafe { libc::write(libc::STDERR_FILENO, rest.as_ptr().cast(), rest.len() as _) };
            match usize::try_from(written) {
                Ok(written) if written > 0 => rest = &rest[written.min(rest.len())..],
                _ => break,
            }
        }
        self.used = 0;
    }
}

impl fmt::Write for Writer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for piece in text.as_bytes().chunks(self.buffer.len()) {
            if self.used + piece.len() > self.buffer.len() {
                self.flush();
            }
            self.buffer[self.used..self.used + piece.len()].copy_from_slice(piece);
            self.used += piece.len();
        }
        Ok(())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.flush();
    }
}
