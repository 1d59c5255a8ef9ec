//! What a channel needs of the system.

use std::time::Instant;

use super::ChannelError;

/// Bytes to and from the other side, in order.
pub trait Transport: Send + Sync {
    /// Sends all of `bytes`; waits for room where it must.
    ///
    /// # Errors
    /// [`ChannelError::Closed`], [`ChannelError::Timeout`] or the system's refusal; some of the bytes may be gone then.
    fn send(&self, bytes: &[u8], deadline: Option<Instant>) -> Result<(), ChannelError>;

    /// Takes what has arrived, as much as `buffer` holds, without waiting; `None` when that is nothing.
    ///
    /// # Errors
    /// [`ChannelError::Closed`] when the other side is gone and all it sent was taken.
    fn receive(&self, buffer: &mut [u8]) -> Result<Option<usize>, ChannelError>;

    /// Waits, without using the processor, until there may be something to receive.
    ///
    /// # Errors
    /// [`ChannelError::Closed`] when the other side's process has ended and nothing more will come.
    fn wait(&self, deadline: Option<Instant>) -> Result<(), ChannelError>;

    /// Whether the other side is gone.
    fn is_closed(&self) -> bool;
}
