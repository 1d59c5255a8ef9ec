//! A Lua state with what its builder gave it.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use mlua::{FromLuaMulti, Function, IntoLuaMulti, Lua, MultiValue, Table};

use super::builder::Builder;
use super::chunk::Accept;
use super::error::Result;
use super::interrupt::{Control, Interrupt};
use super::limits::Limits;
use super::{chunk, functions, install, protected};

/// A Lua state with what its builder gave it.
///
/// Clones are handles to the same state, for host functions that call back into it.
///
/// ```
/// # fn main() -> Result<(), moonglue::Error> {
/// let runtime = moonglue::Runtime::new()?;
/// runtime.register("double", |_, n: i64| Ok(2 * n))?;
/// let answer: i64 = runtime.eval("return double(21)")?;
/// assert_eq!(answer, 42);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Runtime {
    lua: Lua,
    control: Arc<Control>,
    limits: Rc<Limits>,
    accept: Accept,
}

impl Runtime {
    /// A runtime with Lua's safe standard libraries and no native calls.
    ///
    /// # Errors
    ///
    /// [`Error::Lua`](super::Error::Lua) when there is no memory for it.
    pub fn new() -> Result<Runtime> {
        Runtime::builder().build()
    }

    /// Chooses what the runtime has.
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(crate) fn assemble(lua: Lua, control: Arc<Control>, limits: Limits, accept: Accept) -> Runtime {
        Runtime { lua, control, limits: Rc::new(limits), accept }
    }

    /// The Lua state. Code run through it directly reports errors in mlua's way and knows no limit of time.
    pub fn lua(&self) -> &Lua {
        &self.lua
    }

    /// The table of global variables.
    pub fn globals(&self) -> Table {
        self.lua.globals()
    }

    /// Compiles `source`. `name` tells errors where it came from, as Lua spells it: `@path`, `=words`. Precompiled code
    /// is taken only where native calls are granted without restriction: a hostile one can do the same.
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`](super::Error::Syntax).
    pub fn load(&self, source: impl AsRef<[u8]>, name: &str) -> Result<Function> {
        chunk::load(&self.lua, source.as_ref(), name, self.accept)
    }

    /// Reads and compiles a script file; a byte order mark and a first line that begins with `#` are skipped.
    ///
    /// # Errors
    ///
    /// [`Error::Io`](super::Error::Io), [`Error::Syntax`](super::Error::Syntax).
    pub fn load_file(&self, path: impl AsRef<Path>) -> Result<Function> {
        chunk::load_file(&self.lua, path.as_ref(), self.accept)
    }

    /// Compiles the text of a script: as [`Runtime::load`], but a byte order mark and a first line that begins with
    /// `#` are skipped.
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`](super::Error::Syntax).
    pub fn load_script(&self, source: impl AsRef<[u8]>, name: &str) -> Result<Function> {
        chunk::load(&self.lua, chunk::script_text(source.as_ref()), name, self.accept)
    }

    /// Calls a function under this runtime's limits.
    ///
    /// # Errors
    ///
    /// What the function raises, as the error it is; results that do not convert, as
    /// [`Error::Lua`](super::Error::Lua).
    pub fn call<R: FromLuaMulti>(&self, function: &Function, args: impl IntoLuaMulti) -> Result<R> {
        protected::call(&self.lua, &self.control, &self.limits, function, args)
    }

    /// Runs `source` and converts what it returns.
    ///
    /// # Errors
    ///
    /// As [`Runtime::load`] and [`Runtime::call`].
    pub fn eval<R: FromLuaMulti>(&self, source: impl AsRef<[u8]>) -> Result<R> {
        let function = self.load(source, "=eval")?;
        self.call(&function, ())
    }

    /// Runs `source`.
    ///
    /// # Errors
    ///
    /// As [`Runtime::load`] and [`Runtime::call`].
    pub fn exec(&self, source: impl AsRef<[u8]>) -> Result<()> {
        self.eval(source)
    }

    /// Runs a script file with `args` as `...` and in the global table `arg`, whose item 0 is the path.
    ///
    /// # Errors
    ///
    /// As [`Runtime::load_file`] and [`Runtime::call`].
    pub fn run_file<S: AsRef<OsStr>>(
        &self,
        path: impl AsRef<Path>,
        args: impl IntoIterator<Item = S>,
    ) -> Result<MultiValue> {
        let path = path.as_ref();
        let args: Vec<OsString> = args.into_iter().map(|arg| arg.as_ref().to_owned()).collect();
        let table = install::set_args(&self.lua, &args)?;
        table.raw_set(0, install::os_string(&self.lua, path.as_os_str())?)?;
        let function = self.load_file(path)?;
        let values = args.iter().map(|arg| install::os_string(&self.lua, arg)).collect::<mlua::Result<Vec<_>>>()?;
        self.call(&function, MultiValue::from_vec(values.into_iter().map(mlua::Value::String).collect()))
    }

    /// Sets the global `name` to a function of the host. An error it returns is raised in Lua as a value with
    /// `.kind` (`HostError`), `.message` and `.traceback`, and comes back as the
    /// [`cause`](super::ScriptError::cause) if no script catches it; an [`Error`](super::Error) that came out of Lua
    /// (turned into an [`mlua::Error`] by `?`) is raised as the value it was there.
    ///
    /// # Errors
    ///
    /// [`Error::Lua`](super::Error::Lua) when there is no memory for it.
    pub fn register<A, R, F>(&self, name: &str, function: F) -> Result<()>
    where
        A: FromLuaMulti,
        R: IntoLuaMulti,
        F: Fn(&Lua, A) -> mlua::Result<R> + 'static,
    {
        let function = functions::create(&self.lua, function)?;
        Ok(self.lua.globals().raw_set(name, function)?)
    }

    /// A handle that stops this runtime's Lua from any thread.
    pub fn interrupt(&self) -> Interrupt {
        Interrupt::new(Arc::clone(&self.control))
    }
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runtime").field("lua", &self.lua).finish_non_exhaustive()
    }
}
