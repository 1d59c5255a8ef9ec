//! Magics that list: `%who`, `%symbols`, `%history`.

use super::flags::next_word;
use super::{Magic, MagicError};
use crate::repl::columns::arrange;
use crate::repl::lexer::tokens;
use crate::repl::resolve::chain;
use crate::repl::session::Session;
use crate::repl::validate::compile;
use moonglue::mlua::Value;

pub(super) const MAGICS: &[Magic] = &[
    Magic {
        name: "who",
        usage: "%who [PART OF A NAME]",
        summary: "list the globals defined in this session",
        details: "",
        takes_code: false,
        run: who,
    },
    Magic {
        name: "symbols",
        usage: "%symbols LIBRARY [PATTERN]",
        summary: "list the symbols a library exports",
        details: "LIBRARY is an expression that gives a library object; PATTERN is one of string.find, such as ^sin.",
        takes_code: false,
        run: symbols,
    },
    Magic {
        name: "history",
        usage: "%history [COUNT | PART OF AN INPUT]",
        summary: "list the inputs of this session",
        details: "",
        takes_code: false,
        run: history,
    },
];

/// The type's name in Lua, which has but one for numbers.
fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Integer(_) | Value::Number(_) => "number",
        value => value.type_name(),
    }
}

/// Columns for a name before its value is moved away.
const NAME_COLUMNS: usize = 20;

fn who(session: &mut Session, part: &str) -> Result<(), MagicError> {
    let wanted = |name: &str| name.contains(part.trim());
    let found: Vec<(String, Value)> = session.user_globals().into_iter().filter(|(name, _)| wanted(name)).collect();
    if found.is_empty() {
        session.print("no globals of yours");
        return Ok(());
    }
    let columns = found.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0).min(NAME_COLUMNS);
    let mut lines = Vec::new();
    for (name, value) in &found {
        let room = session.width.saturating_sub(columns + 12).max(20);
        let shown = session.show().brief(value, room);
        lines.push(format!("{name:columns$}  {:8}  {shown}", type_name(value)));
    }
    session.print(&lines.join("\n"));
    Ok(())
}

fn symbols(session: &mut Session, argument: &str) -> Result<(), MagicError> {
    let (code, pattern) = match argument.trim().split_once(char::is_whitespace) {
        // `libm ^sin` would be arithmetic.
        Some((name, pattern)) if chain(&tokens(name)).is_some() => (name, pattern.trim_start()),
        _ => expression_and_word(session, argument)?,
    };
    let library = session.run(code)?.into_iter().next().unwrap_or(Value::Nil);
    let listed = session.ctypes("symbols", vec![library])?;
    let mut listed = listed.into_iter();
    let (Some(Value::Table(list)), demangled) = (listed.next(), listed.next()) else {
        return Err(MagicError::Message("the library gives no list of symbols".to_owned()));
    };
    let mut names = Vec::new();
    let mut has_demangled = false;
    for index in 1..=list.raw_len() {
        let name: String = list.raw_get(index)?;
        let readable: Option<String> = match &demangled {
            Some(Value::Table(demangled)) => demangled.raw_get(name.as_str())?,
            _ => None,
        };
        if session.matches(&name, pattern)? || readable.as_ref().is_some_and(|text| text.contains(pattern)) {
            has_demangled |= readable.is_some();
            names.push(readable.map_or_else(|| name.clone(), |readable| format!("{name}  {readable}")));
        }
    }
    // Demangled names are long: one on a line.
    let width = if has_demangled { 1 } else { session.width };
    let count = names.len();
    session.print(&format!("{}{count} symbol{}", arrange(&names, width), if count == 1 { "" } else { "s" }));
    Ok(())
}

/// Splits `EXPRESSION [WORD]`: the last word belongs to the expression if only that makes Lua of it.
pub(super) fn expression_and_word<'a>(session: &Session, argument: &'a str) -> Result<(&'a str, &'a str), MagicError> {
    let argument = argument.trim();
    if argument.is_empty() {
        return Err(MagicError::Usage);
    }
    if compile(&session.runtime, argument).is_err()
        && let Some((code, word)) = argument.rsplit_once(char::is_whitespace)
    {
        return Ok((code.trim_end(), word));
    }
    Ok((argument, ""))
}

fn history(session: &mut Session, argument: &str) -> Result<(), MagicError> {
    let (word, rest) = next_word(argument);
    let count = word.parse::<usize>().ok().filter(|_| rest.is_empty());
    let part = if count.is_some() { "" } else { argument.trim() };
    let mut lines: Vec<String> = session
        .inputs
        .iter()
        .enumerate()
        .filter(|(_, input)| input.contains(part))
        .map(|(index, input)| format!("{:4}  {}", index + 1, input.trim_end().replace('\n', "\n      ")))
        .collect();
    lines.drain(..lines.len().saturating_sub(count.unwrap_or(usize::MAX)));
    if lines.is_empty() {
        session.print("no inputs yet");
    } else {
        session.print(&lines.join("\n"));
    }
    Ok(())
}
