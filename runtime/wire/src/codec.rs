//! Messages to bytes and back.

use serde::{Deserialize, Serialize};

use crate::Error;

/// The most bytes a message may have. What is larger goes through shared memory or in pieces.
pub const MAX_MESSAGE: usize = 1 << 30;

/// Appends the bytes of `message` to `buffer`. After an error what was in the buffer is gone.
///
/// # Errors
/// [`Error::TooLong`] beyond [`MAX_MESSAGE`].
pub fn encode<T: Serialize>(message: &T, buffer: &mut Vec<u8>) -> Result<(), Error> {
    let start = buffer.len();
    *buffer = postcard::to_extend(message, std::mem::take(buffer)).map_err(Error::Encode)?;
    let len = buffer.len() - start;
    if len > MAX_MESSAGE { Err(Error::TooLong { len: len as u64, limit: MAX_MESSAGE }) } else { Ok(()) }
}

/// The message that `bytes` are, whole and with nothing behind it.
///
/// # Errors
/// [`Error::Rubbish`] or [`Error::Trailing`] for anything else.
pub fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Error> {
    let (message, rest) = postcard::take_from_bytes(bytes).map_err(Error::Rubbish)?;
    if rest.is_empty() { Ok(message) } else { Err(Error::Trailing(rest.len())) }
}
