//! The C and C++ libraries that scripts call, compiled from `tests/native`.
//!
//! `native/calls.c` becomes `libcalls.so`, and in a folder of its own the same for 32 bits. A first line `// depends: gone` links the library against
//! `native/elsewhere/gone.c`, which is built where no loader looks: a missing dependency made to order.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::binary::profile_dir;
use crate::lock::Lock;

const FLAGS: &[&str] = &["-O2", "-g", "-fPIC", "-shared", "-Wall", "-Wextra", "-Wno-psabi", "-pthread"];

/// The folder of the compiled fixtures.
///
/// # Panics
///
/// When a compiler is missing or refuses a fixture, with the compiler's text.
pub fn fixtures() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| built("fixtures", &[]))
}

/// The folder of the same libraries as 32-bit ones.
///
/// # Panics
///
/// As for [`fixtures`].
pub fn fixtures32() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| built("fixtures32", &["-m32"]))
}

fn built(folder: &str, width: &[&str]) -> PathBuf {
    let flags = [FLAGS, width].concat();
    Build { folder: profile_dir().join(folder), flags, same_flags: false }
        .all()
        .unwrap_or_else(|reason| panic!("{folder}: {reason}"))
}

/// All fixtures, built the same way.
struct Build<'a> {
    folder: PathBuf,
    flags: Vec<&'a str>,
    /// Whether what is there was built with these flags.
    same_flags: bool,
}

impl Build<'_> {
    fn all(mut self) -> Result<PathBuf, String> {
        let _lock = Lock::take(&self.folder.join("build.lock"));
        // Other flags make other libraries: what was built with them is stale.
        let flags_file = self.folder.join("flags");
        let flags = self.flags.join(" ");
        self.same_flags = fs::read_to_string(&flags_file).is_ok_and(|seen| seen == flags);

        let native = Path::new(env!("CARGO_MANIFEST_DIR")).join("native");
        for source in sources(&native)? {
            let text = fs::read_to_string(&source).map_err(|error| format!("{}: {error}", source.display()))?;
            let mut extra = Vec::new();
            if let Some(dependency) = text.lines().next().and_then(|line| line.strip_prefix("// depends: ")) {
                let elsewhere = self.folder.join("elsewhere");
                let dependency_source = native.join("elsewhere").join(format!("{}.c", dependency.trim()));
                self.one(&dependency_source, &elsewhere, &[])?;
                extra.push(format!("-L{}", elsewhere.display()));
                extra.push("-Wl,--no-as-needed".to_owned());
                extra.push(format!("-l{}", dependency.trim()));
            }
            self.one(&source, &self.folder, &extra)?;
        }
        fs::write(&flags_file, flags).map_err(|error| format!("{}: {error}", flags_file.display()))?;
        Ok(self.folder)
    }

    fn one(&self, source: &Path, folder: &Path, extra: &[String]) -> Result<(), String> {
        let stem = source.file_stem().and_then(OsStr::to_str).ok_or("a fixture without a name")?;
        let library = folder.join(format!("lib{stem}.so"));
        if self.same_flags && is_newer(&library, source) {
            return Ok(());
        }
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let compiler = if source.extension() == Some(OsStr::new("cpp")) { "g++" } else { "gcc" };
        compile(compiler, source, &library, &self.flags, extra)
    }
}

fn sources(native: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(native).map_err(|error| format!("{}: {error}", native.display()))?;
    let mut sources: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| matches!(path.extension().and_then(OsStr::to_str), Some("c" | "cpp")))
        .collect();
    sources.sort();
    Ok(sources)
}

/// Compiles one source; the result appears under its name only when it is whole.
///
/// # Errors
///
/// The compiler's own text, or why it could not be started.
pub fn compile(compiler: &str, source: &Path, output: &Path, flags: &[&str], extra: &[String]) -> Result<(), String> {
    let unfinished = output.with_extension("unfinished");
    let result = Command::new(compiler)
        .args(flags)
        .arg("-o")
        .arg(&unfinished)
        .arg(source)
        .args(extra)
        .output()
        .map_err(|error| format!("cannot start {compiler} (scripts/test installs it): {error}"))?;
    if !result.status.success() {
        let text = String::from_utf8_lossy(&result.stderr);
        return Err(format!("{compiler} refused {}:\n{text}", source.display()));
    }
    fs::rename(&unfinished, output).map_err(|error| format!("{}: {error}", output.display()))
}

fn is_newer(product: &Path, source: &Path) -> bool {
    let modified = |path: &Path| fs::metadata(path).and_then(|meta| meta.modified()).ok();
    matches!((modified(product), modified(source)), (Some(product), Some(source)) if product > source)
}
