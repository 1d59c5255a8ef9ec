//! Memory that a host and its bridge share: a file without a name, which both have open.
//!
//! It begins with the [`Control`] page and the rings; from [`ARENA_START`] on it is the host's to share out, and grows.
//! Whoever reads it takes into account that the other side may be writing: bytes are copied in and out, never referred to.

mod control;
mod crash;
mod mapping;
mod memory;
mod rings;

pub use control::Control;
pub use crash::{Crash, CrashKind, CrashRecord};
pub use mapping::Mapping;
pub use memory::SharedMemory;
pub(crate) use rings::{RING_SIZE, RingPlace, TO_BRIDGE, TO_HOST};

/// Where a window of the shared memory may begin, and what its size is a multiple of.
pub const WINDOW_ALIGN: u64 = 64 << 10;

/// What the control page and the rings take.
pub const ARENA_START: u64 = 3 * WINDOW_ALIGN;
