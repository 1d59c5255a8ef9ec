//! The `moonglue` binary under test: found beside the running test, built when cargo says it is stale.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::lock::Lock;

/// The `moonglue` binary of the profile these tests were built with.
///
/// Cargo decides once per test run whether it has to be built.
///
/// # Panics
///
/// When it cannot be built: no test that needs it can say anything then.
pub fn moonglue() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| build().unwrap_or_else(|reason| panic!("the moonglue binary: {reason}")))
}

/// The folder of the running test's profile, `target/debug` for one.
pub fn profile_dir() -> PathBuf {
    let exe = env::current_exe().expect("a running test has a path");
    let deps = exe.parent().expect("a test lies in a folder");
    if deps.ends_with("deps") { deps.parent().expect("deps lies in the profile").to_owned() } else { deps.to_owned() }
}

/// The root of the repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the repository")
}

fn build() -> Result<PathBuf, String> {
    let profile_dir = profile_dir();
    let binary = profile_dir.join(format!("moonglue{}", env::consts::EXE_SUFFIX));
    let target_dir = profile_dir.parent().ok_or("the profile folder has no parent")?;
    let profile = match profile_dir.file_name().and_then(|name| name.to_str()) {
        Some("debug") => "dev",
        Some(name) => name,
        None => return Err("the profile folder has no name".to_owned()),
    };

    let _lock = Lock::take(&profile_dir.join("moonglue-build.lock"));
    // nextest runs each test in a process of its own; the first one of a run builds for all.
    let run = env::var("NEXTEST_RUN_ID").ok();
    let stamp = profile_dir.join("moonglue-build.run");
    if let Some(run) = &run
        && binary.exists()
        && fs::read_to_string(&stamp).is_ok_and(|seen| seen == *run)
    {
        return Ok(binary);
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--quiet", "--package", "moonglue-cli", "--profile", profile, "--target-dir"])
        .arg(target_dir)
        .current_dir(repository())
        .output()
        .map_err(|error| format!("cannot start cargo: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo build failed:\n{}", String::from_utf8_lossy(&output.stderr)));
    }
    if let Some(run) = run {
        fs::write(&stamp, run).map_err(|error| format!("cannot write {}: {error}", stamp.display()))?;
    }
    Ok(binary)
}
