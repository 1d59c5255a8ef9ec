//! Reading and writing this process's memory at addresses that may be wrong.
//!
//! The system is asked to do it: it answers with an error where a plain access would end the process.

use std::io;

use moonglue_ffi::errno;

/// Memory that is not there, or not for that use, begins here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) address: u64,
}

/// Where the system's own limit of one transfer is out of sight.
const PIECE: usize = 1 << 20;

/// Memory is there or not by the page.
const PAGE: usize = 4096;

/// Appends `len` bytes at `address` to `to`.
pub(crate) fn read(address: u64, len: usize, to: &mut Vec<u8>) -> Result<(), Fault> {
    let start = to.len();
    let mut done = 0;
    while done < len {
        let at = place(address, done)?;
        let piece = PIECE.min(len - done);
        to.resize(start + done + piece, 0);
        let read = transfer(Direction::Read, &mut to[start + done..], at);
        to.truncate(start + done + read);
        if read < piece {
            return Err(Fault { address: at as u64 + read as u64 });
        }
        done += read;
    }
    Ok(())
}

/// Writes `bytes` at `address`. What comes before a fault may have been written.
pub(crate) fn write(address: u64, bytes: &[u8]) -> Result<(), Fault> {
    // The system only reads them, but the list of places it takes is the same for both directions.
    let mut piece = Vec::new();
    let mut done = 0;
    while done < bytes.len() {
        let at = place(address, done)?;
        piece.clear();
        piece.extend_from_slice(&bytes[done..bytes.len().min(done + PIECE)]);
        let written = transfer(Direction::Write, &mut piece, at);
        if written < piece.len() {
            return Err(Fault { address: at as u64 + written as u64 });
        }
        done += written;
    }
    Ok(())
}

/// Appends the string at `address` to `to`: units of `width` bytes up to one that is zero, `limit` of them at most.
pub(crate) fn read_string(address: u64, width: usize, limit: usize, to: &mut Vec<u8>) -> Result<(), Fault> {
    /// Strings are short, and a page is the least that can be read or not.
    const STEP: usize = 256;

    let start = to.len();
    let mut units = 0;
    while units < limit {
        let at = address.wrapping_add((units * width) as u64);
        // Up to the next page at most, unless a unit lies across its border: what is behind may not be there.
        let in_page = ((PAGE - at as usize % PAGE) / width).max(1);
        let count = (STEP / width).min(in_page).min(limit - units);
        let from = to.len();
        read(at, count * width, to)?;
        let end = to[from..].chunks_exact(width).position(|unit| unit.iter().all(|byte| *byte == 0));
        if let Some(end) = end {
            to.truncate(from + end * width);
            return Ok(());
        }
        units += count;
    }
    debug_assert_eq!(to.len(), start + limit * width);
    Ok(())
}

/// `address + offset`, where that is an address of this process at all.
fn place(address: u64, offset: usize) -> Result<usize, Fault> {
    let at = address.checked_add(offset as u64).ok_or(Fault { address })?;
    usize::try_from(at).map_err(|_| Fault { address: at })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Read,
    Write,
}

/// Moves bytes between `local` and the memory at `address`, and says how many were moved before a fault.
fn transfer(direction: Direction, local: &mut [u8], address: usize) -> usize {
    let mut done = 0;
    while done < local.len() {
        let here = libc::iovec { iov_base: local[done..].as_mut_ptr().cast(), iov_len: local.len() - done };
        let there = libc::iovec { iov_base: (address + done) as *mut _, iov_len: here.iov_len };
        // SAFETY: takes no arguments.
        let this = unsafe { libc::getpid() };
        // SAFETY: `here` is a live slice that nothing else refers to. The other place is not believed: the kernel checks it
        // and reports what is not accessible. What a write changes there is the host's responsibility, as for a call.
        let moved = unsafe {
            match direction {
                Direction::Read => libc::process_vm_readv(this, &raw const here, 1, &raw const there, 1, 0),
                Direction::Write => libc::process_vm_writev(this, &raw const here, 1, &raw const there, 1, 0),
            }
        };
        match usize::try_from(moved) {
            Ok(moved) if moved > 0 => done += moved,
            // Some containers forbid this call altogether.
            Err(_) if matches!(errno(), libc::EPERM | libc::ENOSYS) => {
                return done + through_pipe(direction, &mut local[done..], address + done);
            }
            _ => break,
        }
    }
    done
}

/// As [`transfer`], by reading and writing a pipe: the kernel checks those addresses, too.
fn through_pipe(direction: Direction, local: &mut [u8], address: usize) -> usize {
    let Ok((mut from, mut to)) = io::pipe() else { return 0 };
    let mut done = 0;
    while done < local.len() {
        // A page at a time: it is there or it is not, and a pipe always takes as much at once.
        let place = address + done;
        let piece = &mut local[done..];
        let len = piece.len().min(PAGE - place % PAGE);
        let piece = &mut piece[..len];
        let at = place as *mut libc::c_void;
        let moved = match direction {
            Direction::Read => {
                // SAFETY: only reads memory of this process, and the kernel checks the address.
                let written = unsafe { libc::write(raw(&to), at, len) };
                let written = usize::try_from(written).unwrap_or(0);
                if io::Read::read_exact(&mut from, &mut piece[..written]).is_err() { 0 } else { written }
            }
            Direction::Write => {
                if io::Write::write_all(&mut to, piece).is_err() {
                    return done;
                }
                // SAFETY: the kernel checks the address; what is changed there is the host's responsibility.
                let read = unsafe { libc::read(raw(&from), at, len) };
                usize::try_from(read).unwrap_or(0)
            }
        };
        done += moved;
        if moved < len {
            break;
        }
    }
    done
}

fn raw(file: &impl std::os::fd::AsRawFd) -> libc::c_int {
    file.as_raw_fd()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOWHERE: u64 = 64;

    fn address(bytes: &[u8]) -> u64 {
        bytes.as_ptr() as u64
    }

    /// Two pages, of which only the first can be used.
    struct Border(*mut u8);

    impl Border {
        fn new() -> Border {
            let access = libc::PROT_READ | libc::PROT_WRITE;
            let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
            // SAFETY: asks for new memory anywhere.
            let at = unsafe { libc::mmap(std::ptr::null_mut(), 2 * PAGE, access, flags, -1, 0) }.cast::<u8>();
            // SAFETY: the second page of what was just mapped.
            assert_eq!(unsafe { libc::mprotect(at.add(PAGE).cast(), PAGE, libc::PROT_NONE) }, 0);
            Border(at)
        }

        fn before_end(&self, bytes: &[u8]) -> u64 {
            // SAFETY: the first page has room for them, and nothing else refers to it.
            unsafe { self.0.add(PAGE - bytes.len()).copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
            self.0 as u64 + (PAGE - bytes.len()) as u64
        }

        fn end(&self) -> u64 {
            self.0 as u64 + PAGE as u64
        }
    }

    impl Drop for Border {
        fn drop(&mut self) {
            // SAFETY: mapped in `new`, and used by nobody any more.
            unsafe { libc::munmap(self.0.cast(), 2 * PAGE) };
        }
    }

    #[test]
    fn what_is_there_is_read() {
        let bytes: Vec<u8> = (0..3 << 20).map(|i| (i % 251) as u8).collect();
        let mut read_back = b"before".to_vec();
        read(address(&bytes), bytes.len(), &mut read_back).unwrap();
        assert_eq!(read_back[..6], *b"before");
        assert!(read_back[6..] == bytes);
    }

    #[test]
    fn what_is_not_there_is_a_fault() {
        let mut to = Vec::new();
        assert_eq!(read(NOWHERE, 1, &mut to), Err(Fault { address: NOWHERE }));
        assert_eq!(read(u64::MAX, 8, &mut to).map_err(|fault| fault.address), Err(u64::MAX));
        assert_eq!(write(NOWHERE, b"x"), Err(Fault { address: NOWHERE }));
        let border = Border::new();
        let at = border.before_end(b"last");
        assert_eq!(read(at, 5, &mut to), Err(Fault { address: border.end() }));
        assert_eq!(write(at, b"12345"), Err(Fault { address: border.end() }));
    }

    #[test]
    fn constants_are_not_written() {
        static CONSTANT: [u8; 4] = *b"safe";
        assert!(write(address(&CONSTANT), b"x").is_err());
        assert_eq!(CONSTANT, *b"safe");
    }

    #[test]
    fn strings_end_at_a_zero_at_the_limit_or_at_the_border() {
        let string = |at, width, limit| {
            let mut to = Vec::new();
            read_string(at, width, limit, &mut to).map(|()| to)
        };
        let long = [b"x".repeat(1000), vec![0, 7]].concat();
        assert_eq!(string(address(&long), 1, usize::MAX).unwrap(), b"x".repeat(1000));
        assert_eq!(string(address(&long), 1, 300).unwrap(), b"x".repeat(300));
        assert_eq!(string(address(&long), 1, 0).unwrap(), b"");
        let border = Border::new();
        assert_eq!(string(border.before_end(b"end\0"), 1, usize::MAX).unwrap(), b"end");
        assert_eq!(string(border.before_end(b"end"), 1, usize::MAX), Err(Fault { address: border.end() }));
        let wide: Vec<u8> = "wörld\0".chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        assert_eq!(string(border.before_end(&wide), 4, usize::MAX).unwrap(), wide[..20]);
        assert_eq!(string(address(b"a\0b\0\0\0c\0"), 2, usize::MAX).unwrap(), b"a\0b\0");
    }

    #[test]
    fn pipes_do_the_same() {
        let bytes: Vec<u8> = (0..10_000).map(|i| (i % 251) as u8).collect();
        let mut copy = vec![0; bytes.len()];
        assert_eq!(through_pipe(Direction::Read, &mut copy, bytes.as_ptr() as usize), bytes.len());
        assert!(copy == bytes);
        let mut target = vec![0u8; bytes.len()];
        assert_eq!(through_pipe(Direction::Write, &mut copy, target.as_mut_ptr() as usize), bytes.len());
        assert!(target == bytes);
        let border = Border::new();
        let at = border.before_end(&bytes[..100]) as usize;
        assert_eq!(through_pipe(Direction::Read, &mut copy[..200], at), 100);
        assert_eq!(through_pipe(Direction::Write, &mut copy[..200], at), 100);
        assert_eq!(through_pipe(Direction::Read, &mut copy[..4], NOWHERE as usize), 0);
    }
}
