//! What can go wrong on a channel.

use std::io;

use crate::Error;

/// Why a message was not sent or received.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChannelError {
    /// The other side is gone.
    #[error("the other side has closed the channel")]
    Closed,
    /// The time allowed has passed.
    #[error("the time allowed has passed")]
    Timeout,
    /// This side was asked to stop.
    #[error("stopped while waiting for the other side")]
    Stopped,
    /// The other side sent something that is not part of the conversation.
    #[error("the other side broke the protocol: {0}")]
    Broken(String),
    /// The other side is of another version, or another program.
    #[error("the other side does not fit: {0}")]
    Mismatch(String),
    /// Not a message.
    #[error("the other side broke the protocol: {0}")]
    Message(#[from] Error),
    /// The system refused.
    #[error("the channel failed: {0}")]
    Io(#[from] io::Error),
}
