//! What `?topic` answers.

use super::known::{described, named};
use crate::repl::hint;
use crate::repl::introspect;
use crate::repl::lexer::tokens;
use crate::repl::magic;
use crate::repl::paint::Role;
use crate::repl::resolve::{Resolver, chain};
use crate::repl::session::Session;
use moonglue::mlua::{Function, Value};

const OVERVIEW: &str = "\
Type Lua: an expression shows its values, a statement runs. Unfinished input goes on in the next line.

  ?NAME  NAME?       explain a value, a function, a type or a magic
  =EXPRESSION        the same as the expression alone
  _  _1  _2  _err    the last value, each of the last values, the last error
  Tab                complete names, fields, methods, symbols, modules, files
  Up  PageUp  Ctrl-R earlier inputs, those that begin as typed, search in them
  Right              accept the grey suggestion
  Ctrl-C             drop the input, or interrupt running Lua
  Ctrl-D             leave
  _PROMPT _PROMPT2   globals with prompts of your own

Magics:";

/// Prints help on `topic`, or on the prompt when there is none.
pub(crate) fn answer(session: &mut Session, topic: &str) {
    let text = match topic {
        "" => overview(session),
        topic => match topic.strip_prefix('%').and_then(magic::find) {
            Some(magic) => of_magic(magic),
            None => of_name(session, topic),
        },
    };
    session.print(&text);
}

fn overview(session: &Session) -> String {
    let mut text = OVERVIEW.to_owned();
    for magic in magic::all() {
        let name = format!("%{:<9}", magic.name);
        text.push_str(&format!("\n  {} {}", session.palette.paint(Role::Keyword, &name), magic.summary));
    }
    text
}

fn of_magic(magic: &magic::Magic) -> String {
    let details = if magic.details.is_empty() { String::new() } else { format!("\n\n{}", magic.details) };
    format!("{}\n    {}{details}", magic.usage, magic.summary)
}

fn of_name(session: &Session, topic: &str) -> String {
    let resolver = Resolver { lua: &session.lua, natives: &session.natives };
    let value = chain(&tokens(topic)).and_then(|links| resolver.value(&links));
    match value {
        Some(value) => of_value(session, &resolver, topic, &value),
        // Keywords of ours come after the user's names.
        None => match (magic::find(topic), named(topic)) {
            (Some(magic), _) => of_magic(magic),
            (None, Some(known)) => format!("{}{}\n    {}", known.name, known.parameters, known.summary),
            (None, None) => of_member(&resolver, topic).unwrap_or_else(|| format!("nothing is known about {topic}")),
        },
    }
}

/// A name that its owner offers but whose value is not at hand: a symbol that was never looked up.
fn of_member(resolver: &Resolver<'_>, topic: &str) -> Option<String> {
    let (owner, name) = topic.rsplit_once('.')?;
    let owner = resolver.value(&chain(&tokens(owner))?)?;
    let member = resolver.members(&owner).into_iter().find(|member| member.name == name)?;
    let detail = if member.detail.is_empty() { "a symbol that was not used yet" } else { &member.detail };
    Some(format!("{topic}: {detail}"))
}

fn of_value(session: &Session, resolver: &Resolver<'_>, topic: &str, value: &Value) -> String {
    let mut lines = Vec::new();
    if let Value::Function(function) = value {
        lines.push(of_function(session, resolver, topic, function));
    } else {
        let brief = session.show().brief(value, session.width);
        lines.push(if brief == topic { brief } else { format!("{topic}: {brief}") });
        if let Some(signature) = introspect::signature(&session.lua, value) {
            lines.push(format!("    {signature}"));
        }
        lines.extend(introspect::notes(&session.lua, value).unwrap_or_default());
    }
    if !matches!(value, Value::Function(_) | Value::String(_)) {
        let members = resolver.members(value);
        let names: Vec<String> = members.iter().map(|member| member.name.clone()).collect();
        if !names.is_empty() && names.len() <= MOST_NAMES {
            lines.push(crate::repl::columns::arrange(&names, session.width).trim_end().to_owned());
        } else if !names.is_empty() {
            lines.push(format!("    {} names; press Tab behind `{topic}.`", names.len()));
        }
    }
    lines.join("\n")
}

/// More names than this are not listed, only counted.
const MOST_NAMES: usize = 120;
/// A function's source is shown up to this many lines.
const MOST_SOURCE_LINES: usize = 40;

fn of_function(session: &Session, resolver: &Resolver<'_>, topic: &str, function: &Function) -> String {
    if let Some(known) = described(&session.lua, function) {
        return format!("{}{}\n    {}", known.name, known.parameters, known.summary);
    }
    let value = Value::Function(function.clone());
    let head = hint::of_value(resolver, &value, topic)
        .unwrap_or_else(|| format!("{topic}: {}", session.natives.text(&value).unwrap_or_default()));
    let info = function.info();
    let (Some(source), Some(first), Some(last)) = (info.source, info.line_defined, info.last_line_defined) else {
        return format!("{head}\n    a function written in C");
    };
    let place = format!("    defined at {}:{first}", info.short_src.unwrap_or_default());
    let text = source.strip_prefix('@').and_then(|path| std::fs::read_to_string(path).ok());
    let Some(text) = text else { return format!("{head}\n{place}") };
    let lines: Vec<String> = text
        .lines()
        .skip(first.saturating_sub(1))
        .take((last + 1).saturating_sub(first).min(MOST_SOURCE_LINES))
        .map(|line| format!("    {line}"))
        .collect();
    format!("{head}\n{place}\n{}", lines.join("\n"))
}
