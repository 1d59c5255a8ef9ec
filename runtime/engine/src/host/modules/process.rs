//! Processes that run modules, as Lua has them.

use std::ffi::OsString;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use mlua::{IntoLuaMulti, Lua, LuaString, Table, UserData, UserDataMethods, Value};

use crate::lua::remote_error;
use crate::remote::{Bits, Bridge, Error, Label, Output, Sink, StartOptions, Stream};

/// What is kept of each stream.
const KEEP: usize = 256 << 10;

/// How long a process may take to end in good order.
const FAREWELL: Duration = Duration::from_secs(10);

/// A bridge that runs a module.
struct Process(Bridge);

/// `start(options)`: a process, or nil and what went wrong.
pub(super) fn start(lua: &Lua, options: Table) -> mlua::Result<(Value, Option<String>)> {
    let quiet: bool = options.get("quiet")?;
    let mut environment = Vec::new();
    for pair in options.get::<Table>("environment")?.pairs::<OsString, OsString>() {
        environment.push(pair?);
    }
    let options = StartOptions {
        bits: if options.get("isolate")? { Bits::Same } else { Bits::ThirtyTwo },
        executable: options.get::<Option<PathBuf>>("executable")?,
        output: Output::Capture { keep: KEEP, sink: (!quiet).then(|| Sink(Arc::new(pass_on))) },
        environment,
        timeout: seconds(options.get::<Option<f64>>("timeout")?).unwrap_or(Duration::MAX / 4),
        ..StartOptions::default()
    };
    Ok(match Bridge::start(&options) {
        Ok(bridge) => (Value::UserData(lua.create_userdata(Process(bridge))?), None),
        Err(error) => (Value::Nil, Some(error.to_string())),
    })
}

/// What the other process prints, printed here.
fn pass_on(stream: Stream, bytes: &[u8]) {
    use std::io::Write;
    // Where nobody reads there is nobody to tell.
    let _ = match stream {
        Stream::Stdout => std::io::stdout().write_all(bytes).and_then(|()| std::io::stdout().flush()),
        Stream::Stderr => std::io::stderr().write_all(bytes),
    };
}

/// A duration, if the number is one that a clock can hold.
fn seconds(seconds: Option<f64>) -> Option<Duration> {
    seconds.filter(|seconds| *seconds < 1e9).and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
}

impl UserData for Process {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        // `request(bytes, seconds, function, module)`: true and the answer, or false and what is to be in the error's `remote`.
        type Request = (LuaString, Option<f64>, String, String);
        methods.add_method("request", |lua, Process(bridge), (bytes, limit, function, module): Request| {
            let label = Rc::new(Label { function, module });
            let request = bytes.as_bytes();
            match bridge.serve_module(&request, &label, seconds(limit), |answer| lua.create_string(answer)) {
                Ok(answer) => (true, answer?).into_lua_multi(lua),
                Err(error) => (false, describe(lua, &error)?).into_lua_multi(lua),
            }
        });
        methods.add_method("pid", |_, Process(bridge), ()| Ok(bridge.pid()));
        methods.add_method("is_alive", |_, Process(bridge), ()| Ok(bridge.is_alive()));
        methods.add_method("output", |lua, Process(bridge), stream: String| {
            let stream = if stream == "stdout" { Stream::Stdout } else { Stream::Stderr };
            bridge.output(stream).map(|bytes| lua.create_string(bytes)).transpose()
        });
        methods.add_method("shutdown", |_, Process(bridge), ()| {
            bridge.shutdown(FAREWELL);
            Ok(())
        });
    }
}

/// What is known of a failure, as an error's `remote`.
fn describe(lua: &Lua, error: &Error) -> mlua::Result<Table> {
    let known = remote_error(error);
    let remote = lua.create_table()?;
    remote.raw_set("kind", known.kind)?;
    remote.raw_set("message", known.message)?;
    for (name, text) in known.texts {
        remote.raw_set(name, text)?;
    }
    for (name, number) in known.numbers {
        remote.raw_set(name, number)?;
    }
    Ok(remote)
}
