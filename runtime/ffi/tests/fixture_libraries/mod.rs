//! Libraries built for one test with the system's C compiler, in a folder of their own.

use std::path::{Path, PathBuf};
use std::process::Command;

use moonglue_ffi::{Library, LoadError, OpenRequest};
use tempfile::TempDir;

pub(crate) struct Workshop {
    folder: TempDir,
}

impl Workshop {
    pub(crate) fn new() -> Self {
        Workshop { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder().join(file)
    }

    pub(crate) fn write(&self, file: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Builds a shared library from C source, or C++ source when its name ends so; `$DIR` in options is the folder.
    pub(crate) fn library(&self, file: &str, source: &str, options: &[&str]) -> PathBuf {
        let (path, output) = self.compile(file, source, options);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        path
    }

    pub(crate) fn compile(&self, file: &str, source: &str, options: &[&str]) -> (PathBuf, std::process::Output) {
        let c = self.write(&format!("{file}.{}", if file.ends_with(".cpp") { "cpp" } else { "c" }), source);
        let path = self.path(file);
        let folder = self.folder();
        let options = options.iter().map(|option| option.replace("$DIR", folder.to_str().unwrap()));
        let width = if cfg!(target_arch = "x86") { "-m32" } else { "-O1" };
        let output =
            Command::new("cc").args([width, "-shared", "-fPIC", "-o"]).arg(&path).arg(&c).args(options).output();
        (path, output.expect("a C compiler named cc"))
    }
}

/// A library for this family of processors, but of the other width; `None`, with a visible reason, without a compiler.
pub(crate) fn other_width(workshop: &Workshop, file: &str) -> Option<PathBuf> {
    let width = if cfg!(target_pointer_width = "64") { "-m32" } else { "-m64" };
    let (path, output) = workshop.compile(file, "int f(void) { return 1; }", &[width, "-nostdlib"]);
    if output.status.success() {
        return Some(path);
    }
    println!("not tested: cc does not take {width} here (on Debian: gcc-multilib)");
    None
}

pub(crate) fn open(path: &Path) -> Result<Library, LoadError> {
    open_name(path.to_str().unwrap())
}

pub(crate) fn open_name(name: &str) -> Result<Library, LoadError> {
    // SAFETY: the tests load what they built and libraries of the system.
    unsafe { Library::open(&OpenRequest::any(Some(name))) }
}
