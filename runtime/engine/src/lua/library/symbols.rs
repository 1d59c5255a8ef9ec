//! `ct.symbols(lib)`: what a library exports.
use super::LibraryState;
use crate::lua::error::{Kind as ErrorKind, entry, fail};
pub(super) fn names_of(_lib: &LibraryState) -> Vec<String> {
    Vec::new()
}
entry! { pub(crate) fn symbols(state) { let _ = state; fail(ErrorKind::OSError, "symbols") } }
