//! Choosing what a runtime has before it exists.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use mlua::{Lua, LuaOptions, StdLib};

use super::chunk::Accept;
use super::error::Result;
use super::interrupt::Control;
use super::limits::Limits;
use super::output;
use super::policy::Policy;
use super::runtime::Runtime;
use super::{coroutine, install, sandbox, visitor};

/// Where a runtime's output goes.
pub(crate) type Writer = Box<dyn Write>;

/// Choosing what a [`Runtime`] has before it exists. Setters cannot fail; [`Builder::build`] checks.
#[must_use = "a builder does nothing until `build`"]
pub struct Builder {
    libraries: Option<StdLib>,
    memory_limit: usize,
    deadline: Option<Duration>,
    stdout: Option<Writer>,
    stderr: Option<Writer>,
    script_path: Vec<PathBuf>,
    args: Vec<OsString>,
    ignore_environment: bool,
    policy: Option<Policy>,
}

impl Builder {
    pub(crate) fn new() -> Builder {
        Builder {
            libraries: None,
            memory_limit: 0,
            deadline: None,
            stdout: None,
            stderr: None,
            script_path: Vec::new(),
            args: Vec::new(),
            ignore_environment: false,
            policy: None,
        }
    }

    /// Lua's standard libraries to open; by default all safe ones, and all (`debug`, C modules) where native calls are
    /// granted without restriction.
    pub fn libraries(mut self, libraries: StdLib) -> Builder {
        self.libraries = Some(libraries);
        self
    }

    /// Bytes that Lua may have allocated at any time. What native code allocates is not counted.
    pub fn memory_limit(mut self, bytes: usize) -> Builder {
        self.memory_limit = bytes;
        self
    }

    /// Wall-clock time for each call the host makes; when it has passed, Lua is stopped as by an
    /// [`Interrupt`](super::interrupt::Interrupt).
    pub fn deadline(mut self, allowed: Duration) -> Builder {
        self.deadline = Some(allowed);
        self
    }

    /// Takes what scripts print: `print`, `io.write`, `io.stdout`. Output of native code goes where it always goes.
    pub fn stdout(mut self, writer: impl Write + 'static) -> Builder {
        self.stdout = Some(Box::new(writer));
        self
    }

    /// Takes warnings and what scripts write to `io.stderr`.
    pub fn stderr(mut self, writer: impl Write + 'static) -> Builder {
        self.stderr = Some(Box::new(writer));
        self
    }

    /// A folder in which `require` looks first; may be given several times, the first wins.
    pub fn script_path(mut self, folder: impl Into<PathBuf>) -> Builder {
        self.script_path.push(folder.into());
        self
    }

    /// The global table `arg`, items from 1.
    pub fn args<S: Into<OsString>>(mut self, args: impl IntoIterator<Item = S>) -> Builder {
        self.args = args.into_iter().map(Into::into).collect();
        self
    }

    /// Whether `LUA_PATH` and `LUA_CPATH` are left alone, as by `lua -E`.
    pub fn ignore_environment(mut self, ignore: bool) -> Builder {
        self.ignore_environment = ignore;
        self
    }

    /// Grants native calls within `policy`: the module `ctypes`, and C modules through `require` where the policy is
    /// unrestricted.
    ///
    /// # Safety
    ///
    /// Scripts can now make the process do what C can: a wrong declaration, a library that misbehaves, a raw pointer
    /// or a use after free breaks every promise Rust makes about this process, and no error is raised for it. The
    /// caller vouches for the scripts this runtime will run as for C code that is linked in. `policy` narrows what
    /// scripts can reach; it does not make an allowed C function safe, and a C function that calls another is not
    /// watched.
    pub unsafe fn allow_ffi(mut self, policy: Policy) -> Builder {
        self.policy = Some(policy);
        self
    }

    /// Makes the runtime.
    ///
    /// # Errors
    ///
    /// [`Error::Lua`](super::Error::Lua) when the Lua state refuses something, for one when the memory limit is too
    /// small for the standard libraries or an unsafe library was asked for without [`Builder::allow_ffi`].
    pub fn build(self) -> Result<Runtime> {
        // What a narrower policy denies must not come in by C modules, the debug library or precompiled code.
        let unrestricted = self.policy.as_ref().is_some_and(Policy::is_unrestricted);
        let options = LuaOptions::new();
        let lua = if unrestricted {
            // SAFETY: the caller of `allow_ffi` vouched for the scripts, which is what a state that can load C
            // modules asks for.
            unsafe { Lua::unsafe_new_with(StdLib::NONE, options) }
        } else {
            Lua::new_with(StdLib::NONE, options)?
        };
        if self.ignore_environment {
            lua.set_named_registry_value("LUA_NOENV", true)?;
        }
        let default = if unrestricted { StdLib::ALL } else { StdLib::ALL_SAFE };
        lua.load_std_libs(self.libraries.unwrap_or(default))?;
        coroutine::install(&lua)?;
        if !unrestricted {
            sandbox::refuse_bytecode(&lua)?;
        }
        output::install(&lua, self.stdout, self.stderr)?;
        install::prepend_script_path(&lua, &self.script_path)?;
        install::set_args(&lua, &self.args)?;
        match self.policy {
            // SAFETY: the caller of `allow_ffi` vouched for the scripts within this policy.
            Some(policy) => unsafe { install::open(&lua, policy, true)? },
            None => install::deny(&lua)?,
        }
        let control = Control::new();
        visitor::introduce(&lua, &control)?;
        let limits = Limits::new(self.memory_limit, self.deadline, &control).map_err(mlua::Error::external)?;
        if self.memory_limit > 0 {
            lua.set_memory_limit(self.memory_limit)?;
        }
        let accept = if unrestricted { Accept::Any } else { Accept::Text };
        Ok(Runtime::assemble(lua, control, limits, accept))
    }
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder")
            .field("libraries", &self.libraries)
            .field("memory_limit", &self.memory_limit)
            .field("deadline", &self.deadline)
            .field("script_path", &self.script_path)
            .field("args", &self.args)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}
