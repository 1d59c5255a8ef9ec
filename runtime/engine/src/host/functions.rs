//! Host functions for scripts, and what their errors look like there.

use std::ffi::CStr;

use mlua::{FromLuaMulti, Function, IntoLuaMulti, Lua, MultiValue, UserData, UserDataFields, UserDataMethods, Value};

use super::error::Error;

/// The error of a host function as scripts see it: `.kind` is `HostError`, and the host gets its own error back as
/// [`ScriptError::cause`](super::error::ScriptError::cause).
pub(crate) struct HostError {
    error: mlua::Error,
    traceback: String,
}

impl HostError {
    pub(crate) fn cause(&self) -> mlua::Error {
        self.error.clone()
    }
}

impl UserData for HostError {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        fields.add_field("kind", "HostError");
        fields.add_field_method_get("message", |_, this| Ok(message_of(&this.error)));
        fields.add_field_method_get("traceback", |_, this| Ok(this.traceback.clone()));
    }

    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_meta_method("__tostring", |_, this, ()| Ok(format!("HostError: {}", message_of(&this.error))));
    }
}

/// What an error at the bottom of an mlua error says, without the tracebacks and headings around it.
pub(crate) fn message_of(error: &mlua::Error) -> String {
    match root_of(error) {
        mlua::Error::RuntimeError(text) | mlua::Error::MemoryError(text) => text.clone(),
        other => other.to_string(),
    }
}

fn root_of(error: &mlua::Error) -> &mlua::Error {
    let mut root = error;
    while let mlua::Error::CallbackError { cause, .. } = root {
        root = cause;
    }
    root
}

/// Chunk name of the Lua code around host functions.
pub(crate) const CHUNK: &CStr = c"=[host]";

/// A Lua function that calls `function`. An error of it is raised as a value with `.kind`, `.message` and
/// `.traceback`; one that came out of Lua is raised as the very value it was there.
pub(crate) fn create<A, R, F>(lua: &Lua, function: F) -> mlua::Result<Function>
where
    A: FromLuaMulti,
    R: IntoLuaMulti,
    F: Fn(&Lua, A) -> mlua::Result<R> + 'static,
{
    let outcome = lua.create_function(move |lua, args: MultiValue| {
        let result =
            A::from_lua_multi(args, lua).and_then(|args| function(lua, args)).and_then(|r| r.into_lua_multi(lua));
        match result {
            Ok(mut values) => {
                values.push_front(Value::Boolean(true));
                Ok(values)
            }
            Err(error) => Ok(MultiValue::from_vec(vec![Value::Boolean(false), raised_value(lua, error)?])),
        }
    })?;
    let finish: Function = lua
        .load(
            "local outcome, error = ...\n\
             local function finish(ok, ...) if ok then return ... end error((...), 0) end\n\
             return function(...) return finish(outcome(...)) end",
        )
        .set_name(CHUNK.to_string_lossy())
        .into_function()?;
    let error: Value = lua.globals().raw_get("error")?;
    finish.call((outcome, error))
}

/// The value to raise for `error`.
fn raised_value(lua: &Lua, error: mlua::Error) -> mlua::Result<Value> {
    let mut root = &error;
    while let mlua::Error::CallbackError { cause, .. } | mlua::Error::WithContext { cause, .. } = root {
        root = cause;
    }
    if let Some(script) = root.downcast_ref::<Error>()
        && let Some(value) = script.value()
    {
        return Ok(value.clone());
    }
    let traceback = lua.traceback(None, 1)?.to_string_lossy();
    Ok(Value::UserData(lua.create_userdata(HostError { error, traceback })?))
}
