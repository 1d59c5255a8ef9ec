//! `ct.symbols(lib)`: what a library exports.

use moonglue_ffi::{Export, ExportTable};

use super::{LibraryState, check_library};
use crate::lua::error::{Kind as ErrorKind, entry, fail};

/// The exports of the library's file; none when it has no file or that cannot be read.
pub(crate) fn exports_of(lib: &LibraryState) -> &[Export] {
    lib.library.exports().map(ExportTable::all).unwrap_or_default()
}

entry! {
    /// The sorted list of exported names, and a table from each mangled name to its demangled form.
    pub(crate) fn symbols(state) {
        let lib = check_library(state, 1, "symbols")?;
        let exports = match lib.library.exports() {
            Ok(exports) => exports.all(),
            Err(_) if lib.library.path().is_none() => &[],
            Err(e) => return fail(ErrorKind::OSError, format_args!("symbols: {e}")),
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
