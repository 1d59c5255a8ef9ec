//! Shared helpers of the test drivers: the binary under test, compiled fixtures, golden scripts,
//! snippets of the documentation.

pub mod binary;
pub mod fixtures;
pub mod golden;
pub mod lock;
pub mod process;
pub mod records;
pub mod script;
pub mod signatures;
pub mod snippets;

// The Rust blocks of the documentation compile and run as these items' doc tests.
#[cfg(doctest)]
mod rust_blocks {
    #[doc = include_str!("../../README.md")]
    struct Readme;

    #[doc = include_str!("../../docs/guide/embedding.md")]
    struct Embedding;
}
