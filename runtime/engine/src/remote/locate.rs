//! Where the bridge's program is.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use moonglue_wire::PROTOCOL_VERSION;
use rustix::fs::{MemfdFlags, memfd_create};

use super::error::Tried;
use super::provided::provided;
use super::{Bits, Error};

/// A program to start.
#[derive(Debug)]
pub(super) struct Program {
    /// Its file.
    pub(super) path: PathBuf,
    /// What to call it in messages.
    pub(super) name: PathBuf,
    /// Its arguments.
    pub(super) arguments: Vec<OsString>,
    /// The memory it is in, where it is in no file.
    _memory: Option<File>,
}

/// Finds the program for a bridge of that width: where the caller or the environment says, with this program or beside it,
/// in the user's cache.
pub(super) fn locate(bits: Bits, executable: Option<&Path>) -> Result<Program, Error> {
    let mut search = Search { bits, tried: Vec::new() };
    // What was asked for is taken or refused; another one would not be what was asked for.
    let variable = std::env::var_os(bits.variable()).filter(|value| !value.is_empty()).map(PathBuf::from);
    let asked = executable.map(|path| (path.to_owned(), "as asked"));
    if let Some((path, whence)) = asked.or_else(|| variable.map(|path| (path, bits.variable()))) {
        return search.file(path, whence).ok_or_else(|| search.failed());
    }
    search.everywhere().ok_or_else(|| search.failed())
}

struct Search {
    bits: Bits,
    tried: Vec<Tried>,
}

impl Search {
    fn everywhere(&mut self) -> Option<Program> {
        let own = std::env::current_exe().ok();
        if self.bits == Bits::Same
            && let (Some(argument), Some(own)) = (provided().own_argument, &own)
        {
            return Some(Program::file(own.clone(), vec![argument.into()]));
        }
        let mut places = own.map_or_else(Vec::new, |own| self.beside(&own));
        places.extend(self.cached());
        places.into_iter().find_map(|(path, whence)| self.file(path, whence)).or_else(|| self.embedded())
    }

    /// The places an installation or a checkout of the sources has it in, seen from the running program.
    fn beside(&self, own: &Path) -> Vec<(PathBuf, &'static str)> {
        let program = self.bits.program();
        let Some(folder) = own.parent() else { return Vec::new() };
        let mut places = vec![(folder.join(program), "beside the program")];
        if let Some(prefix) = folder.parent() {
            places.push((prefix.join("libexec/moonglue").join(program), "installed"));
        }
        // Seen from <target>/debug, and from <target>/debug/deps, where tests are.
        let builds: &[&str] = match self.bits {
            Bits::Same => &["", "release", "debug"],
            Bits::ThirtyTwo => &["bridge32"],
        };
        for target in folder.ancestors().skip(1).take(2) {
            let builds = builds.iter().map(|build| target.join(build).join(program));
            places.extend(builds.filter(|path| path.exists()).map(|path| (path, "built here")));
        }
        places
    }

    fn cached(&self) -> Option<(PathBuf, &'static str)> {
        let cache = etcetera::choose_base_strategy().ok()?.cache_dir();
        let name = self.bits.program().trim_start_matches("moonglue-");
        let name = format!("{name}-{}-{PROTOCOL_VERSION}", env!("CARGO_PKG_VERSION"));
        Some((cache.join("moonglue").join(name), "the user's cache"))
    }

    fn embedded(&mut self) -> Option<Program> {
        let bytes = provided().embedded32.filter(|_| self.bits == Bits::ThirtyTwo)?;
        let place = PathBuf::from("inside this program");
        match in_memory(bytes) {
            Ok(file) => Some(Program {
                path: PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd())),
                name: PathBuf::from(self.bits.program()),
                arguments: Vec::new(),
                _memory: Some(file),
            }),
            Err(error) => {
                self.tried.push(Tried { place, problem: error.to_string() });
                None
            }
        }
    }

    /// The file, if it is one that can be run.
    fn file(&mut self, path: PathBuf, whence: &str) -> Option<Program> {
        let problem = match path.metadata() {
            Ok(found) if !found.is_file() => "not a file".to_owned(),
            Ok(found) if found.permissions().mode() & 0o111 == 0 => "not executable".to_owned(),
            Ok(_) => return Some(Program::file(path, Vec::new())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => "no such file".to_owned(),
            Err(error) => error.to_string(),
        };
        self.tried.push(Tried { place: path, problem: format!("{problem} ({whence})") });
        None
    }

    fn failed(&mut self) -> Error {
        Error::NotFound { bits: self.bits, tried: std::mem::take(&mut self.tried) }
    }
}

impl Program {
    fn file(path: PathBuf, arguments: Vec<OsString>) -> Program {
        // The bridge may be given another directory.
        let path = std::path::absolute(&path).unwrap_or(path);
        Program { name: path.clone(), path, arguments, _memory: None }
    }
}

/// A file without a name that holds the program.
fn in_memory(bytes: &[u8]) -> io::Result<File> {
    let mut file = File::from(memfd_create("moonglue-bridge", MemfdFlags::CLOEXEC)?);
    file.write_all(bytes)?;
    Ok(file)
}
