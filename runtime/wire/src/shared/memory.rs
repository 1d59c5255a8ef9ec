//! The file.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;

use memmap2::MmapOptions;
use rustix::fs::{FallocateFlags, MemfdFlags, SealFlags, fallocate, fcntl_add_seals, memfd_create};

use super::{ARENA_START, Mapping, WINDOW_ALIGN};

/// A file without a name that holds memory and is shared by being inherited.
#[derive(Debug)]
pub struct SharedMemory {
    file: File,
}

impl SharedMemory {
    /// A new one, of [`ARENA_START`] bytes. It can grow but never shrink, whoever tries: no mapping of it can lose its ground.
    ///
    /// # Errors
    /// The system's refusal.
    pub fn create() -> io::Result<SharedMemory> {
        let file = File::from(memfd_create("moonglue", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?);
        file.set_len(ARENA_START)?;
        fcntl_add_seals(&file, SealFlags::SHRINK | SealFlags::SEAL)?;
        Ok(SharedMemory { file })
    }

    /// The memory behind a descriptor that was inherited.
    pub fn inherited(descriptor: OwnedFd) -> SharedMemory {
        SharedMemory { file: File::from(descriptor) }
    }

    /// Bytes it has now.
    ///
    /// # Errors
    /// The system's refusal.
    pub fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    /// Whether nothing is in it, which one made by [`SharedMemory::create`] never is.
    ///
    /// # Errors
    /// The system's refusal.
    pub fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }

    /// Makes it `len` bytes long, of which the new ones are zero.
    ///
    /// # Errors
    /// The system's refusal, for a smaller size too.
    pub fn grow(&self, len: u64) -> io::Result<()> {
        self.file.set_len(len)
    }

    /// Gives the memory of `len` bytes from `offset` on back to the system: they are zero from now on.
    ///
    /// # Errors
    /// The system's refusal.
    pub fn discard(&self, offset: u64, len: u64) -> io::Result<()> {
        Ok(fallocate(&self.file, FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE, offset, len)?)
    }

    /// Maps `len` bytes from `offset` on. Both are multiples of [`WINDOW_ALIGN`].
    ///
    /// # Errors
    /// What is not there, or the system's refusal: no room among the addresses of this process.
    pub fn map(&self, offset: u64, len: u64) -> io::Result<Mapping> {
        let invalid = |what| Err(io::Error::new(io::ErrorKind::InvalidInput, what));
        if !offset.is_multiple_of(WINDOW_ALIGN) || !len.is_multiple_of(WINDOW_ALIGN) || len == 0 {
            return invalid("a window of shared memory is a number of whole blocks of 64 KiB");
        }
        if offset.checked_add(len).is_none_or(|end| end > self.len().unwrap_or(0)) {
            return invalid("a window beyond the end of the shared memory");
        }
        let Ok(size) = usize::try_from(len) else {
            return Err(io::Error::new(io::ErrorKind::OutOfMemory, "a window larger than the address space"));
        };
        let map = MmapOptions::new().offset(offset).len(size).map_raw(&self.file)?;
        Ok(Mapping::new(map))
    }

    /// The descriptor, for a child to inherit.
    pub fn file(&self) -> &File {
        &self.file
    }
}
