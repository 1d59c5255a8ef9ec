//! One test per Lua script below `examples/`, each run by the real binary; its header says what it prints.

use std::fs;
use std::path::Path;

use moonglue_tests::binary::repository;
use moonglue_tests::golden::{self, Place};

fn example(path: &Path) -> datatest_stable::Result<()> {
    let root = fs::canonicalize(repository().join("examples"))?;
    golden::check(&root, &fs::canonicalize(path)?, Place::AsWritten).map_err(Into::into)
}

datatest_stable::harness! {
    // The scripts below hosts/ belong to programs in Rust, which run them; below bridge/, the clients run the others.
    { test = example, root = "../examples", pattern = r"^(?!hosts/)(?!bridge/(?!.*/client\.lua$)).*\.lua$" },
}
