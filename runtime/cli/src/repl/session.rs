//! One interactive session: its state, and what happens to an input.

use super::input::{Input, classify};
use super::lexer::{TokenKind, tokens};
use super::magic::{self, MagicError};
use super::natives::Natives;
use super::paint::{Palette, Role};
use super::results::LastResults;
use super::show::{Limits, Show};
use super::validate::compile;
use super::{help, report};
use moonglue::mlua::{self, IntoLuaMulti, Lua, MultiValue, Value};
use moonglue::{Error, Runtime};
use std::collections::HashSet;
use std::io::Write;

/// The state behind the prompt.
pub(crate) struct Session {
    pub(crate) runtime: Runtime,
    pub(crate) lua: Lua,
    pub(crate) natives: Natives,
    /// Colours of results, on stdout.
    pub(crate) palette: Palette,
    /// Colours of errors and warnings, on stderr.
    pub(crate) error_palette: Palette,
    /// A person is typing: prompts, banner and warnings make sense.
    pub(crate) interactive: bool,
    /// Columns of the terminal.
    pub(crate) width: usize,
    /// Globals that were there before the user's own.
    pub(crate) baseline: HashSet<Vec<u8>>,
    /// The inputs of this session, oldest first.
    pub(crate) inputs: Vec<String>,
    /// Text to start the next input with.
    pub(crate) next_input: Option<String>,
    pub(crate) last: LastResults,
    /// The input being run.
    running: String,
    warned_of_locals: bool,
}

impl Session {
    /// A session on `runtime`.
    ///
    /// # Errors
    /// When the state lacks the functions a session needs, or memory.
    pub(crate) fn new(runtime: &Runtime, interactive: bool) -> mlua::Result<Self> {
        let lua = runtime.lua();
        let mut session = Self {
            runtime: runtime.clone(),
            natives: Natives::take(runtime)?,
            palette: report::palette_of(&std::io::stdout()),
            error_palette: report::palette_of(&std::io::stderr()),
            interactive,
            width: Limits::default().width,
            baseline: HashSet::new(),
            inputs: Vec::new(),
            next_input: None,
            last: LastResults::new(lua),
            running: String::new(),
            warned_of_locals: false,
            lua: lua.clone(),
        };
        session.baseline = session.global_names();
        Ok(session)
    }

    /// Runs one complete input. Whatever happens, the session goes on.
    pub(crate) fn execute(&mut self, text: &str) {
        text.clone_into(&mut self.running);
        match classify(text) {
            Input::Empty => return,
            Input::Magic { name, argument } => self.magic(name, argument),
            Input::Help(topic) => help::answer(self, topic),
            Input::Expression(code) => self.code(&format!("return {code}")),
            Input::Code(code) => {
                self.warn_of_locals(code);
                self.code(code);
            }
        }
        self.inputs.push(text.to_owned());
    }

    fn code(&mut self, code: &str) {
        match self.run(code) {
            Ok(values) => self.print_results(&values),
            Err(error) => self.report(&error),
        }
    }

    fn magic(&mut self, name: &str, argument: &str) {
        let Some(magic) = magic::find(name) else {
            let near = magic::near(name).map_or_else(String::new, |near| format!(", did you mean %{near}?"));
            return self.complain(&format!("no magic is named %{name}{near} (%help lists them)"));
        };
        match (magic.run)(self, argument) {
            Ok(()) => {}
            Err(MagicError::Usage) => self.complain(&format!("usage: {}", magic.usage)),
            Err(MagicError::Message(message)) => self.complain(&format!("%{name}: {message}")),
            Err(MagicError::Failed(error)) => self.report(&error),
        }
    }

    /// Compiles and runs `code`; Ctrl-C stops it.
    ///
    /// # Errors
    /// That it does not compile, or what it raised.
    pub(crate) fn run(&self, code: &str) -> Result<Vec<Value>, Error> {
        self.call(&compile(&self.runtime, code)?, ())
    }

    /// Calls `function`; Ctrl-C stops it.
    ///
    /// # Errors
    /// What the function raised.
    pub(crate) fn call(&self, function: &mlua::Function, arguments: impl IntoLuaMulti) -> Result<Vec<Value>, Error> {
        Ok(self.runtime.call::<MultiValue>(function, arguments)?.into_vec())
    }

    /// Prints the results of an input and keeps them as `_`.
    pub(crate) fn print_results(&mut self, values: &[Value]) {
        if values.is_empty() {
            return;
        }
        let mut shown = self.show().results(values);
        shown.push(b'\n');
        self.print_bytes(&shown);
        match self.last.store(values) {
            Ok(false) => {}
            Ok(true) => self.warn("_ is yours now: results are no longer stored in it"),
            Err(error) => self.complain(&error.to_string()),
        }
    }

    /// Prints `text` and a newline on stdout, after what Lua and C have written there.
    pub(crate) fn print(&self, text: &str) {
        self.print_bytes(format!("{text}\n").as_bytes());
    }

    fn print_bytes(&self, bytes: &[u8]) {
        self.natives.flush();
        let mut stdout = std::io::stdout().lock();
        // A closed pipe ends the session at its next read; there is nobody to tell.
        let _ = stdout.write_all(bytes).and_then(|()| stdout.flush());
    }

    /// Reports an error of Lua's and keeps it as `_err`.
    pub(crate) fn report(&mut self, error: &Error) {
        self.natives.flush();
        report::failure(error, &self.running);
        let kept = match error.value() {
            Some(value) => Ok(value.clone()),
            None => self.lua.create_string(error.to_string()).map(Value::String),
        };
        if let Err(error) = kept.and_then(|value| self.last.store_error(&value)) {
            self.complain(&error.to_string());
        }
    }

    /// Says what went wrong with a command.
    pub(crate) fn complain(&self, message: &str) {
        self.natives.flush();
        eprintln!("{}", self.error_palette.paint(Role::Error, message));
    }

    /// A remark that is no error.
    pub(crate) fn warn(&self, message: &str) {
        self.natives.flush();
        eprintln!("{}", self.error_palette.paint(Role::Constant, &format!("warning: {message}")));
    }

    /// How values are shown in this session.
    pub(crate) fn show(&self) -> Show<'_> {
        let limits = Limits { width: self.width, ..Limits::default() };
        Show { natives: &self.natives, palette: self.palette, limits }
    }

    /// The names of all globals that are strings.
    pub(crate) fn global_names(&self) -> HashSet<Vec<u8>> {
        let mut names = HashSet::new();
        // The traversal is raw and its closure never fails, so there is no error to report.
        let _ = self.lua.globals().for_each(|key: Value, _: Value| {
            if let Value::String(name) = key {
                names.insert(name.as_bytes().to_vec());
            }
            Ok(())
        });
        names
    }

    /// The globals defined in this session, sorted by name.
    pub(crate) fn user_globals(&self) -> Vec<(String, Value)> {
        let mut found = Vec::new();
        let _ = self.lua.globals().for_each(|key: Value, value: Value| {
            if let Value::String(name) = key
                && !self.baseline.contains(&*name.as_bytes())
                && !self.last.owns(&name.to_string_lossy())
            {
                found.push((name.to_string_lossy(), value));
            }
            Ok(())
        });
        found.sort_by(|(a, _), (b, _)| a.cmp(b));
        found
    }

    /// Whether `string.find` finds `pattern` in `name`; an empty pattern is in every name.
    ///
    /// # Errors
    /// That the pattern is malformed.
    pub(crate) fn matches(&self, name: &str, pattern: &str) -> Result<bool, Error> {
        match &self.natives.find {
            Some(find) if !pattern.is_empty() => Ok(self.runtime.call::<Option<i64>>(find, (name, pattern))?.is_some()),
            _ => Ok(name.contains(pattern)),
        }
    }

    /// Calls the function `name` of the ctypes module.
    ///
    /// # Errors
    /// What the function raised, also that there is no such module.
    pub(crate) fn ctypes(&self, name: &str, arguments: Vec<Value>) -> Result<Vec<Value>, MagicError> {
        let source = "local require, name = ... return function(...) return require('ctypes')[name](...) end";
        let chunk = self.lua.load(source).set_name("=moonglue");
        let function: mlua::Function = chunk.call((self.natives.require.clone(), name))?;
        Ok(self.call(&function, MultiValue::from_vec(arguments))?)
    }

    /// Each input is a chunk of its own, so its locals end with it; people are told once.
    fn warn_of_locals(&mut self, code: &str) {
        let first = tokens(code).into_iter().find(|token| !token.is_blank());
        let is_local = first.is_some_and(|token| token.kind == TokenKind::Keyword && token.text == "local");
        if is_local && self.interactive && !self.warned_of_locals {
            self.warned_of_locals = true;
            self.warn("locals do not survive their input");
        }
    }
}
