//! Receiving frames.

use std::sync::Arc;
use std::time::Instant;

use super::patience::Patience;
use super::ring::{Popped, RingReader};
use super::sender::{DOORBELL, HEADER, KEEP};
use super::{ChannelError, Transport};
use crate::shared::{Control, RingPlace};
use crate::{Error, MAX_MESSAGE};

/// How much is asked of the transport at a time; memory for a message grows no faster than it arrives.
const CHUNK: usize = 64 << 10;

/// The receiving half.
pub struct Receiver {
    transport: Arc<dyn Transport>,
    ring: Option<RingReader>,
    /// Whether the ring said that the next message comes over the transport.
    elsewhere: bool,
    patience: Patience,
    /// What has arrived over the transport and was not taken: `start..end` of it.
    pending: Vec<u8>,
    start: usize,
    end: usize,
}

impl Receiver {
    /// Receives over `transport`.
    pub fn new(transport: Arc<dyn Transport>) -> Receiver {
        let patience = Patience::new();
        Receiver { transport, ring: None, elsewhere: false, patience, pending: vec![0; CHUNK], start: 0, end: 0 }
    }

    /// From now on frames come through the ring at `place`, unless it says otherwise.
    pub(super) fn use_ring(&mut self, control: &Control, place: RingPlace) {
        self.ring = Some(RingReader::new(control.mapping(), place));
    }

    /// Waits for a message, puts its bytes into `message` and gives the thread of the bridge it is for or from.
    ///
    /// # Errors
    /// [`ChannelError::Timeout`] after the deadline; what had arrived of a message is kept, and receiving may go on. After any
    /// other error the channel is of no more use.
    #[inline]
    pub fn receive(&mut self, message: &mut Vec<u8>, deadline: Option<Instant>) -> Result<u32, ChannelError> {
        loop {
            if let Some(thread) = self.take(message)? {
                return Ok(thread);
            }
            let waited = self.wait(deadline);
            // What the other side said before it went away is still heard.
            if waited.is_err()
                && let Some(thread) = self.take(message)?
            {
                return Ok(thread);
            }
            waited?;
        }
    }

    /// The next message, when it is there as a whole; does not wait.
    ///
    /// # Errors
    /// As for [`Receiver::receive`], but for the timeout.
    pub fn try_receive(&mut self, message: &mut Vec<u8>) -> Result<Option<u32>, ChannelError> {
        loop {
            if let Some(thread) = self.take(message)? {
                return Ok(Some(thread));
            }
            match self.fill() {
                Ok(true) => {}
                Ok(false) => return Ok(None),
                // What the other side said before it went away is still heard.
                Err(error) => return self.take(message)?.map_or(Err(error), |thread| Ok(Some(thread))),
            }
        }
    }

    /// The next message, when it has arrived.
    fn take(&mut self, message: &mut Vec<u8>) -> Result<Option<u32>, ChannelError> {
        if !self.elsewhere
            && let Some(ring) = &mut self.ring
        {
            match ring.pop(message)? {
                Popped::Message(thread) => return Ok(Some(thread)),
                Popped::Elsewhere => self.elsewhere = true,
                Popped::Nothing => {
                    // The ring speaks before the transport does.
                    return if self.skip_doorbells() {
                        Err(ChannelError::Broken("a frame that the ring did not announce".to_owned()))
                    } else {
                        Ok(None)
                    };
                }
            }
        }
        self.skip_doorbells();
        let taken = self.take_pending(message)?;
        self.elsewhere &= taken.is_none();
        Ok(taken)
    }

    /// Takes a frame from what has arrived over the transport.
    fn take_pending(&mut self, message: &mut Vec<u8>) -> Result<Option<u32>, ChannelError> {
        let Some((len, thread)) = self.header() else { return Ok(None) };
        let len = len as usize;
        if len > MAX_MESSAGE {
            return Err(Error::TooLong { len: len as u64, limit: MAX_MESSAGE }.into());
        }
        let Some(body) = self.pending[self.start + HEADER..self.end].get(..len) else { return Ok(None) };
        message.clear();
        message.extend_from_slice(body);
        self.consume(HEADER + len);
        Ok(Some(thread))
    }

    /// Passes over what was only meant to wake; says whether a frame, or its beginning, follows.
    fn skip_doorbells(&mut self) -> bool {
        while self.ring.is_some()
            && let Some((DOORBELL, _)) = self.header()
        {
            self.consume(HEADER);
        }
        self.end - self.start >= HEADER
    }

    /// Length and thread of the frame that has begun to arrive.
    fn header(&self) -> Option<(u32, u32)> {
        let [a, b, c, d, thread @ ..] = *self.pending[self.start..self.end].first_chunk::<HEADER>()?;
        Some((u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes(thread)))
    }

    fn consume(&mut self, len: usize) {
        self.start += len;
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
            if self.pending.len() > KEEP {
                self.pending = vec![0; CHUNK];
            }
        }
    }

    /// Waits until something has come: first looking, then asleep.
    #[inline]
    fn wait(&mut self, deadline: Option<Instant>) -> Result<(), ChannelError> {
        match &self.ring {
            Some(ring) if !self.elsewhere => {
                if self.patience.look(|| ring.has_some()) {
                    return Ok(());
                }
                self.sleep(deadline)
            }
            _ => {
                let mut patience = self.patience;
                let found = patience.look_slowly(|| self.fill());
                self.patience = patience;
                if !found? && !self.fill()? {
                    self.transport.wait(deadline)?;
                    self.fill()?;
                }
                Ok(())
            }
        }
    }

    /// Sleeps until the ring is written to, or something comes over the transport.
    #[cold]
    fn sleep(&mut self, deadline: Option<Instant>) -> Result<(), ChannelError> {
        let Some(ring) = &self.ring else { return Ok(()) };
        if !ring.fall_asleep() {
            return Ok(());
        }
        let waited = self.transport.wait(deadline);
        ring.wake_up();
        waited?;
        self.fill()?;
        Ok(())
    }

    /// Takes what has arrived over the transport; says whether that was anything.
    fn fill(&mut self) -> Result<bool, ChannelError> {
        if self.start > 0 {
            self.pending.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        if self.end == self.pending.len() {
            // Doubled, but not beyond the frame that is arriving.
            let whole = self.header().map_or(usize::MAX, |(len, _)| (len as usize).saturating_add(HEADER));
            self.pending.resize((self.end * 2).min(whole.max(self.end + HEADER)), 0);
        }
        let arrived = self.transport.receive(&mut self.pending[self.end..])?;
        self.end += arrived.unwrap_or(0);
        Ok(arrived.is_some())
    }
}
