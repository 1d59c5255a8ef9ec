//! One test per script below `lua/`, each run by the real binary in a process of its own.

use std::path::Path;

use moonglue_tests::golden;

fn script(path: &Path) -> datatest_stable::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("lua");
    golden::check(&root, &root.parent().expect("lua lies in tests").join(path)).map_err(Into::into)
}

datatest_stable::harness! {
    { test = script, root = "lua", pattern = r".*\.lua$" },
}
