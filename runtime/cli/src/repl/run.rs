//! The session from its banner to its end.

use super::places::{Place, startup};
use super::reader::{Read, Reader};
use super::session::Session;
use moonglue::Runtime;
use std::io::IsTerminal as _;
use std::process::ExitCode;

/// How a session is begun.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReplOptions {
    /// Leave the startup file and our variables alone, as `-E` asks.
    pub(crate) ignore_environment: bool,
    /// Greet with version and first steps, when a person is there to read them.
    pub(crate) banner: bool,
}

/// Reads inputs and runs them in `runtime` until there are no more. Errors in inputs never end the session.
pub(crate) fn run(runtime: &Runtime, options: ReplOptions) -> ExitCode {
    let interactive = std::io::stdin().is_terminal();
    let mut session = match Session::new(runtime, interactive) {
        Ok(session) => session,
        Err(error) => {
            eprintln!("moonglue: cannot begin a session: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut reader = Reader::open(&session, options.ignore_environment);
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
    if !is_named && !path.exists() {
        return;
    }
    if let Err(error) = session.runtime.load_file(&path).and_then(|function| session.call(&function, ())) {
        session.report(&error);
    }
    // What the startup file defines is part of the furniture, not of the user's session.
    session.baseline = session.global_names();
}
