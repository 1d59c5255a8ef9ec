//! What C objects offer, asked of the engine, which answers without running user code.

use super::resolve::Member;
use moonglue::mlua::{Integer, Lua, Value};

/// Fields, methods or symbols of a C object; `None` for any other value.
pub(crate) fn members(_lua: &Lua, _value: &Value) -> Option<Vec<Member>> {
    None
}

/// One member of a C object.
pub(crate) fn member(_lua: &Lua, _value: &Value, _name: &str) -> Option<Value> {
    None
}

/// One element of an array.
pub(crate) fn element(_lua: &Lua, _value: &Value, _index: Integer) -> Option<Value> {
    None
}

/// The prototype of a C function object.
pub(crate) fn signature(_lua: &Lua, _value: &Value) -> Option<String> {
    None
}

/// Lines of help about a C object: its layout, its address.
pub(crate) fn notes(_lua: &Lua, _value: &Value) -> Option<Vec<String>> {
    None
}
