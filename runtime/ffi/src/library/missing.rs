//! Which dependency of a library is missing, found by walking the files' own tables as the loader does.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::system;
use crate::dynamic::read_dynamic;
use crate::search::{Resolution, Tried, expand, program_rpath, resolve_in, resolve_path, search_path};

/// A dependency that cannot be loaded.
pub(super) struct Missing {
    pub(super) name: String,
    pub(super) needed_by: PathBuf,
    pub(super) tried: Vec<Tried>,
}

/// Libraries walked before giving up; the largest programs need some hundreds.
const MOST: usize = 2000;

/// A file on the way, and the folders its `RPATH` and those of the files that led to it name.
struct Step {
    file: PathBuf,
    rpaths: Rc<Vec<Vec<PathBuf>>>,
}

/// The first dependency, breadth first, that is nowhere the loader looks.
pub(super) fn missing_dependency(library: &Path) -> Option<Missing> {
    let mut steps = vec![Step { file: library.to_path_buf(), rpaths: Rc::new(vec![program_rpath()]) }];
    let mut seen: Vec<String> = Vec::new();
    let mut at = 0;
    while at < steps.len() && at < MOST {
        let Step { file, rpaths } = &steps[at];
        let (file, mut rpaths) = (file.clone(), Rc::clone(rpaths));
        at += 1;
        let Some(dynamic) = read_dynamic(&file) else { continue };
        // The loader goes by the path it opened, links and all.
        let origin = file.parent().unwrap_or(Path::new("."));
        let runpath = dynamic.runpath.as_deref().map(|list| expand(list, origin));
        if let (Some(rpath), None) = (&dynamic.rpath, &runpath) {
            let mut own = vec![expand(rpath, origin)];
            own.extend(rpaths.iter().cloned());
            rpaths = Rc::new(own);
        }
        // A file with a RUNPATH is searched for without any RPATH.
        let places = match &runpath {
            Some(runpath) => search_path(&[], runpath),
            None => search_path(&rpaths, &[]),
        };
        for name in dynamic.needed {
            if seen.contains(&name) {
                continue;
            }
            let found = if name.contains('/') { resolve_path(Path::new(&name)) } else { resolve_in(&name, &places) };
            match found {
                Resolution { found: Some(file), .. } => steps.push(Step { file, rpaths: Rc::clone(&rpaths) }),
                // Something that is loaded already need not be on the disk.
                Resolution { .. } if is_loaded(&name) => {}
                Resolution { tried, .. } => return Some(Missing { name, needed_by: file, tried }),
            }
            seen.push(name);
        }
    }
    None
}

fn is_loaded(name: &str) -> bool {
    let handle = system::open_loaded(OsStr::new(name), false);
    if let Some(handle) = handle {
        // SAFETY: the loader has just given it, and only this reference goes.
        let _ = unsafe { system::close(handle) };
    }
    handle.is_some()
}
