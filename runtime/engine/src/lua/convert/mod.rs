//! Values between Lua and C memory: one table of conversions, used by fields, elements, `.value`, arguments, results and
//! callbacks alike.

mod integer;
mod plain;
mod pointers;
mod read;
mod scalar;
mod wide;
mod write;

pub(crate) use integer::{Mode, integer_in_range, wide_integer};
pub(crate) use plain::Plain;
pub(crate) use pointers::{Role, pointer_target};
pub(crate) use read::{is_no_address, require_address, require_not_null, wide_unit};
pub(crate) use scalar::{complex_parts, store_float, store_integer};
pub(crate) use scalar::{load_float, load_integer};
pub(crate) use wide::{decode_units, encode_units};
