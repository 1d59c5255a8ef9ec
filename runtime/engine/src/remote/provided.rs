//! Bridges that the program brings along.

use std::sync::OnceLock;

/// Bridges that a program has in itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct BridgePrograms {
    /// The whole file of `moonglue-bridge32`, which is run from memory.
    pub embedded32: Option<&'static [u8]>,
    /// The argument that makes this very program a bridge of its own width: it serves before it does anything else.
    pub own_argument: Option<&'static str>,
}

static PROVIDED: OnceLock<BridgePrograms> = OnceLock::new();

/// Says which bridges this program brings along. The first call counts.
pub fn provide_bridges(programs: BridgePrograms) {
    // The first one stays.
    let _ = PROVIDED.set(programs);
}

pub(super) fn provided() -> BridgePrograms {
    PROVIDED.get().copied().unwrap_or_default()
}
