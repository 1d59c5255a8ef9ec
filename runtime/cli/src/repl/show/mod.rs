//! Values as text: what the prompt prints for a result.

mod hexdump;
mod layout;
mod scalar;
mod values;

pub(crate) use hexdump::hexdump;
pub(crate) use scalar::is_identifier;
pub(crate) use values::{Limits, Show};
