//! `ct.symbols(lib)`: what a library exports.

use super::{LibraryState, check_library};
use crate::lua::error::{Kind as ErrorKind, entry, fail};
use moonglue_ffi::Export;

/// The exports of the library's file, none when they cannot be read.
pub(crate) fn exports_of(lib: &LibraryState) -> Vec<Export> {
    lib.library.path().and_then(|p| moonglue_ffi::exports(Some(p)).ok()).unwrap_or_default()
}

/// The exported names.
pub(super) fn names_of(lib: &LibraryState) -> Vec<String> {
    exports_of(lib).into_iter().map(|e| e.name).collect()
}

entry! {
    /// The sorted list of exported names, and a table from each mangled name to its demangled form.
    pub(crate) fn symbols(state) {
        let lib = check_library(state, 1, "symbols")?;
        let exports = match lib.library.path().map(|p| moonglue_ffi::exports(Some(p))) {
            Some(Ok(exports)) => exports,
            Some(Err(e)) => return fail(ErrorKind::OSError, format_args!("symbols: {e}")),
            None => Vec::new(),
        };
        state.new_table(exports.len(), 0);
        state.new_table(0, 0);
        for (k, export) in exports.iter().enumerate() {
            state.push_str(&export.name);
            state.raw_seti(-3, k as i64 + 1);
            if let Some(demangled) = &export.demangled {
                state.push_str(demangled);
                state.set_raw_field(-2, &export.name);
            }
        }
        Ok(2)
    }
}
