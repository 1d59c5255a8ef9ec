//! Shared helpers of the test drivers: the binary under test, compiled fixtures, golden scripts,
//! snippets of the documentation.

pub mod binary;
pub mod fixtures;
pub mod golden;
pub mod lock;
pub mod process;
pub mod records;
pub mod script;
pub mod snippets;
