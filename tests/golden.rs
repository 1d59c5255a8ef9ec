//! One test per script below `lua/`, each run by the real binary in a process of its own. Scripts that call libraries run
//! twice more, with all of them in a bridge of the same width and in a 32-bit bridge, and must do the same. So must all that
//! touches C's memory or functions on each path that calls can take.

use std::fmt;
use std::path::Path;

use moonglue_tests::golden::{self, Place};

fn script(path: &Path) -> datatest_stable::Result<()> {
    check(path, Place::AsWritten)
}

fn isolated(path: &Path) -> datatest_stable::Result<()> {
    check(path, Place::Isolated)
}

fn bridge32(path: &Path) -> datatest_stable::Result<()> {
    check(path, Place::ThirtyTwo)
}

fn through_api(path: &Path) -> datatest_stable::Result<()> {
    check(path, Place::ThroughApi)
}

fn generated(path: &Path) -> datatest_stable::Result<()> {
    check(path, Place::Generated)
}

fn check(path: &Path, place: Place) -> datatest_stable::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("lua");
    let path = root.parent().expect("lua lies in tests").join(path);
    golden::check(&root, &path, place).map_err(|text| Plain(text).into())
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
    { test = through_api, root = "lua", pattern = r"(arrays|bitfields|buffers|byvalue|callbacks|errors|functions|libraries|lifetimes|memory|misuse|pointers|structs|types|unions)/.*\.lua$" },
    { test = generated, root = "lua", pattern = r"(arrays|bitfields|buffers|byvalue|callbacks|errors|functions|libraries|lifetimes|memory|misuse|pointers|structs|types|unions)/.*\.lua$" },
    { test = isolated, root = "lua", pattern = r"(byvalue|callbacks|functions|lifetimes|memory|pointers|structs|bitfields|buffers|libraries)/.*\.lua$" },
    { test = bridge32, root = "lua", pattern = r"(byvalue|callbacks|functions|lifetimes|memory|pointers|structs|bitfields|buffers|libraries)/.*\.lua$" },
}
