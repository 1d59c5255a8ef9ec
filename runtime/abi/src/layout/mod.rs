//! Placing the fields of structs and unions.
//!
//! Each rule set turns [`Member`](member::Member)s into bit positions; [`compute`] turns positions into offsets and storage
//! units that a reader can use.

mod compute;
mod member;
mod ms;
mod places;
mod sysv;

pub(crate) use compute::lay_out;
pub use places::{BitPlace, FieldLayout, RecordLayout};
