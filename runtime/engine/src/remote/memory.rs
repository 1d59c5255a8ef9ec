//! The bridge's memory, read and written from here.
//!
//! The system copies between the two processes, which works while the bridge is busy. Where it does not let us, the bridge is
//! asked to.

use std::io;

use super::Error;

/// Bytes of a page on every system that we run on, or a part of one.
const PAGE: u64 = 4096;

/// Another process's memory.
#[derive(Debug)]
pub(super) struct ProcessMemory {
    pid: libc::pid_t,
    /// The first address that is not one.
    end: u64,
}

/// Why it was not read or written.
#[derive(Debug)]
pub(super) enum MemoryError {
    /// Something is not there, or not for that use.
    Fault(Error),
    /// The system does not let us.
    Forbidden,
    /// The process is gone.
    Gone,
}

impl ProcessMemory {
    /// The memory of a process whose pointers have that many bytes.
    pub(super) fn new(pid: u32, pointer_size: usize) -> ProcessMemory {
        // User addresses end below the upper half on 64-bit systems.
        let end = if pointer_size == 4 { 1 << 32 } else { 1 << 63 };
        ProcessMemory { pid: pid.cast_signed(), end }
    }

    /// The first address that is none.
    pub(super) fn end(&self) -> u64 {
        self.end
    }

    /// Fills `into` with what is at `address`.
    pub(super) fn read(&self, address: u64, into: &mut [u8]) -> Result<(), MemoryError> {
        self.copy(address, into.len(), false, |done, remote| {
            let rest = &mut into[done..];
            let local = libc::iovec { iov_base: rest.as_mut_ptr().cast(), iov_len: rest.len() };
            // SAFETY: one range on each side: ours is the rest of `into`, the other process's is checked by the system.
            unsafe { libc::process_vm_readv(self.pid, &raw const local, 1, remote, 1, 0) }
        })
    }

    /// Puts `bytes` to `address`.
    pub(super) fn write(&self, address: u64, bytes: &[u8]) -> Result<(), MemoryError> {
        self.copy(address, bytes.len(), true, |done, remote| {
            let rest = &bytes[done..];
            let local = libc::iovec { iov_base: rest.as_ptr().cast_mut().cast(), iov_len: rest.len() };
            // SAFETY: as in `read`; the system only reads from our range.
            unsafe { libc::process_vm_writev(self.pid, &raw const local, 1, remote, 1, 0) }
        })
    }

    /// Copies until all is done; the system may stop after any number of bytes.
    fn copy(
        &self,
        address: u64,
        len: usize,
        write: bool,
        mut copy: impl FnMut(usize, *const libc::iovec) -> isize,
    ) -> Result<(), MemoryError> {
        let fault = |done: usize| {
            let (address, len) = (address.wrapping_add(done as u64), (len - done) as u64);
            MemoryError::Fault(Error::Fault { address, len, write })
        };
        if address.checked_add(len as u64).is_none_or(|end| end > self.end) {
            return Err(fault(0));
        }
        let mut done = 0;
        while done < len {
            let at = std::ptr::without_provenance_mut((address + done as u64) as usize);
            let remote = libc::iovec { iov_base: at, iov_len: len - done };
            let copied = copy(done, &raw const remote);
            match usize::try_from(copied) {
                Ok(0) => return Err(fault(done)),
                Ok(copied) => done += copied,
                Err(_) => match io::Error::last_os_error().raw_os_error() {
                    Some(libc::EFAULT) => return Err(fault(done)),
                    Some(libc::ESRCH) => return Err(MemoryError::Gone),
                    Some(libc::EINTR) => {}
                    _ => return Err(MemoryError::Forbidden),
                },
            }
        }
        Ok(())
    }
}

/// Reads units of `width` bytes up to one that is zero, or `limit` of them, page by page: what lies behind the end may not be
/// there. `read` fills its buffer from an address.
pub(super) fn read_string<E>(
    address: u64,
    width: usize,
    limit: u64,
    mut read: impl FnMut(u64, &mut [u8]) -> Result<(), E>,
) -> Result<Vec<u8>, E> {
    let mut string = Vec::new();
    let mut left = limit.saturating_mul(width as u64);
    let mut at = address;
    // Units checked so far, in bytes.
    let mut checked = 0;
    while left > 0 {
        let chunk = (PAGE - at % PAGE).min(left) as usize;
        let start = string.len();
        string.resize(start + chunk, 0);
        read(at, &mut string[start..])?;
        let units = string[checked..].chunks_exact(width);
        let whole = units.len() * width;
        if let Some(end) = string[checked..].chunks_exact(width).position(|unit| unit.iter().all(|&byte| byte == 0)) {
            string.truncate(checked + end * width);
            return Ok(string);
        }
        checked += whole;
        at = at.wrapping_add(chunk as u64);
        left -= chunk as u64;
    }
    Ok(string)
}
