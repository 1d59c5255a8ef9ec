//! Finding the file a library name means, without the help of other programs.
//!
//! The order is the loader's: `RPATH` of the program, `LD_LIBRARY_PATH`, `RUNPATH` of the program, the cache of
//! `ldconfig` (glibc) or the path file (musl), the system's folders.

mod cache;
mod find;
mod names;
mod places;
mod suggest;
mod tried;

pub use find::{Resolution, find_library, resolve};
pub(crate) use find::{candidates_in_cwd, resolve_in, resolve_path};
pub(crate) use places::{expand, program_rpath, search_path};
pub(crate) use suggest::suggest;
pub(crate) use tried::NotALibrary;
pub use tried::{Outcome, Tried};
