//! Error values as the text they are in stock Lua: `tostring(e)`, `"failed: " .. e`, `e:match "..."`.

use super::context::Context;
use super::error::{Failure, Kind, entry, fail};
use super::state::{State, ffi};

/// `Kind: message` of the error value at `i`.
fn text_of(state: State, i: i32) -> String {
    let i = state.abs(i);
    state.raw_field(i, "kind");
    state.raw_field(i, "message");
    let kind = state.text(-2).unwrap_or_else(|| "Error".into());
    let message = state.text(-1).unwrap_or_default();
    state.pop(2);
    format!("{kind}: {message}")
}

/// Whether the value at `i` is an error value, rather than a table that a script gives to one of its metamethods.
fn is_error(state: State, i: i32) -> bool {
    let Some(context) = Context::of(state).filter(|_| state.is_table(i) && state.metatable(i)) else { return false };
    state.push_ref(context.refs.error_metatable.get());
    let same = state.raw_equal(-1, -2);
    state.pop(2);
    same
}

entry! {
    fn to_string(state) {
        state.set_top(1);
        let text = if state.is_table(1) { text_of(state, 1) } else { "error".into() };
        state.push_str(&text);
        Ok(1)
    }
}

entry! {
    /// `..` with a string, a number or another error.
    fn concat(state) {
        let mut text = Vec::new();
        for i in [1, 2] {
            if is_error(state, i) {
                text.extend_from_slice(text_of(state, i).as_bytes());
            } else if state.is_string(i) || state.tag(i) == ffi::LUA_TNUMBER {
                state.push_shown(i);
                text.extend_from_slice(state.bytes(-1).unwrap_or_default());
            } else {
                return fail(Kind::TypeError, format_args!("cannot concatenate an error with {}", state.describe(i)));
            }
        }
        state.push_bytes(&text);
        Ok(1)
    }
}

entry! {
    /// The methods of strings, on the text.
    fn index(state) {
        state.set_top(2);
        if !state.is_string(2) || !push_string_method(state, 2) {
            state.push_nil();
            return Ok(1);
        }
        state.push_closure(on_text, 1);
        Ok(1)
    }
}

/// Pushes the function that strings have under the name at `key`; false, and something pushed, when they have none.
fn push_string_method(state: State, key: i32) -> bool {
    state.push_str("");
    if !state.metatable(-1) || state.raw_field(-1, "__index") != ffi::LUA_TTABLE {
        return false;
    }
    state.push_value(key);
    state.raw_get(-2) == ffi::LUA_TFUNCTION
}

entry! {
    /// Calls the string function in the upvalue with the text in the error's place.
    fn on_text(state) {
        let args = state.top();
        if !state.reserve(4) {
            return fail(Kind::MemoryError, "the Lua stack is full");
        }
        if args > 0 && is_error(state, 1) {
            state.push_str(&text_of(state, 1));
            state.replace(1);
        }
        state.push_value(ffi::lua_upvalueindex(1));
        state.insert(1);
        if state.pcall(args, ffi::LUA_MULTRET) { Ok(state.top()) } else { Err(Failure::Raised) }
    }
}

/// Leaves the metatable of error values on the stack.
pub(crate) fn push_metatable(state: State) {
    state.new_table(0, 4);
    for (name, f) in [("__tostring", to_string as ffi::lua_CFunction), ("__concat", concat), ("__index", index)] {
        state.push_closure(f, 0);
        state.set_raw_field(-2, name);
    }
    state.push_str("error");
    state.set_raw_field(-2, "__name");
}
