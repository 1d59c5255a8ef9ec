//! C types as plain data: what a type's size, alignment and layout are on a given target, and how a value of it travels.
//!
//! Every question takes an [`Abi`], so that one process can answer for another: a 64-bit program that drives a 32-bit
//! library computes both layouts here. Nothing in this crate touches memory; it only says where things are.
//!
//! - [`Prim`] and [`Type`] describe types, [`Record`] a struct or union with bit fields, packing and alignment.
//! - [`Record::layout`] places the fields as gcc does on that target (MS rules included).
//! - [`passing()`] and [`result_passing`] say in which kind of register or memory a value is handed over.
//! - [`Transfer`] says how a value's bytes change on the way from one target to another.
//! - [`draw()`] shows a layout as text, padding included.
#![forbid(unsafe_code)]

mod abi;
mod draw;
mod error;
mod layout;
mod passing;
mod prim;
mod record;
mod transfer;
mod types;

pub use abi::{Abi, BitRules};
pub use draw::draw;
pub use error::Error;
pub use layout::{BitPlace, FieldLayout, RecordLayout};
pub use passing::{Class, Passing, passing, result_passing};
pub use prim::{FloatRepr, Prim, Repr};
pub use record::{ByteOrder, FieldDef, Record, RecordDef, RecordKind, RecordOptions};
pub use transfer::{BitSpot, Place, Step, Transfer};
pub use types::Type;
