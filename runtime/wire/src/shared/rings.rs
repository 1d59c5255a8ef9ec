//! Where the rings are. Words that different sides write are apart, so that the processors do not fight over their lines.

use super::WINDOW_ALIGN;

/// Bytes of frames a ring holds.
pub(crate) const RING_SIZE: usize = WINDOW_ALIGN as usize;

/// One ring, in bytes from the start of the shared memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RingPlace {
    /// The word the writer publishes its position in.
    pub(crate) tail: usize,
    /// The word the reader publishes its position in.
    pub(crate) head: usize,
    /// The word that says whether the reader sleeps.
    pub(crate) sleeping: usize,
    /// The frames.
    pub(crate) data: usize,
}

/// From the host to the bridge.
pub(crate) const TO_BRIDGE: RingPlace = RingPlace { tail: 0, head: 128, sleeping: 256, data: RING_SIZE };

/// From the bridge to the host.
pub(crate) const TO_HOST: RingPlace = RingPlace { tail: 64, head: 192, sleeping: 320, data: 2 * RING_SIZE };
