//! What modules written in Lua are given of the engine: errors like its own, and values as bytes.

use super::error::{Failure, Kind, entry, fail};
use super::module::context_of;
use super::record::suggestion;
use super::remote::handle;
use super::state::{State, ffi};
use super::values;

entry! {
    /// `raise(kind, message [, fields])`: raises an error value, with `fields` beside its own.
    fn raise(state) {
        state.set_top(3);
        let (Some(kind), Some(message)) = (state.text(1), state.text(2)) else {
            return fail(Kind::TypeError, "raise: expected a kind and a message");
        };
        state.push_error_of_kind(context_of(state)?, &kind, &message);
        if state.is_table(3) {
            state.push_nil();
            while state.next(3) {
                state.push_value(-2);
                state.insert(-2);
                state.raw_set(4);
            }
        }
        Err(Failure::Raised)
    }
}

entry! {
    /// `expect(what, value, type)`: the value, if it is of that type of Lua's.
    fn expect(state) {
        state.set_top(3);
        let (Some(what), Some(expected)) = (state.text(1), state.text(3)) else {
            return fail(Kind::TypeError, "expect: expected a name and a type");
        };
        if state.type_name(2) != expected {
            let got = state.describe(2);
            return fail(Kind::TypeError, format_args!("{what}: expected a {expected}, got {got}"));
        }
        state.push_value(2);
        Ok(1)
    }
}

entry! {
    /// `suggest(name, names)`: `, did you mean 'x'?`, or nothing.
    fn suggest(state) {
        let name = state.text(1).unwrap_or_default();
        let mut names = Vec::new();
        for k in 1..=state.raw_len(2) as i64 {
            state.raw_geti(2, k);
            names.extend(state.text(-1));
            state.pop(1);
        }
        let near = moonglue_ffi::near(&name, names.iter().map(String::as_str));
        state.push_str(&suggestion(&near));
        Ok(1)
    }
}

entry! {
    /// `describe(value)`: what it is, in messages.
    fn describe(state) {
        state.push_str(&state.describe(1));
        Ok(1)
    }
}

/// The table of these functions, for a state whose module `ctypes` is open.
pub(crate) fn natives(lua: &mlua::Lua) -> mlua::Result<mlua::Table> {
    // SAFETY: the closure leaves one table on the live state's stack, and owns nothing.
    unsafe {
        lua.exec_raw((), |raw| {
            let state = State::new(raw);
            push_functions(
                state,
                &[
                    ("pack", values::pack as ffi::lua_CFunction),
                    ("unpack", values::unpack),
                    ("raise", raise),
                    ("expect", expect),
                    ("suggest", suggest),
                    ("describe", describe),
                ],
            );
            // What can be asked of the processes of libraries.
            push_functions(state, &handle::FUNCTIONS);
            state.set_raw_field(-2, "libraries");
        })
    }
}

fn push_functions(state: State, functions: &[(&str, ffi::lua_CFunction)]) {
    state.new_table(0, functions.len());
    for &(name, f) in functions {
        state.push_closure(f, 0);
        state.set_raw_field(-2, name);
    }
}
