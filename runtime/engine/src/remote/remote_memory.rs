//! The bridge's memory.

use moonglue_wire::{Allocation, Reply, Request, StringRead};

use super::arena::{PAGE, Span};
use super::memory::{MemoryError, read_string};
use super::{Bridge, Error};

/// The most that one message reads or writes.
const PIECE: usize = 1 << 20;

/// Shared memory that stays mapped when it is not used: mapping it again costs much more than having it.
const KEEP_MAPPED: u64 = 256 << 20;

impl Bridge {
    /// Memory from the bridge's heap, zeroed, at a multiple of `align`, a power of two.
    ///
    /// # Errors
    /// [`Error::NoMemory`].
    pub(crate) fn allocate(&self, len: u64, align: u32) -> Result<u64, Error> {
        self.address("allocating memory", &Request::Allocate(Allocation { len, align }))
    }

    /// Gives back what [`allocate`](Bridge::allocate) gave.
    ///
    /// # Errors
    /// [`Error::Refused`] for another address.
    pub(crate) fn free(&self, address: u64) -> Result<(), Error> {
        self.done("freeing memory", &Request::Free { address })
    }

    /// Fills `into` with what is at `address` on that side.
    ///
    /// # Errors
    /// [`Error::Fault`] with the first address that cannot be read; what `into` holds is not said then.
    pub(crate) fn read(&self, address: u64, into: &mut [u8]) -> Result<(), Error> {
        if self.directly(|bridge| bridge.memory.read(address, into))? {
            return Ok(());
        }
        for (piece, into) in into.chunks_mut(PIECE).enumerate() {
            let (address, len) = (address.wrapping_add((piece * PIECE) as u64), into.len() as u64);
            self.request("reading memory", &Request::Read { address, len }, |reply| match reply {
                Reply::Bytes(bytes) if bytes.len() == into.len() => {
                    into.copy_from_slice(bytes);
                    Some(Ok(()))
                }
                Reply::Fault { address, len } => Some(Err(Error::Fault { address, len, write: false })),
                _ => None,
            })?;
        }
        Ok(())
    }

    /// Puts `bytes` to `address` on that side.
    ///
    /// # Errors
    /// [`Error::Fault`] with the first address that cannot be written; what comes before it may have been.
    pub(crate) fn write(&self, address: u64, bytes: &[u8]) -> Result<(), Error> {
        if self.directly(|bridge| bridge.memory.write(address, bytes))? {
            return Ok(());
        }
        for (piece, bytes) in bytes.chunks(PIECE).enumerate() {
            let address = address.wrapping_add((piece * PIECE) as u64);
            self.request("writing memory", &Request::Write { address, bytes }, |reply| match reply {
                Reply::Done => Some(Ok(())),
                Reply::Fault { address, len } => Some(Err(Error::Fault { address, len, write: true })),
                _ => None,
            })?;
        }
        Ok(())
    }

    /// The string at `address` on that side: units of `width` (1, 2 or 4) bytes, up to one that is zero, or `limit` of them.
    ///
    /// # Errors
    /// As for [`read`](Bridge::read).
    pub(crate) fn read_string(&self, address: u64, width: u8, limit: u64) -> Result<Vec<u8>, Error> {
        let mut string = Vec::new();
        let direct = self.directly(|bridge| {
            string = read_string(address, width.into(), limit, |address, into| bridge.memory.read(address, into))?;
            Ok(())
        })?;
        if direct {
            return Ok(string);
        }
        let request = Request::ReadString(StringRead { address, width, limit });
        self.request("reading a string", &request, |reply| match reply {
            Reply::Bytes(bytes) => Some(Ok(bytes.to_vec())),
            Reply::Fault { address, len } => Some(Err(Error::Fault { address, len, write: false })),
            _ => None,
        })
    }

    /// Memory of both sides, at a multiple of `align` on each, a power of two up to 4096. It holds what was there before.
    /// Dropping the span gives it back.
    ///
    /// # Errors
    /// [`Error::NoMemory`] when either side has no room.
    pub(crate) fn arena_alloc(&self, len: usize, align: usize) -> Result<Span, Error> {
        let map = |offset, len| self.map(offset, len);
        let allocated = match self.arena.allocate(len, align, map) {
            // What is mapped and not used may be in the way.
            Err(Error::NoMemory { .. }) if self.unmap_unused(0)? => self.arena.allocate(len, align, map),
            allocated => allocated,
        };
        let span = allocated?;
        if self.arena.usage().1 > KEEP_MAPPED {
            self.unmap_unused(KEEP_MAPPED)?;
        }
        Ok(span)
    }

    /// Has the bridge map more of the shared memory; its address there.
    fn map(&self, offset: u64, len: u64) -> Result<u64, Error> {
        let address = self.address("mapping shared memory", &Request::Map { offset, len })?;
        let end = address.checked_add(len).filter(|&end| end <= self.memory.end());
        if address == 0 || !address.is_multiple_of(PAGE as u64) || end.is_none() {
            return Err(self.broken(&format!("{len} bytes cannot be mapped at {address:#x}")));
        }
        Ok(address)
    }

    /// Gives up shared memory in which nothing is used, down to `keep` bytes; says whether there was any.
    fn unmap_unused(&self, keep: u64) -> Result<bool, Error> {
        let given_up = self.arena.give_up(keep);
        for &(address, len) in &given_up {
            self.done("unmapping shared memory", &Request::Unmap { address, len })?;
        }
        Ok(!given_up.is_empty())
    }

    /// Lets the system copy, if it does that; says whether it did.
    fn directly(&self, copy: impl FnOnce(&Bridge) -> Result<(), MemoryError>) -> Result<bool, Error> {
        self.check_alive()?;
        if !self.memory_is_open.get() {
            return Ok(false);
        }
        match copy(self) {
            Ok(()) => Ok(true),
            Err(MemoryError::Fault(error)) => Err(error),
            Err(MemoryError::Gone) => Err(Error::Dead(self.bury(None))),
            Err(MemoryError::Forbidden) => {
                self.memory_is_open.set(false);
                Ok(false)
            }
        }
    }
}
