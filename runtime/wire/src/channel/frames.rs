//! Frames: length (`u32`, little-endian), thread (`u32`), message.

use std::sync::Arc;
use std::time::Instant;

use serde::Serialize;

use super::{ChannelError, Transport};
use crate::{Error, MAX_MESSAGE, encode};

/// Bytes in front of a message.
const HEADER: usize = 8;

/// How much is asked of the transport at a time; memory for a message grows no faster than it arrives.
const CHUNK: usize = 64 << 10;

/// What is kept of a buffer that a large message has filled.
const KEEP: usize = 1 << 20;

/// The sending half.
pub struct Sender {
    transport: Arc<dyn Transport>,
    buffer: Vec<u8>,
}

impl Sender {
    /// Sends over `transport`.
    pub fn new(transport: Arc<dyn Transport>) -> Sender {
        Sender { transport, buffer: Vec::new() }
    }

    /// Sends one message, to or from that thread of the bridge.
    ///
    /// # Errors
    /// [`ChannelError::Message`] for a message that is too long, of which nothing was sent. After any other error the channel
    /// is of no more use.
    pub fn send<M: Serialize>(
        &mut self,
        thread: u32,
        message: &M,
        deadline: Option<Instant>,
    ) -> Result<(), ChannelError> {
        self.buffer.clear();
        self.buffer.extend_from_slice(&[0; HEADER]);
        encode(message, &mut self.buffer)?;
        let len = (self.buffer.len() - HEADER) as u32;
        self.buffer[..4].copy_from_slice(&len.to_le_bytes());
        self.buffer[4..HEADER].copy_from_slice(&thread.to_le_bytes());
        let sent = self.transport.send(&self.buffer, deadline);
        self.buffer.shrink_to(KEEP);
        sent
    }
}

/// The receiving half.
pub struct Receiver {
    transport: Arc<dyn Transport>,
    /// What has arrived and was not taken: `start..end` of it.
    pending: Vec<u8>,
    start: usize,
    end: usize,
}

impl Receiver {
    /// Receives over `transport`.
    pub fn new(transport: Arc<dyn Transport>) -> Receiver {
        Receiver { transport, pending: vec![0; CHUNK], start: 0, end: 0 }
    }

    /// Waits for a message, puts its bytes into `message` and gives the thread of the bridge it is for or from.
    ///
    /// # Errors
    /// [`ChannelError::Timeout`] after the deadline; what had arrived of a message is kept, and receiving may go on. After any
    /// other error the channel is of no more use.
    pub fn receive(&mut self, message: &mut Vec<u8>, deadline: Option<Instant>) -> Result<u32, ChannelError> {
        loop {
            if let Some(thread) = self.take(message)? {
                return Ok(thread);
            }
            self.fill(deadline)?;
        }
    }

    /// The next message, when it is there as a whole.
    ///
    /// # Errors
    /// As for [`Receiver::receive`], but for the timeout.
    pub fn try_receive(&mut self, message: &mut Vec<u8>) -> Result<Option<u32>, ChannelError> {
        loop {
            if let Some(thread) = self.take(message)? {
                return Ok(Some(thread));
            }
            if !self.fill_now()? {
                return Ok(None);
            }
        }
    }

    fn take(&mut self, message: &mut Vec<u8>) -> Result<Option<u32>, ChannelError> {
        let Some((header, rest)) = self.pending[self.start..self.end].split_at_checked(HEADER) else {
            return Ok(None);
        };
        let len = u32::from_le_bytes([header[0], header[1], header[2], header[3]]) as usize;
        let thread = u32::from_le_bytes([header[4], header[5], header[6], header[7]]);
        if len > MAX_MESSAGE {
            return Err(Error::TooLong { len: len as u64, limit: MAX_MESSAGE }.into());
        }
        let Some(body) = rest.get(..len) else { return Ok(None) };
        message.clear();
        message.extend_from_slice(body);
        self.start += HEADER + len;
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
            if self.pending.len() > KEEP {
                self.pending.truncate(CHUNK);
                self.pending.shrink_to_fit();
            }
        }
        Ok(Some(thread))
    }

    fn fill(&mut self, deadline: Option<Instant>) -> Result<(), ChannelError> {
        while !self.fill_now()? {
            self.transport.wait(deadline)?;
        }
        Ok(())
    }

    /// Takes what has arrived; says whether that was anything.
    fn fill_now(&mut self) -> Result<bool, ChannelError> {
        if self.start > 0 {
            self.pending.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        if self.end == self.pending.len() {
            self.pending.resize(self.end * 2, 0);
        }
        let arrived = self.transport.receive(&mut self.pending[self.end..])?;
        self.end += arrived.unwrap_or(0);
        Ok(arrived.is_some())
    }
}
