//! A ring of frames in shared memory, with one writer and one reader.
//!
//! Positions count bytes and wrap around at 32 bits. Each side keeps its own in private and only publishes it; what the
//! other side publishes is checked against it, so that a peer gone astray can spoil the conversation but nothing else.

use std::sync::Arc;
use std::sync::atomic::{Ordering, fence};

use super::ChannelError;
use crate::shared::{Mapping, RING_SIZE, RingPlace};

/// Length and thread, as in frames on a transport.
const HEADER: usize = 8;

/// Frames begin on multiples of this.
const ALIGN: usize = 8;

/// In the place of a length: the next message comes over the transport, being too large for here.
const ELSEWHERE: u32 = u32::MAX;

/// The largest frame that goes through a ring.
pub(super) const MOST: usize = RING_SIZE / 2;

/// The writing end.
pub(super) struct RingWriter {
    memory: Arc<Mapping>,
    place: RingPlace,
    tail: u32,
}

/// The reading end.
pub(super) struct RingReader {
    memory: Arc<Mapping>,
    place: RingPlace,
    head: u32,
}

/// What was in a ring.
pub(super) enum Popped {
    /// A message for or from that thread.
    Message(u32),
    /// The sign that the next message comes over the transport.
    Elsewhere,
    /// Nothing.
    Nothing,
}

impl RingWriter {
    pub(super) fn new(memory: Arc<Mapping>, place: RingPlace) -> RingWriter {
        RingWriter { memory, place, tail: 0 }
    }

    /// Puts a frame in, its header included; `false` when there is no room for it now.
    pub(super) fn push(&mut self, frame: &[u8]) -> Result<bool, ChannelError> {
        let head = self.memory.word(self.place.head).load(Ordering::Acquire);
        let used = self.tail.wrapping_sub(head) as usize;
        let room = RING_SIZE.checked_sub(used).ok_or_else(|| broken("its reader is ahead of the writer"))?;
        let taken = frame.len().next_multiple_of(ALIGN);
        if taken > room {
            return Ok(false);
        }
        let at = self.tail as usize % RING_SIZE;
        let (first, second) = frame.split_at(frame.len().min(RING_SIZE - at));
        self.memory.write(self.place.data + at, first);
        self.memory.write(self.place.data, second);
        self.tail = self.tail.wrapping_add(taken as u32);
        self.memory.word(self.place.tail).store(self.tail, Ordering::Release);
        Ok(true)
    }

    /// Puts in the sign that the next message comes over the transport.
    pub(super) fn push_elsewhere(&mut self) -> Result<bool, ChannelError> {
        let mut sign = [0; HEADER];
        sign[..4].copy_from_slice(&ELSEWHERE.to_le_bytes());
        self.push(&sign)
    }

    /// Whether the reader has gone to sleep and must be woken. Asked after a push; it says so once.
    pub(super) fn must_wake(&self) -> bool {
        let sleeping = self.memory.word(self.place.sleeping);
        // Pairs with the fence in `fall_asleep`: either the reader sees what was pushed, or this sees that it sleeps.
        fence(Ordering::SeqCst);
        sleeping.load(Ordering::Relaxed) != 0 && sleeping.swap(0, Ordering::AcqRel) != 0
    }
}

impl RingReader {
    pub(super) fn new(memory: Arc<Mapping>, place: RingPlace) -> RingReader {
        RingReader { memory, place, head: 0 }
    }

    /// Whether something is in it.
    #[inline]
    pub(super) fn has_some(&self) -> bool {
        self.memory.word(self.place.tail).load(Ordering::Acquire) != self.head
    }

    /// Takes a frame out, its message into `message`.
    pub(super) fn pop(&mut self, message: &mut Vec<u8>) -> Result<Popped, ChannelError> {
        let tail = self.memory.word(self.place.tail).load(Ordering::Acquire);
        let there = tail.wrapping_sub(self.head) as usize;
        if there == 0 {
            return Ok(Popped::Nothing);
        }
        if there > RING_SIZE || !there.is_multiple_of(ALIGN) {
            return Err(broken("its writer is out of bounds"));
        }
        let mut header = [0; HEADER];
        self.copy(0, &mut header);
        let [a, b, c, d, thread @ ..] = header;
        let (len, thread) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes(thread));
        if len == ELSEWHERE {
            self.advance(HEADER);
            return Ok(Popped::Elsewhere);
        }
        let whole = HEADER + len as usize;
        if len as usize > MOST || whole.next_multiple_of(ALIGN) > there {
            return Err(broken("a frame reaches beyond what was written"));
        }
        message.clear();
        message.resize(len as usize, 0);
        self.copy(HEADER, message);
        self.advance(whole.next_multiple_of(ALIGN));
        Ok(Popped::Message(thread))
    }

    /// Announces that the reader is about to block; `false` when something has come, so that it must not.
    pub(super) fn fall_asleep(&self) -> bool {
        self.memory.word(self.place.sleeping).store(1, Ordering::Relaxed);
        fence(Ordering::SeqCst);
        let asleep = !self.has_some();
        if !asleep {
            self.wake_up();
        }
        asleep
    }

    /// Takes that back.
    pub(super) fn wake_up(&self) {
        self.memory.word(self.place.sleeping).store(0, Ordering::Relaxed);
    }

    /// Copies what lies `offset` bytes behind the head.
    fn copy(&self, offset: usize, into: &mut [u8]) {
        let at = (self.head as usize + offset) % RING_SIZE;
        let split = into.len().min(RING_SIZE - at);
        let (first, second) = into.split_at_mut(split);
        self.memory.read(self.place.data + at, first);
        self.memory.read(self.place.data, second);
    }

    fn advance(&mut self, len: usize) {
        self.head = self.head.wrapping_add(len as u32);
        self.memory.word(self.place.head).store(self.head, Ordering::Release);
    }
}

fn broken(what: &str) -> ChannelError {
    ChannelError::Broken(format!("ring: {what}"))
}
