//! Where inputs come from: a line editor on a good terminal, plain lines anywhere else.

use super::editor::{LuaEditor, open};
use super::history::HistoryFile;
use super::places;
use super::session::Session;
use super::validate::{Completeness, check};
use moonglue::mlua::{LuaString, Value};
use rustyline::error::ReadlineError;
use std::io::{BufRead as _, IsTerminal as _, Write as _};

/// What reading gave.
pub(crate) enum Read {
    /// A complete input.
    Input(String),
    /// Ctrl-C.
    Interrupted,
    /// Ctrl-D, or the end of the file.
    End,
}

/// Reads inputs.
pub(crate) enum Reader {
    /// Line editing with everything.
    Editor(Box<LuaEditor>, HistoryFile),
    /// Lines as they come: a pipe, a file, a terminal that cannot move its cursor.
    Plain,
}

impl Reader {
    /// The best reader for where we run.
    pub(crate) fn open(session: &Session, ignore_environment: bool) -> Self {
        if !can_edit() {
            return Self::Plain;
        }
        match open(&session.runtime, &session.natives, session.palette) {
            Ok(mut editor) => {
                let (history, complaint) = HistoryFile::open(places::history(ignore_environment), &mut editor);
                if let Some(complaint) = complaint {
                    session.warn(&complaint);
                }
                Self::Editor(Box::new(editor), history)
            }
            Err(error) => {
                session.warn(&format!("lines cannot be edited here: {error}"));
                Self::Plain
            }
        }
    }

    /// Columns of the terminal, where known.
    pub(crate) fn width(&mut self) -> Option<usize> {
        match self {
            Self::Editor(editor, _) => editor.dimensions().map(|(columns, _)| usize::from(columns)),
            Self::Plain => None,
        }
    }

    /// Reads one complete input.
    pub(crate) fn read(&mut self, session: &mut Session) -> Read {
        let initial = session.next_input.take();
        match self {
            Self::Editor(editor, history) => {
                let prompt = prompt(session, "_PROMPT", "> ");
                begin_line(session);
                let text = initial.unwrap_or_default();
                match editor.readline_with_initial(prompt.as_str(), (&text, "")) {
                    Ok(input) => {
                        if !input.trim().is_empty()
                            && let Some(complaint) = history.add(editor, &input)
                        {
                            session.warn(&complaint);
                        }
                        Read::Input(input)
                    }
                    Err(ReadlineError::Interrupted) => Read::Interrupted,
                    Err(ReadlineError::Eof) => Read::End,
                    Err(error) => {
                        session.complain(&format!("cannot read: {error}"));
                        Read::End
                    }
                }
            }
            Self::Plain => match initial {
                Some(text) => Read::Input(text),
                None => read_plainly(session),
            },
        }
    }
}

/// Brings the cursor to the beginning of a line without asking the terminal where it is: the editor draws over the
/// line it is on, and code may have written half of one. A mark and blanks for the rest of a line wrap around if it
/// is not at its beginning; if it is, they stay on the line that the prompt is about to clear.
fn begin_line(session: &Session) {
    session.natives.flush();
    let mark = if session.palette.colours { "\x1b[7m%\x1b[0m" } else { "%" };
    print!("{mark}{:blanks$}\r", "", blanks = session.width.saturating_sub(1));
    // The editor is about to report a broken terminal itself.
    let _ = std::io::stdout().flush();
}

/// Terminals that rustyline itself treats as files.
const POOR_TERMINALS: [&str; 3] = ["dumb", "cons25", "emacs"];

fn can_edit() -> bool {
    let is_poor = std::env::var("TERM").is_ok_and(|term| POOR_TERMINALS.contains(&term.as_str()));
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal() && !is_poor
}

/// Reads lines until Lua has a whole input.
fn read_plainly(session: &Session) -> Read {
    let mut text = String::new();
    loop {
        if session.interactive {
            let (name, usual) = if text.is_empty() { ("_PROMPT", "> ") } else { ("_PROMPT2", ">> ") };
            let prompt = prompt(session, name, usual);
            session.natives.flush();
            print!("{prompt}");
            let _ = std::io::stdout().flush();
        }
        match read_line(session) {
            Ok(Some(line)) => text.push_str(&line),
            Ok(None) if text.trim().is_empty() => return Read::End,
            // What is there is run: Lua says what is missing.
            Ok(None) => return Read::Input(text),
            Err(reason) if text.is_empty() => {
                session.complain(&format!("cannot read: {reason}"));
                return Read::End;
            }
            Err(_) => return Read::Input(text),
        }
        if check(&session.runtime, &text) != Completeness::Incomplete {
            text.truncate(text.trim_end_matches(['\n', '\r']).len());
            return Read::Input(text);
        }
    }
}

/// One line with its newline. It is read through Lua, because `io.read` in an input must find what follows it.
fn read_line(session: &Session) -> Result<Option<String>, String> {
    if let Some(read_line) = &session.natives.read_line {
        let line = read_line.call::<Option<LuaString>>(()).map_err(|error| error.to_string())?;
        return Ok(line.map(|line| line.to_string_lossy()));
    }
    let mut line = String::new();
    match std::io::stdin().lock().read_line(&mut line) {
        Ok(0) => Ok(None),
        Ok(_) => Ok(Some(line)),
        Err(error) => Err(error.to_string()),
    }
}

/// The prompt the user has set, through `tostring` as in lua.c, or the usual one.
fn prompt(session: &Session, name: &str, usual: &str) -> String {
    match session.lua.globals().raw_get::<Value>(name) {
        Ok(value) if !value.is_nil() => session.natives.text(&value).unwrap_or_else(|_| usual.to_owned()),
        _ => usual.to_owned(),
    }
}
