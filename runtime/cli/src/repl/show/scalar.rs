//! Strings and functions as text.

use crate::repl::natives::Natives;
use moonglue::mlua::Function;

/// `bytes` as a Lua string literal of at most `limit` characters; what is left out is counted.
pub(crate) fn quoted(bytes: &[u8], limit: usize) -> String {
    let mut literal = String::with_capacity(bytes.len().min(limit) + 2);
    literal.push('"');
    let mut shown = 0;
    let mut used = 0;
    'bytes: for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if shown == limit {
                break 'bytes;
            }
            push_character(&mut literal, c);
            shown += 1;
            used += c.len_utf8();
        }
        for byte in chunk.invalid() {
            if shown == limit {
                break 'bytes;
            }
            literal.push_str(&format!("\\x{byte:02x}"));
            shown += 1;
            used += 1;
        }
    }
    literal.push('"');
    if used < bytes.len() {
        literal.push_str(&format!("… {} bytes more", bytes.len() - used));
    }
    literal
}

fn push_character(literal: &mut String, c: char) {
    match c {
        '"' => literal.push_str("\\\""),
        '\\' => literal.push_str("\\\\"),
        '\n' => literal.push_str("\\n"),
        '\r' => literal.push_str("\\r"),
        '\t' => literal.push_str("\\t"),
        c if c.is_ascii_control() => literal.push_str(&format!("\\x{:02x}", u32::from(c))),
        // C1 controls and invisible marks could steer the terminal or hide text.
        c if c.is_control() || is_invisible(c) => literal.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
        c => literal.push(c),
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Whether `key` can stand before `=` in a table, or behind a dot.
pub(crate) fn is_identifier(key: &[u8]) -> bool {
    let Ok(key) = std::str::from_utf8(key) else { return false };
    let mut characters = key.chars();
    characters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && crate::repl::lexer::KEYWORDS.binary_search(&key).is_err()
}

/// A Lua function with its parameters and its place; `None` for one written in C.
pub(crate) fn signature(natives: &Natives, function: &Function) -> Option<String> {
    let parameters = natives.parameters(function)?;
    let info = function.info();
    let place = match (info.short_src, info.line_defined) {
        (Some(source), Some(line)) => format!(" <{source}:{line}>"),
        _ => String::new(),
    };
    Some(format!("function({parameters}){place}"))
}
