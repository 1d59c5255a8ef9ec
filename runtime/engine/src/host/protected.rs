//! The one protected call through which the host runs Lua: it keeps the error value, its place and the traceback.

use std::ffi::{CStr, c_int};
use std::sync::Arc;

use mlua::ffi::{self, lua_Debug, lua_State};
use mlua::{FromLuaMulti, Function, IntoLuaMulti, Lua, MultiValue, Table, Value};

use super::active::{runs_under, with_frame};
use super::chunk::position_in;
use super::coroutine_trace;
use super::error::{Error, ErrorValue, Limit, Result, ScriptError};
use super::functions;
use super::interrupt::{self, Control, Reason};
use super::limits::Limits;

/// Calls `function` under `control`, which stays in force for the outermost call of the runtime.
pub(crate) fn call<R: FromLuaMulti>(
    lua: &Lua,
    control: &Arc<Control>,
    limits: &Limits,
    function: &Function,
    args: impl IntoLuaMulti,
) -> Result<R> {
    let mut all = args.into_lua_multi(lua)?;
    all.push_front(Value::Function(function.clone()));
    let control_address = Arc::as_ptr(control);
    let turn = limits.enter(control);
    // SAFETY: the closure finds `function` and its arguments on the stack. `lua_pcall` catches what Lua raises, the
    // table and the closure of the handler are made before the frame exists, and the `Arc` keeps the control.
    let outcome: mlua::Result<MultiValue> = unsafe {
        lua.exec_raw(all, move |state| {
            let nargs = ffi::lua_gettop(state) - 1;
            ffi::luaL_checkstack(state, 4, c"too many arguments".as_ptr());
            ffi::lua_createtable(state, 0, 3);
            ffi::lua_insert(state, 1);
            ffi::lua_pushvalue(state, 1);
            ffi::lua_pushcclosure(state, handler, 1);
            ffi::lua_insert(state, 2);
            // The stack: report, handler, function, arguments.
            let status = with_frame(state, control_address, || ffi::lua_pcall(state, nargs, ffi::LUA_MULTRET, 2));
            // In a nested call the same state goes on running outside, and must still be stopped there.
            if !runs_under(control_address) {
                interrupt::release_state(state);
            }
            ffi::lua_remove(state, 2);
            ffi::lua_pushinteger(state, status.into());
            ffi::lua_insert(state, 1);
        })
    };
    let is_noted = control.is_noted();
    let stopped = turn.finish();
    let mut values = match outcome {
        Ok(values) => values,
        Err(mlua::Error::MemoryError(_)) => {
            return Err(Error::Limit { limit: limits.memory(), traceback: String::new() });
        }
        Err(error) => return Err(error.into()),
    };
    let status = values.pop_front().and_then(|status| status.as_integer()).unwrap_or(ffi::LUA_ERRERR.into());
    let report = values.pop_front();
    if status == i64::from(ffi::LUA_OK) {
        return Ok(R::from_lua_multi(values, lua)?);
    }
    let report = report.as_ref().and_then(Value::as_table);
    let traceback = report.and_then(|report| text_field(report, "traceback")).unwrap_or_default();
    let stopped_at = |traceback: String| if is_noted { place_of_stop(lua, traceback) } else { traceback };
    match stopped {
        Reason::Interrupt => return Err(Error::Interrupted { traceback: stopped_at(traceback) }),
        Reason::Deadline => return Err(Error::Limit { limit: limits.deadline(), traceback: stopped_at(traceback) }),
        Reason::None => {}
    }
    if status == i64::from(ffi::LUA_ERRMEM) {
        return Err(Error::Limit { limit: limits.memory(), traceback });
    }
    let value = values.pop_front().unwrap_or(Value::Nil);
    let traceback = crate::lua::inner_traceback(lua, &value).unwrap_or(traceback);
    Err(describe(lua, value, report, traceback))
}

/// The traceback of the place where a call was first stopped, with `outer` behind it if that was in a coroutine.
fn place_of_stop(lua: &Lua, outer: String) -> String {
    let noted = lua.named_registry_value::<Option<String>>(&interrupt::PLACE.to_string_lossy()).ok().flatten();
    match noted {
        Some(inner) if inner.as_bytes().ends_with(coroutine_trace::JOINT.to_bytes()) => inner + &outer,
        Some(inner) => inner,
        None => outer,
    }
}

/// Builds the error the host sees from the raised value and what the handler saw.
fn describe(lua: &Lua, value: Value, report: Option<&Table>, traceback: String) -> Error {
    let message = message_of(lua, &value);
    let place = report.and_then(|report| {
        let line = report.raw_get::<u32>("line").ok()?;
        Some((text_field(report, "source")?, line))
    });
    // An error value of ours knows where it was made, callbacks included; it may be raised again far from there.
    let own = value.as_table().map(|table| (text_field(table, "traceback"), text_field(table, "where")));
    let (own_traceback, own_place) = own.unwrap_or_default();
    let traceback = own_traceback.filter(|text| text.starts_with("stack traceback:")).unwrap_or(traceback);
    let place = match own_place.as_deref().and_then(|text| text.rsplit_once(':')) {
        Some((chunk, line)) => line.parse().ok().map(|line| (format!("={chunk}"), line)).or(place),
        None => place,
    };
    let (chunk, line) = match place {
        Some((source, line)) => (Some(chunk_label(&source)), Some(line)),
        None => match position_in(&message) {
            Some((chunk, line)) if matches!(value, Value::String(_)) => (Some(chunk.to_owned()), Some(line)),
            _ => (None, None),
        },
    };
    let cause = match &value {
        Value::Error(error) => Some((**error).clone()),
        Value::UserData(object) => object.borrow::<functions::HostError>().ok().map(|host| host.cause()),
        _ => None,
    };
    let kind = kind_of(&value);
    let denied = kind.as_deref() == Some("PermissionError") || message.starts_with("PermissionError: ");
    let error = Box::new(ScriptError { chunk, line, message, kind, traceback, value: ErrorValue(value), cause });
    if denied { Error::Denied(error) } else { Error::Script(error) }
}

/// What `tostring` makes of an error value; what Lua's own command line says of values that have no text.
fn message_of(lua: &Lua, value: &Value) -> String {
    if let Value::Error(error) = value {
        return functions::message_of(error);
    }
    let has_text = match value {
        Value::String(_) | Value::Integer(_) | Value::Number(_) => true,
        Value::Table(table) => table.metatable().is_some_and(|meta| meta.contains_key("__tostring").unwrap_or(false)),
        Value::UserData(_) => true,
        _ => false,
    };
    if has_text {
        // SAFETY: one value is on the stack; an error in `__tostring` is caught by `exec_raw`.
        let text: mlua::Result<mlua::LuaString> = unsafe {
            lua.exec_raw(value.clone(), |state| {
                ffi::luaL_tolstring(state, 1, std::ptr::null_mut());
                ffi::lua_remove(state, 1);
            })
        };
        if let Ok(text) = text {
            return text.to_string_lossy();
        }
    }
    format!("(error object is a {} value)", type_name(value))
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Integer(_) | Value::Number(_) => "number",
        Value::LightUserData(_) | Value::UserData(_) | Value::Error(_) => "userdata",
        other => other.type_name(),
    }
}

fn kind_of(value: &Value) -> Option<String> {
    use mlua::ObjectLike;
    match value {
        Value::Table(table) => table.get::<Option<String>>("kind").ok().flatten(),
        Value::UserData(object) => object.get::<Option<String>>("kind").ok().flatten(),
        _ => None,
    }
}

fn text_field(table: &Table, key: &str) -> Option<String> {
    table.raw_get::<Option<mlua::LuaString>>(key).ok().flatten().map(|text| text.to_string_lossy())
}

/// A chunk name as people know it: the path, or the words after `=`.
fn chunk_label(source: &str) -> String {
    match source.strip_prefix(['@', '=']) {
        Some(label) => label.to_owned(),
        None => format!("[string \"{}\"]", source.lines().next().unwrap_or_default()),
    }
}

/// Frames searched for the one a message names.
const SEARCHED_FRAMES: c_int = 100;

/// The message handler: notes traceback and place in the report (its upvalue) and leaves the error value alone.
unsafe extern "C-unwind" fn handler(state: *mut lua_State) -> c_int {
    const REPORT: c_int = ffi::lua_upvalueindex(1);
    // SAFETY: Lua calls the handler with the error value as its argument; slots are asked for before they are used,
    // and nothing in this frame needs dropping should Lua raise for want of memory.
    unsafe {
        ffi::lua_settop(state, 1);
        if ffi::lua_checkstack(state, ffi::LUA_TRACEBACK_STACK + 4) == 0 {
            return 1;
        }
        ffi::luaL_traceback(state, state, std::ptr::null(), 1);
        coroutine_trace::join(state, 1);
        ffi::lua_setfield(state, REPORT, c"traceback".as_ptr());
        let mut message = std::ptr::null();
        if ffi::lua_type(state, 1) == ffi::LUA_TSTRING {
            message = ffi::lua_tolstring(state, 1, std::ptr::null_mut());
        }
        let mut found = false;
        let mut level = 0;
        let mut frame: lua_Debug = std::mem::zeroed();
        while level < SEARCHED_FRAMES && ffi::lua_getstack(state, level, &mut frame) != 0 {
            level += 1;
            if ffi::lua_getinfo(state, c"Sl".as_ptr(), &mut frame) == 0 || frame.currentline < 1 {
                continue;
            }
            if crate::lua::is_own_chunk(CStr::from_ptr(frame.source)) {
                continue;
            }
            let named = !message.is_null() && names_frame(CStr::from_ptr(message), &frame);
            if !found || named {
                found = true;
                ffi::lua_pushstring(state, frame.source);
                ffi::lua_setfield(state, REPORT, c"source".as_ptr());
                ffi::lua_pushinteger(state, frame.currentline.into());
                ffi::lua_setfield(state, REPORT, c"line".as_ptr());
            }
            if named || message.is_null() {
                break;
            }
        }
    }
    1
}

/// Whether `message` begins with `chunk:line:` of this very frame.
fn names_frame(message: &CStr, frame: &lua_Debug) -> bool {
    // SAFETY: `lua_getinfo("S")` filled `short_src` with a C string.
    let chunk = unsafe { CStr::from_ptr(frame.short_src.as_ptr()) };
    let Some(rest) = message.to_bytes().strip_prefix(chunk.to_bytes()) else { return false };
    let Some(rest) = rest.strip_prefix(b":") else { return false };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let line = std::str::from_utf8(&rest[..digits]).ok().and_then(|digits| digits.parse().ok());
    line == Some(frame.currentline)
}

/// The limit an out-of-memory error reached.
impl Limits {
    fn memory(&self) -> Limit {
        Limit::Memory { bytes: self.memory_bytes }
    }

    fn deadline(&self) -> Limit {
        Limit::Deadline { allowed: self.allowed_time }
    }
}
