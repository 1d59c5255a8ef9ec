//! Sending frames: length (`u32`, little-endian), thread (`u32`), message.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::ring::{MOST, RingWriter};
use super::{ChannelError, Transport};
use crate::encode;
use crate::shared::{Control, RingPlace};

/// Bytes in front of a message.
pub(super) const HEADER: usize = 8;

/// A frame with this length and no message only wakes the receiver.
pub(super) const DOORBELL: u32 = u32::MAX;

/// What is kept of a buffer that a large message has filled.
pub(super) const KEEP: usize = 1 << 20;

/// Between two looks at a ring that is full.
const REST: Duration = Duration::from_micros(200);

/// The sending half.
pub struct Sender {
    transport: Arc<dyn Transport>,
    ring: Option<RingWriter>,
    buffer: Vec<u8>,
}

impl Sender {
    /// Sends over `transport`.
    pub fn new(transport: Arc<dyn Transport>) -> Sender {
        Sender { transport, ring: None, buffer: Vec::new() }
    }

    /// From now on frames go through the ring at `place` where they fit.
    pub(super) fn use_ring(&mut self, control: &Control, place: RingPlace) {
        self.ring = Some(RingWriter::new(control.mapping(), place));
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
        let sent = self.send_buffer(deadline);
        if self.buffer.capacity() > KEEP {
            self.buffer = Vec::new();
        }
        sent
    }

    fn send_buffer(&mut self, deadline: Option<Instant>) -> Result<(), ChannelError> {
        let Some(ring) = &mut self.ring else {
            return self.transport.send(&self.buffer, deadline);
        };
        let transport = &*self.transport;
        if self.buffer.len() > MOST {
            when_there_is_room(transport, deadline, || ring.push_elsewhere())?;
            return transport.send(&self.buffer, deadline);
        }
        when_there_is_room(transport, deadline, || ring.push(&self.buffer))?;
        if ring.must_wake() {
            let mut doorbell = [0; HEADER];
            doorbell[..4].copy_from_slice(&DOORBELL.to_le_bytes());
            transport.send(&doorbell, deadline)?;
        }
        Ok(())
    }
}

/// Pushes, again and again until there is room. A ring is full only when hundreds of threads call back at once.
fn when_there_is_room(
    transport: &dyn Transport,
    deadline: Option<Instant>,
    mut push: impl FnMut() -> Result<bool, ChannelError>,
) -> Result<(), ChannelError> {
    while !push()? {
        if transport.is_closed() {
            return Err(ChannelError::Closed);
        }
        if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            return Err(ChannelError::Timeout);
        }
        std::thread::sleep(REST);
    }
    Ok(())
}
