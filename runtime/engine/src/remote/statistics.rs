//! What has passed between the two.

use std::cell::Cell;
use std::time::{Duration, Instant};

use moonglue_wire::{Reply, Request, Usage};

use super::{Bridge, Error, MapEntry, memory_map};

/// Counted on this side.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) requests: Cell<u64>,
    pub(super) calls: Cell<u64>,
    pub(super) callbacks: Cell<u64>,
}

/// What a bridge has done and holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Statistics {
    /// Requests made, calls and batches among them.
    pub(crate) requests: u64,
    /// Calls made.
    pub(crate) calls: u64,
    /// Callbacks served.
    pub(crate) callbacks: u64,
    /// Bytes of shared memory in use.
    pub(crate) shared_used: u64,
    /// Bytes of shared memory mapped.
    pub(crate) shared_mapped: u64,
    /// What the bridge itself says.
    pub(crate) remote: Usage,
}

impl Bridge {
    /// What it has done and holds.
    ///
    /// # Errors
    /// As every request.
    pub(crate) fn statistics(&self) -> Result<Statistics, Error> {
        let remote = self.request("asking for statistics", &Request::Usage, |reply| match reply {
            Reply::Usage(usage) => Some(Ok(usage)),
            _ => None,
        })?;
        let (shared_used, shared_mapped) = self.arena.usage();
        Ok(Statistics {
            requests: self.counters.requests.get(),
            calls: self.counters.calls.get(),
            callbacks: self.counters.callbacks.get(),
            shared_used,
            shared_mapped,
            remote,
        })
    }

    /// How long a request and its answer take.
    ///
    /// # Errors
    /// As every request.
    pub(crate) fn ping(&self) -> Result<Duration, Error> {
        let begun = Instant::now();
        self.done("a ping", &Request::Ping)?;
        Ok(begun.elapsed())
    }

    /// What is mapped in its process.
    ///
    /// # Errors
    /// [`Error::Dead`], or [`Error::System`] where the system does not tell.
    pub(crate) fn memory_map(&self) -> Result<Vec<MapEntry>, Error> {
        if !self.is_alive() {
            self.check_alive()?;
        }
        memory_map::memory_map(self.pid()).map_err(Error::system("the bridge's memory map cannot be read"))
    }
}
