//! Magics about code and names: `%run`, `%reset`, `%help`.

use super::flags::{Flags, next_word};
use super::{Magic, MagicError};
use crate::repl::help;
use crate::repl::session::Session;
use moonglue::mlua::{MultiValue, Value};

pub(super) const MAGICS: &[Magic] = &[
    Magic {
        name: "run",
        usage: "%run FILE [ARGUMENT ...]",
        summary: "run a Lua file in this session",
        details: "The file's globals stay. It gets its arguments as `...` and in `arg`, as a script does.",
        takes_code: false,
        run: run_file,
    },
    Magic {
        name: "reset",
        usage: "%reset [-f]",
        summary: "remove the globals defined in this session",
        details: "Without -f it only tells what would be removed. Modules stay loaded, libraries stay open.",
        takes_code: false,
        run: reset,
    },
    Magic {
        name: "help",
        usage: "%help [TOPIC]",
        summary: "explain the prompt, a magic, or a value",
        details: "The same as ?TOPIC.",
        takes_code: false,
        run: |session, topic| {
            help::answer(session, topic.trim());
            Ok(())
        },
    },
];

fn run_file(session: &mut Session, argument: &str) -> Result<(), MagicError> {
    let (path, mut rest) = next_word(argument);
    if path.is_empty() {
        return Err(MagicError::Usage);
    }
    let mut arguments = Vec::new();
    while !rest.is_empty() {
        let (word, behind) = next_word(rest);
        arguments.push(word);
        rest = behind;
    }
    let function = session.runtime.load_file(path)?;
    let globals = session.lua.globals();
    let before: Value = globals.raw_get("arg")?;
    let arg = session.lua.create_sequence_from(arguments.iter().copied())?;
    arg.raw_set(0, path)?;
    globals.raw_set("arg", arg)?;
    let words: MultiValue =
        arguments.iter().map(|word| session.lua.create_string(word).map(Value::String)).collect::<Result<_, _>>()?;
    let outcome = session.call(&function, words);
    globals.raw_set("arg", before)?;
    session.print_results(&outcome?);
    Ok(())
}

fn reset(session: &mut Session, argument: &str) -> Result<(), MagicError> {
    let flags = Flags::split(argument);
    if !flags.rest.is_empty() {
        return Err(MagicError::Usage);
    }
    let names: Vec<String> = session.user_globals().into_iter().map(|(name, _)| name).collect();
    if names.is_empty() {
        session.print("nothing to remove");
    } else if flags.has("-f") {
        for name in &names {
            session.lua.globals().raw_set(name.as_str(), Value::Nil)?;
        }
        session.print(&format!("removed: {}", names.join(", ")));
    } else {
        session.print(&format!("would remove: {} (%reset -f does it)", names.join(", ")));
    }
    Ok(())
}
