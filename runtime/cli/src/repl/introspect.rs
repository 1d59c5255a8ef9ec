//! What C objects offer, asked of the engine, which answers without running user code.

pub(crate) use moonglue::introspect::{element, member, members, notes, signature};
