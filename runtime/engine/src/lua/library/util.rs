//! `ct.util`: finding and listing libraries.

use crate::lua::error::entry;

entry! {
    /// `ct.find_library(name)`: a soname, or nil.
    pub(crate) fn find_library(state) {
        let Some(name) = state.text(1).filter(|_| state.is_string(1)) else {
            return state.mismatch_text("a library's name", 1).map_err(|e| e.at("find_library"));
        };
        match moonglue_ffi::find_library(&name) {
            Some(found) => state.push_str(&found),
            None => state.push_nil(),
        }
        Ok(1)
    }
}

entry! {
    /// `ct.util.dllist()`: the files of the libraries loaded in this process.
    pub(crate) fn dllist(state) {
        let libraries = moonglue_ffi::loaded_libraries();
        state.new_table(libraries.len(), 0);
        for (k, path) in libraries.iter().enumerate() {
            state.push_str(&path.display().to_string());
            state.raw_seti(-2, k as i64 + 1);
        }
        Ok(1)
    }
}
