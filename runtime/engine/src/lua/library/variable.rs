//! `T:in_dll(lib, name)`: exported variables.

use super::{check_library, symbol};
use crate::lua::error::{Failure, Kind as ErrorKind, entry};
use crate::lua::pointer::push_window_keeping;
use crate::lua::types::check_type;

entry! {
    pub(crate) fn in_dll(state) {
        let ty = check_type(state, 1, "in_dll")?;
        state.set_top(3);
        let place = |e: Failure| e.at(format_args!("{}:in_dll", ty.name));
        ty.require_complete().map_err(place)?;
        let lib = check_library(state, 2, "library").map_err(place)?;
        let Some(name) = state.text(3).filter(|_| state.is_string(3)) else {
            return state.mismatch_text("a symbol's name", 3).map_err(place);
        };
        // A missing variable is a ValueError, as in ctypes; a missing function an AttributeError.
        let addr = symbol(&lib, &name).map_err(|e| match e {
            Failure::New(mut new) => {
                if new.kind == ErrorKind::AttributeError {
                    new.kind = ErrorKind::ValueError;
                }
                place(Failure::New(new))
            }
            raised => raised,
        })?;
        lib.has_variables.set(true);
        if ty.function().is_some() {
            // SAFETY: the script declares the symbol to be a function pointer variable.
            let code = unsafe { addr.cast::<*mut u8>().read_unaligned() };
            return crate::lua::function::push_at_address(state, ty, code, 2);
        }
        push_window_keeping(state, ty, addr.cast_mut(), 2);
        Ok(1)
    }
}
