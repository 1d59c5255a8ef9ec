//! The programs under test: found beside the running test, built when cargo says they are stale.

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
    BINARY.get_or_init(|| {
        build("moonglue-cli", "moonglue").unwrap_or_else(|reason| panic!("the moonglue binary: {reason}"))
    })
}

/// `moonglue-bridge` of this machine's own width, from the same profile.
///
/// # Panics
///
/// When it cannot be built.
pub fn bridge() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        build("moonglue-bridge", "moonglue-bridge").unwrap_or_else(|reason| panic!("moonglue-bridge: {reason}"))
    })
}

/// `moonglue-bridge32`, the real 32-bit program.
///
/// `scripts/build-bridge32` decides once per test process whether it has to be built.
///
/// # Panics
///
/// When it cannot be built.
pub fn bridge32() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| build32().unwrap_or_else(|reason| panic!("moonglue-bridge32: {reason}")))
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

fn build32() -> Result<PathBuf, String> {
    let profile_dir = profile_dir();
    let target_dir = profile_dir.parent().ok_or("the profile folder has no parent")?;
    let binary = target_dir.join("bridge32/moonglue-bridge32");
    let _lock = Lock::take(&profile_dir.join("bridge32-build.lock"));
    let stamp = Stamp::new(profile_dir.join("bridge32-build.run"));
    if stamp.is_of_this_run() && binary.exists() {
        return Ok(binary);
    }
    let script = repository().join("scripts/build-bridge32");
    let output = Command::new(&script)
        .arg("--only-32")
        .env("CARGO_TARGET_DIR", target_dir)
        // Cargo's own variables would have it build for this test.
        .env_remove("RUSTC")
        .env_remove("RUSTFLAGS")
        .output()
        .map_err(|error| format!("cannot start {}: {error}", script.display()))?;
    if !output.status.success() {
        return Err(format!("{} failed:\n{}", script.display(), String::from_utf8_lossy(&output.stderr)));
    }
    stamp.set()?;
    Ok(binary)
}

/// Remembers, in a file, the run of nextest that built something: it runs each test in a process of its own, and the first
/// one of a run builds for all.
struct Stamp {
    file: PathBuf,
    run: Option<String>,
}

impl Stamp {
    fn new(file: PathBuf) -> Stamp {
        Stamp { file, run: env::var("NEXTEST_RUN_ID").ok() }
    }

    fn is_of_this_run(&self) -> bool {
        self.run.as_ref().is_some_and(|run| fs::read_to_string(&self.file).is_ok_and(|seen| seen == *run))
    }

    fn set(&self) -> Result<(), String> {
        let Some(run) = &self.run else { return Ok(()) };
        fs::write(&self.file, run).map_err(|error| format!("cannot write {}: {error}", self.file.display()))
    }
}

fn build(package: &str, program: &str) -> Result<PathBuf, String> {
    let profile_dir = profile_dir();
    let binary = profile_dir.join(format!("{program}{}", env::consts::EXE_SUFFIX));
    let target_dir = profile_dir.parent().ok_or("the profile folder has no parent")?;
    let profile = match profile_dir.file_name().and_then(|name| name.to_str()) {
        Some("debug") => "dev",
        Some(name) => name,
        None => return Err("the profile folder has no name".to_owned()),
    };

    let _lock = Lock::take(&profile_dir.join(format!("{program}-build.lock")));
    let stamp = Stamp::new(profile_dir.join(format!("{program}-build.run")));
    if stamp.is_of_this_run() && binary.exists() {
        return Ok(binary);
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--quiet", "--package", package, "--profile", profile, "--target-dir"])
        .arg(target_dir)
        .current_dir(repository())
        .output()
        .map_err(|error| format!("cannot start cargo: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo build failed:\n{}", String::from_utf8_lossy(&output.stderr)));
    }
    stamp.set()?;
    Ok(binary)
}
