//! The candidates for a context.

use super::context::{Context, context};
use super::files;
use crate::repl::lexer::{KEYWORDS, TokenKind, tokens};
use crate::repl::magic;
use crate::repl::resolve::{Link, Member, Resolver};
use crate::repl::show::is_identifier;
use moonglue::mlua::Value;

/// One way to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// What is inserted in place of the part already typed.
    pub(crate) text: String,
    /// What is listed.
    pub(crate) display: String,
}

impl Candidate {
    fn plain(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { display: text.clone(), text }
    }
}

/// Where the completed part of `line` begins, and what could stand in its place. The cursor is at `position`.
pub(crate) fn complete(resolver: &Resolver<'_>, line: &str, position: usize) -> (usize, Vec<Candidate>) {
    let typed = &line[..position];
    match context(typed) {
        Context::Name { partial, start } => (start, names(resolver, line, start, partial)),
        Context::Member { of, method, partial, start } => {
            let wanted = |member: &Member| {
                member.name.starts_with(partial)
                    && is_identifier(member.name.as_bytes())
                    && (!method || member.callable)
            };
            (start, members(resolver, &of, wanted).into_iter().map(detailed).collect())
        }
        Context::Key { of, partial, start, quote } => {
            let wanted =
                |member: &Member| member.name.starts_with(partial) && !member.name.contains(['\\', '"', '\'', '\n']);
            let closed = |member: Member| Candidate { text: format!("{}{quote}]", member.name), display: member.name };
            (start, members(resolver, &of, wanted).into_iter().map(closed).collect())
        }
        Context::Module { partial, start } => {
            (start, files::modules(resolver.lua, partial).into_iter().map(Candidate::plain).collect())
        }
        Context::Path { partial, start } => (start, files::paths(partial).into_iter().map(Candidate::plain).collect()),
        Context::Magic { partial, start } => {
            let found = magic::all().filter(|magic| magic.name.starts_with(partial));
            (start, found.map(|magic| Candidate::plain(magic.name)).collect())
        }
        Context::Nothing => (position, Vec::new()),
    }
}

fn members(resolver: &Resolver<'_>, of: &[Link], wanted: impl Fn(&Member) -> bool) -> Vec<Member> {
    let Some(value) = resolver.value(of) else { return Vec::new() };
    let mut found = resolver.members(&value);
    found.retain(wanted);
    found
}

fn detailed(member: Member) -> Candidate {
    let display = match member.detail.as_str() {
        parameters if parameters.starts_with('(') => format!("{}{parameters}", member.name),
        "" => member.name.clone(),
        detail => format!("{}  {detail}", member.name),
    };
    Candidate { text: member.name, display }
}

/// Keywords, globals, and the names that occur in the input itself, which may be its locals.
fn names(resolver: &Resolver<'_>, line: &str, start: usize, partial: &str) -> Vec<Candidate> {
    let globals = resolver.members(&Value::Table(resolver.lua.globals()));
    let mut found: Vec<String> = globals
        .into_iter()
        .map(|member| member.name)
        .filter(|name| is_identifier(name.as_bytes()))
        .chain(
            tokens(line)
                .iter()
                .filter(|token| token.kind == TokenKind::Name && token.start != start)
                .map(|token| token.text.to_owned()),
        )
        .chain(KEYWORDS.iter().filter(|_| !partial.is_empty()).map(|keyword| (*keyword).to_owned()))
        .filter(|name| name.starts_with(partial))
        .collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(Candidate::plain).collect()
}

#[cfg(test)]
#[path = "candidates_tests.rs"]
mod tests;
