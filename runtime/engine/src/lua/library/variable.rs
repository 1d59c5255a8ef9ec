//! `T:in_dll(lib, name)`: exported variables.

use super::{check_library, symbol};
use crate::lua::error::{Failure, entry};
use crate::lua::pointer::push_window_keeping;
use crate::lua::remote::word::is_remote_pointer;
use crate::lua::sources::push_remote;
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
        let addr = symbol(&lib, &name).map_err(place)?;
        if is_remote_pointer(addr) {
            return push_remote(state, ty, addr as u64).map_err(place);
        }
        lib.has_variables.set(true);
        if ty.function().is_some() {
            // SAFETY: the script declares the symbol to be a function pointer variable.
            let code = unsafe { addr.cast::<*mut u8>().read_unaligned() };
            return crate::lua::function::push_at_address(state, ty, code, 2);
        }
        push_window_keeping(state, ty, addr.cast_mut(), 2);
        state.push_ref(lib.context.refs.variables.get());
        state.push_value(-2);
        state.push_value(2);
        state.raw_set(-3);
        state.pop(1);
        Ok(1)
    }
}
