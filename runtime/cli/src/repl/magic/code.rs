//! Magics about code and names: `%run`, `%reset`, `%help`.

use super::flags::{Flags, next_word};
use super::{Magic, MagicError};
use crate::repl::help;
use crate::repl::session::Session;
use moonglue::mlua::chunk::ChunkMode;
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
    let source = std::fs::read(path).map_err(|error| MagicError::Message(format!("{path}: {error}")))?;
    let chunk = session.lua.load(without_first_comment(&source)).set_name(format!("@{path}")).set_mode(ChunkMode::Text);
    let function = match chunk.into_function() {
        Ok(function) => function,
        Err(error) => return Err(session.evaluator.failure_of(&error).into()),
    };
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

/// A first line that begins with `#` is for the system's loader; its newline stays, to keep line numbers.
fn without_first_comment(source: &[u8]) -> &[u8] {
    let source = source.strip_prefix(b"\xef\xbb\xbf").unwrap_or(source);
    if !source.starts_with(b"#") {
        return source;
    }
    source.iter().position(|&byte| byte == b'\n').map_or(b"", |end| &source[end..])
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_comment_is_skipped_but_its_line_counts() {
        assert_eq!(without_first_comment(b"#!/usr/bin/env lua\nx"), b"\nx");
        assert_eq!(without_first_comment(b"\xef\xbb\xbfx"), b"x");
        assert_eq!(without_first_comment(b"# only"), b"");
        assert_eq!(without_first_comment(b"x # y"), b"x # y");
    }
}
