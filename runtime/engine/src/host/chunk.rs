//! From source text to a Lua function: chunk names, the shebang line, syntax errors with their position.

use std::path::Path;

use mlua::{Function, Lua};

use super::error::{Error, Result};

/// Which chunks may be loaded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Accept {
    /// Source text; Lua does not verify precompiled code.
    Text,
    /// Precompiled code too.
    Any,
}

/// Compiles `source`. `name` is a Lua chunk name: `@path`, `=stdin`, `=(command line)`.
pub(crate) fn load(lua: &Lua, source: &[u8], name: &str, accept: Accept) -> Result<Function> {
    // A chunk name is a C string to Lua.
    let name = name.replace('\0', "?");
    let binary = accept == Accept::Any && source.starts_with(mlua::ffi::LUA_SIGNATURE);
    let mode = if binary { mlua::chunk::ChunkMode::Binary } else { mlua::chunk::ChunkMode::Text };
    lua.load(source).set_name(name).set_mode(mode).into_function().map_err(syntax_error)
}

/// Reads a script file and compiles it, skipping a UTF-8 byte order mark and a first line that begins with `#`.
pub(crate) fn load_file(lua: &Lua, path: &Path, accept: Accept) -> Result<Function> {
    let source = std::fs::read(path).map_err(|source| Error::Io { path: path.to_owned(), source })?;
    load(lua, script_text(&source), &format!("@{}", path.display()), accept)
}

/// The Lua part of a script file. The line break that ends a shebang stays, so that lines keep their numbers.
pub(crate) fn script_text(source: &[u8]) -> &[u8] {
    let text = source.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(source);
    if !text.starts_with(b"#") {
        return text;
    }
    let end = text.iter().position(|&byte| byte == b'\n').unwrap_or(text.len());
    let rest = &text[end..];
    match rest.strip_prefix(b"\n") {
        // Precompiled code may follow a shebang too; it must start with its signature.
        Some(code) if code.starts_with(mlua::ffi::LUA_SIGNATURE) => code,
        _ => rest,
    }
}

fn syntax_error(error: mlua::Error) -> Error {
    match error {
        mlua::Error::SyntaxError { message, incomplete_input } => {
            let (chunk, line) = match position_in(&message) {
                Some((chunk, line)) => (Some(chunk.to_owned()), Some(line)),
                None => (None, None),
            };
            Error::Syntax { chunk, line, message, incomplete: incomplete_input }
        }
        other => Error::Lua(other),
    }
}

/// The `chunk:line:` a message of Lua's starts with. The chunk is Lua's short form of its name.
pub(crate) fn position_in(message: &str) -> Option<(&str, u32)> {
    let first_line = message.lines().next()?;
    for (at, _) in first_line.match_indices(':') {
        let rest = &first_line[at + 1..];
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        if digits > 0 && rest[digits..].starts_with(':') {
            return Some((&first_line[..at], rest[..digits].parse().ok()?));
        }
    }
    None
}
