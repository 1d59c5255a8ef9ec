//! What the module `bridge` calls.

use super::pack::pack_values;
use super::unpack::unpack_values;
use crate::lua::error::{Kind as ErrorKind, entry, fail};
use crate::lua::module::context_of;

entry! {
    /// `pack(name, own, ...)`: the values as a string of bytes. `own`: how many of them, at the beginning, are the caller's; the
    /// others are called `name` in messages, with a number where `name` ends with a blank.
    pub(crate) fn pack(state) {
        let (Some(name), own) = (state.text(1), state.integer(2)) else {
            return fail(ErrorKind::TypeError, "pack: expected a name");
        };
        let context = context_of(state)?;
        let bytes = pack_values(state, context, 3, |number| {
            let number = (number as i64 - own).max(0) + 1;
            if name.ends_with(' ') { format!("{name}{number}") } else { name.clone() }
        })?;
        state.push_bytes(&bytes);
        Ok(1)
    }
}

entry! {
    /// `unpack(bytes)`: the values.
    pub(crate) fn unpack(state) {
        let Some(bytes) = state.bytes(1) else {
            return fail(ErrorKind::TypeError, format_args!("unpack: expected a string, got {}", state.describe(1)));
        };
        unpack_values(state, context_of(state)?, bytes)
    }
}
