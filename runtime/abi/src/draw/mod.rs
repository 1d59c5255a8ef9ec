//! A record's layout drawn as text.

mod rows;
mod table;

pub use table::draw;
