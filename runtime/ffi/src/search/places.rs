//! The places the system's loader looks in, in its order.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::dynamic::read_dynamic;
use crate::search::cache::CACHE_FILE;

/// A place with libraries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A folder.
    Folder(PathBuf),
    /// A file in the format of `/etc/ld.so.cache`.
    Cache(PathBuf),
}

/// The system's name for this processor in folder names (`/usr/lib/x86_64-linux-gnu`).
const MULTIARCH: &str = if cfg!(all(target_arch = "x86_64", target_pointer_width = "64")) {
    "x86_64-linux-gnu"
} else if cfg!(target_arch = "x86_64") {
    "x86_64-linux-gnux32"
} else if cfg!(target_arch = "x86") {
    "i386-linux-gnu"
} else if cfg!(target_arch = "aarch64") {
    "aarch64-linux-gnu"
} else if cfg!(target_arch = "arm") {
    "arm-linux-gnueabihf"
} else if cfg!(target_arch = "riscv64") {
    "riscv64-linux-gnu"
} else if cfg!(target_arch = "powerpc64") {
    "powerpc64le-linux-gnu"
} else if cfg!(target_arch = "s390x") {
    "s390x-linux-gnu"
} else if cfg!(target_arch = "loongarch64") {
    "loongarch64-linux-gnu"
} else {
    ""
};

/// The folders the program's own file names.
#[derive(Default)]
struct ProgramFolders {
    rpath: Vec<PathBuf>,
    runpath: Vec<PathBuf>,
}

fn program_folders() -> &'static ProgramFolders {
    static PROGRAM: OnceLock<ProgramFolders> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let Ok(path) = std::env::current_exe() else { return ProgramFolders::default() };
        let Some(dynamic) = read_dynamic(&path) else { return ProgramFolders::default() };
        let origin = path.parent().unwrap_or(Path::new("/"));
        match (&dynamic.rpath, &dynamic.runpath) {
            (_, Some(list)) => ProgramFolders { runpath: expand(list, origin), ..ProgramFolders::default() },
            (Some(list), None) => ProgramFolders { rpath: expand(list, origin), ..ProgramFolders::default() },
            (None, None) => ProgramFolders::default(),
        }
    })
}

/// Where a library is looked for that the program itself asks for.
pub(crate) fn loader_places() -> Vec<Place> {
    let program = program_folders();
    search_path(std::slice::from_ref(&program.rpath), &program.runpath)
}

/// The folders the program's `RPATH` adds to every search that no `RUNPATH` rules.
pub(crate) fn program_rpath() -> Vec<PathBuf> {
    program_folders().rpath.clone()
}

/// The loader's order, given the `RPATH`s that apply, nearest first, and the `RUNPATH` that applies.
pub(crate) fn search_path(rpaths: &[Vec<PathBuf>], runpath: &[PathBuf]) -> Vec<Place> {
    let folders = |paths: &[PathBuf]| paths.iter().cloned().map(Place::Folder).collect::<Vec<_>>();
    let mut places: Vec<Place> = rpaths.iter().flat_map(|paths| folders(paths)).collect();
    places.extend(folders(&environment_folders()));
    places.extend(folders(runpath));
    if cfg!(all(target_os = "linux", not(target_env = "musl"))) {
        places.push(Place::Cache(CACHE_FILE.into()));
    }
    places.extend(folders(&system_folders()));
    // The same folder under two names (/lib is often a link to /usr/lib) would only be listed twice.
    let mut seen = Vec::new();
    places.retain(|place| match place {
        Place::Cache(_) => true,
        Place::Folder(folder) => {
            let real = folder.canonicalize().unwrap_or_else(|_| folder.clone());
            let new = !seen.contains(&real);
            seen.push(real);
            new
        }
    });
    places
}

fn environment_folders() -> Vec<PathBuf> {
    if cfg!(windows) || runs_privileged() {
        return Vec::new();
    }
    let variable = if cfg!(target_vendor = "apple") { "DYLD_LIBRARY_PATH" } else { "LD_LIBRARY_PATH" };
    let Some(value) = std::env::var_os(variable).filter(|value| !value.is_empty()) else { return Vec::new() };
    let origin = std::env::current_exe().ok().and_then(|path| path.parent().map(Path::to_path_buf)).unwrap_or_default();
    expand(&value.to_string_lossy(), &origin)
}

/// Whether the process runs with more rights than its user: the loader then ignores the environment.
fn runs_privileged() -> bool {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        // SAFETY: reads one number of the process's start-up data; it has no preconditions.
        unsafe { libc::getauxval(libc::AT_SECURE) != 0 }
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    false
}

/// The folders of a path list, with the loader's `$ORIGIN`, `$LIB` and `$PLATFORM` replaced. An empty item is the
/// current folder.
pub(crate) fn expand(list: &str, origin: &Path) -> Vec<PathBuf> {
    let library = if cfg!(target_pointer_width = "64") && MULTIARCH.is_empty() {
        "lib64".to_owned()
    } else {
        format!("lib/{MULTIARCH}")
    };
    let tokens = [
        ("ORIGIN", origin.to_string_lossy().into_owned()),
        ("LIB", library),
        ("PLATFORM", std::env::consts::ARCH.to_owned()),
    ];
    let folder = |item: &str| {
        let mut item = item.to_owned();
        for (token, value) in &tokens {
            item = item.replace(&format!("${{{token}}}"), value).replace(&format!("${token}"), value);
        }
        PathBuf::from(if item.is_empty() { ".".to_owned() } else { item })
    };
    list.split([':', ';']).map(folder).collect()
}

fn system_folders() -> Vec<PathBuf> {
    if cfg!(target_vendor = "apple") {
        return ["/usr/local/lib", "/opt/homebrew/lib", "/usr/lib"].map(PathBuf::from).to_vec();
    }
    if cfg!(windows) {
        return Vec::new();
    }
    if cfg!(target_env = "musl") {
        let file = format!("/etc/ld-musl-{}.path", std::env::consts::ARCH);
        return musl_folders(std::fs::read_to_string(file).ok().as_deref());
    }
    let mut folders = Vec::new();
    if !MULTIARCH.is_empty() {
        folders.extend(["/lib", "/usr/lib"].map(|root| Path::new(root).join(MULTIARCH)));
    }
    let wide: &[&str] = if cfg!(target_pointer_width = "64") { &["/lib64", "/usr/lib64"] } else { &[] };
    let usual = ["/lib", "/usr/lib", "/usr/local/lib"];
    folders.extend(wide.iter().chain(&usual).map(PathBuf::from));
    folders
}

/// musl's list: one folder a line, or separated by colons.
fn musl_folders(file: Option<&str>) -> Vec<PathBuf> {
    let list = file.unwrap_or("/lib:/usr/local/lib:/usr/lib");
    list.split([':', '\n']).filter(|item| !item.is_empty()).map(PathBuf::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loaders_words_are_replaced() {
        let paths = expand("$ORIGIN/../lib:${ORIGIN};/a", Path::new("/opt/x"));
        assert_eq!(paths, [Path::new("/opt/x/../lib"), Path::new("/opt/x"), Path::new("/a")]);
        assert_eq!(expand("", Path::new("/")), [Path::new(".")]);
    }

    #[test]
    fn musls_file_has_lines_or_colons() {
        assert_eq!(musl_folders(Some("/a\n/b:/c\n")), ["/a", "/b", "/c"].map(PathBuf::from));
        assert_eq!(musl_folders(None), ["/lib", "/usr/local/lib", "/usr/lib"].map(PathBuf::from));
    }
}
