//! The Lua functions the prompt itself relies on, taken before a script can replace them.

use moonglue::mlua::{Function, LuaString, Result, Table, Value};
use moonglue::{Error, Runtime};

/// Functions of the standard library, as they were when the session began.
///
/// Scripts may assign to every global. A session whose `tostring` was replaced by one that fails must still show
/// values, so nothing here is looked up twice. What a restricted runtime lacks is `None`.
#[derive(Clone)]
pub(crate) struct Natives {
    runtime: Runtime,
    tostring: Function,
    getmetatable: Option<Function>,
    getlocal: Option<Function>,
    flush: Option<Function>,
    pub(crate) read_line: Option<Function>,
    pub(crate) clock: Option<Function>,
    pub(crate) require: Option<Function>,
    pub(crate) find: Option<Function>,
}

impl Natives {
    /// Takes the functions from the globals of `runtime`, where a script may have left none of them.
    ///
    /// # Errors
    /// When there is no memory for a `tostring` in the place of a missing one.
    pub(crate) fn take(runtime: &Runtime) -> Result<Self> {
        let globals = runtime.globals();
        let global = |name: &str| globals.raw_get::<Option<Function>>(name).ok().flatten();
        let tostring = match global("tostring") {
            Some(tostring) => tostring,
            None => runtime.lua().create_function(|_, value: Value| value.to_string())?,
        };
        Ok(Self {
            runtime: runtime.clone(),
            tostring,
            // Without `debug`, a `__metatable` hides the real one.
            getmetatable: field(&globals, "debug", "getmetatable").or(global("getmetatable")),
            getlocal: field(&globals, "debug", "getlocal"),
            flush: standard_stream_method(runtime, "stdout", "return function() file:flush() end"),
            read_line: standard_stream_method(runtime, "stdin", "return function() return file:read('L') end"),
            clock: field(&globals, "os", "clock"),
            require: global("require"),
            find: field(&globals, "string", "find"),
        })
    }

    /// What `tostring(value)` gives.
    ///
    /// # Errors
    /// What `__tostring` raised: it may be the user's code. It can be interrupted.
    pub(crate) fn text(&self, value: &Value) -> std::result::Result<String, Error> {
        Ok(self.runtime.call::<LuaString>(&self.tostring, value)?.to_string_lossy())
    }

    /// The metatable of any value, `__metatable` notwithstanding.
    pub(crate) fn metatable(&self, value: &Value) -> Option<Table> {
        match (value, &self.getmetatable) {
            (Value::Table(table), _) => table.metatable(),
            (_, Some(getmetatable)) => getmetatable.call::<Option<Table>>(value).ok()?,
            (_, None) => None,
        }
    }

    /// A field of the metatable of `value`, read without running code.
    pub(crate) fn metafield(&self, value: &Value, name: &str) -> Option<Value> {
        self.metatable(value)?.raw_get::<Option<Value>>(name).ok().flatten()
    }

    /// The parameter list of a Lua function, as `a, b, ...`; `None` for functions written in C.
    pub(crate) fn parameters(&self, function: &Function) -> Option<String> {
        let info = function.info();
        if info.what == "C" {
            return None;
        }
        let getlocal = self.getlocal.as_ref()?;
        let mut names: Vec<String> = (1..=info.num_params)
            .map(|n| getlocal.call::<Option<String>>((function, n)).ok().flatten().unwrap_or_else(|| "?".into()))
            .collect();
        if info.is_vararg {
            names.push("...".into());
        }
        Some(names.join(", "))
    }

    /// Writes out what C still buffers for stdout, so that our output does not overtake it.
    pub(crate) fn flush(&self) {
        if let Some(flush) = &self.flush {
            // A closed or broken stdout is reported by our own write that follows.
            let _ = flush.call::<()>(());
        }
    }
}

fn field(globals: &Table, library: &str, name: &str) -> Option<Function> {
    globals.raw_get::<Option<Table>>(library).ok()??.raw_get::<Option<Function>>(name).ok()?
}

/// A function around one of C's streams, which `io.stdout = nil` cannot take away.
fn standard_stream_method(runtime: &Runtime, stream: &str, body: &str) -> Option<Function> {
    let io: Table = runtime.globals().raw_get::<Option<Table>>("io").ok()??;
    let file: Value = io.raw_get(stream).ok()?;
    if file.is_nil() {
        return None;
    }
    runtime.lua().load(format!("local file = ... {body}")).set_name("=moonglue").call(file).ok()
}
