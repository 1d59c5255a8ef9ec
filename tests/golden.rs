//! One test per script below `lua/`, each run by the real binary in a process of its own.

use std::fmt;
use std::path::Path;

use moonglue_tests::golden;

fn script(path: &Path) -> datatest_stable::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("lua");
    golden::check(&root, &root.parent().expect("lua lies in tests").join(path)).map_err(|text| Plain(text).into())
}

/// The runner shows errors by `Debug`, which would put a whole report on one line.
struct Plain(String);

impl fmt::Debug for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Plain {}

datatest_stable::harness! {
    { test = script, root = "lua", pattern = r".*\.lua$" },
}
