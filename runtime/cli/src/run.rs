//! What `lua` does with its command line, in the same order.

use std::ffi::{OsStr, OsString};
use std::io::{IsTerminal as _, Read as _};
use std::path::Path;
use std::process::ExitCode;

use moonglue::mlua::{self, Function, MultiValue, Value};
use moonglue::{Error, Policy, Result, Runtime};

use crate::args::{Invocation, Step};
use crate::render;
use crate::repl::{self, ReplOptions};
use crate::signals::Interrupts;
use crate::sources::Sources;
use crate::version;

/// Exit status of a run stopped by Ctrl-C, as shells count it.
const INTERRUPTED: u8 = 130;

/// Runs what the command line asks for.
pub(crate) fn run(invocation: &Invocation) -> ExitCode {
    let mut sources = Sources::default();
    match Runner::new(invocation).and_then(|runner| runner.run(&mut sources)) {
        Ok(code) => code,
        Err(error) => {
            render::report(&error, &sources);
            match error {
                Error::Interrupted { .. } => ExitCode::from(INTERRUPTED),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

struct Runner<'a> {
    runtime: Runtime,
    interrupts: Interrupts,
    invocation: &'a Invocation,
}

impl<'a> Runner<'a> {
    fn new(invocation: &'a Invocation) -> Result<Runner<'a>> {
        let builder = Runtime::builder().ignore_environment(invocation.ignore_environment);
        // SAFETY: the person at the command line chose the scripts, and runs them with their own rights.
        let runtime = unsafe { builder.allow_ffi(Policy::unrestricted()) }.build()?;
        let require: Function = runtime.globals().get("require")?;
        let module: Value = runtime.call(&require, "ctypes")?;
        runtime.globals().set("ctypes", module)?;
        let interrupts = Interrupts::listen(&runtime);
        Ok(Runner { runtime, interrupts, invocation })
    }

    fn run(&self, sources: &mut Sources) -> Result<ExitCode> {
        if self.invocation.show_version && !self.invocation.interactive {
            println!("{}", version::short());
        }
        self.set_args()?;
        if !self.invocation.ignore_environment {
            self.run_init(sources)?;
        }
        for step in &self.invocation.steps {
            self.run_step(step, sources)?;
        }
        if self.invocation.has_script() {
            self.run_script(sources)?;
        }
        if self.invocation.interactive {
            return Ok(self.prompt());
        }
        if !self.invocation.has_script() && !self.invocation.has_work() {
            if std::io::stdin().is_terminal() {
                return Ok(self.prompt());
            }
            self.run_stdin(sources, MultiValue::new())?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn prompt(&self) -> ExitCode {
        self.interrupts.prompt_begins();
        let options = ReplOptions { ignore_environment: self.invocation.ignore_environment, banner: true };
        repl::run(&self.runtime, options)
    }

    /// The global `arg`: the script at 0, what follows it from 1, what precedes it below 0.
    fn set_args(&self) -> Result<()> {
        let lua = self.runtime.lua();
        let table = lua.create_table()?;
        for (place, word) in (0i64..).zip(&self.invocation.words) {
            let script = i64::try_from(self.invocation.script).map_err(mlua::Error::external)?;
            table.raw_set(place - script, lua.create_string(word.as_encoded_bytes())?)?;
        }
        Ok(self.runtime.globals().raw_set("arg", table)?)
    }

    /// `LUA_INIT_5_4`, else `LUA_INIT`: Lua code, or `@` and the name of a file with such.
    fn run_init(&self, sources: &mut Sources) -> Result<()> {
        let version: String = self.runtime.globals().get("_VERSION")?;
        let versioned = format!("LUA_INIT_{}", version.trim_start_matches("Lua ").replace('.', "_"));
        let found = [versioned.as_str(), "LUA_INIT"].into_iter().find_map(|name| Some((name, std::env::var_os(name)?)));
        let Some((name, code)) = found else { return Ok(()) };
        match code.as_encoded_bytes().strip_prefix(b"@") {
            Some(path) => {
                let function = self.runtime.load_file(bytes_to_path(path))?;
                self.runtime.call(&function, ())
            }
            None => self.run_text(code.as_encoded_bytes(), name, sources),
        }
    }

    fn run_step(&self, step: &Step, sources: &mut Sources) -> Result<()> {
        match step {
            Step::Execute(code) => self.run_text(code.as_encoded_bytes(), "(command line)", sources),
            Step::Require(what) => self.require(what),
            Step::WarningsOn => {
                self.runtime.lua().warning("@on", false);
                Ok(())
            }
        }
    }

    fn run_text(&self, code: &[u8], label: &str, sources: &mut Sources) -> Result<()> {
        sources.note(label, code);
        let function = self.runtime.load(code, &format!("={label}"))?;
        self.runtime.call(&function, ())
    }

    /// `-l mod` sets the global `mod`, `-l g=mod` the global `g`. What follows a `-` in a name is a version.
    fn require(&self, what: &OsStr) -> Result<()> {
        let words = what.as_encoded_bytes();
        let equals = words.iter().position(|&byte| byte == b'=');
        let (global, module) = match equals {
            Some(at) => (&words[..at], &words[at + 1..]),
            None => {
                let end = words.iter().position(|&byte| byte == b'-').unwrap_or(words.len());
                (&words[..end], words)
            }
        };
        let lua = self.runtime.lua();
        let require: Function = self.runtime.globals().get("require")?;
        let value: Value = self.runtime.call(&require, lua.create_string(module)?)?;
        Ok(self.runtime.globals().set(lua.create_string(global)?, value)?)
    }

    fn run_script(&self, sources: &mut Sources) -> Result<()> {
        let Invocation { words, script, .. } = self.invocation;
        let name: &OsString = &words[*script];
        // `-- -` means a file of that name.
        if name == "-" && words[script - 1] != "--" {
            return self.run_stdin(sources, self.script_args()?);
        }
        let function = self.runtime.load_file(Path::new(name))?;
        self.runtime.call(&function, self.script_args()?)
    }

    /// The script's `...`: what `arg` holds now, which code run before the script may have changed.
    fn script_args(&self) -> Result<MultiValue> {
        match self.runtime.globals().get::<Value>("arg")? {
            Value::Table(arg) => Ok(MultiValue::from_vec(arg.sequence_values().collect::<mlua::Result<Vec<Value>>>()?)),
            _ => Err(mlua::Error::runtime("'arg' is not a table").into()),
        }
    }

    fn run_stdin(&self, sources: &mut Sources, args: MultiValue) -> Result<()> {
        let mut code = Vec::new();
        std::io::stdin().read_to_end(&mut code).map_err(|source| Error::Io { path: "stdin".into(), source })?;
        sources.note("stdin", &code);
        let function = self.runtime.load_script(&code, "=stdin")?;
        self.runtime.call(&function, args)
    }
}

#[cfg(unix)]
fn bytes_to_path(bytes: &[u8]) -> &Path {
    use std::os::unix::ffi::OsStrExt as _;
    Path::new(OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn bytes_to_path(bytes: &[u8]) -> std::path::PathBuf {
    String::from_utf8_lossy(bytes).into_owned().into()
}
