//! What a library offers: the names other programs can use, read from the file's own tables.

mod demangle;
mod elf;
mod other;
mod table;

pub use demangle::demangle;
pub use table::{Export, ExportError, ExportKind, ExportTable, exports};
