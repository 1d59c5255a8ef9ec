//! The session from its banner to its end.

use super::interrupt::Interrupts;
use super::places::{Place, startup};
use super::reader::{Read, Reader};
use super::session::Session;
use moonglue::Runtime;
use moonglue::mlua::MultiValue;
use std::io::IsTerminal as _;
use std::process::ExitCode;

/// How a session is begun.
#[derive(Clone, Copy, Debug)]
pub struct ReplOptions {
    /// Leave the startup file alone, as `-E` asks.
    pub ignore_environment: bool,
    /// Greet with version and first steps, when a person is there to read them.
    pub banner: bool,
}

impl Default for ReplOptions {
    fn default() -> Self {
        Self { ignore_environment: false, banner: true }
    }
}

/// Reads inputs and runs them in `runtime` until there are no more. Errors in inputs never end the session.
pub fn run(runtime: &Runtime, options: ReplOptions) -> ExitCode {
    let interactive = std::io::stdin().is_terminal();
    let mut session = match Session::new(runtime.lua(), Interrupts::default(), interactive) {
        Ok(session) => session,
        Err(error) => {
            eprintln!("moonglue: cannot begin a session: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut reader = Reader::open(&session);
    if interactive && options.banner {
        session.print(&banner(&session));
    }
    if !options.ignore_environment {
        run_startup_file(&mut session);
    }
    let mut interrupted = false;
    loop {
        session.width = reader.width().unwrap_or(session.width);
        match reader.read(&mut session) {
            Read::Input(text) => {
                interrupted = false;
                session.execute(&text);
            }
            Read::Interrupted => {
                if interrupted {
                    session.print("(Ctrl-D leaves)");
                }
                interrupted = true;
            }
            Read::End => return ExitCode::SUCCESS,
        }
    }
}

fn banner(session: &Session) -> String {
    let lua: String = session.lua.globals().raw_get("_VERSION").unwrap_or_default();
    format!("Moonglue {} ({lua})  ? for help, Ctrl-D to leave", env!("CARGO_PKG_VERSION"))
}

fn run_startup_file(session: &mut Session) {
    let (path, is_named) = match startup() {
        Place::Off => return,
        Place::Usual(path) => (path, false),
        Place::Named(path) => (path, true),
    };
    let source = match std::fs::read(&path) {
        Ok(source) => source,
        Err(error) if !is_named && error.kind() == std::io::ErrorKind::NotFound => return,
        Err(error) => return session.complain(&format!("cannot read {}: {error}", path.display())),
    };
    let chunk = session.lua.load(source).set_name(format!("@{}", path.display()));
    let outcome = match chunk.set_mode(moonglue::mlua::chunk::ChunkMode::Text).into_function() {
        Ok(function) => session.call(&function, MultiValue::new()),
        Err(error) => Err(session.evaluator.failure_of(&error)),
    };
    if let Err(failure) = outcome {
        session.report(&failure);
    }
    // What the startup file defines is part of the furniture, not of the user's session.
    session.baseline = session.global_names();
}
