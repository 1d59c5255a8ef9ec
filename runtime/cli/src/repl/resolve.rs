//! Values behind the names of an input that is being typed, found without running anyone's code.

use super::help::described;
use super::introspect;
use super::lexer::{Token, TokenKind};
use super::natives::Natives;
pub(crate) use moonglue::introspect::Member;
use moonglue::mlua::{Integer, Lua, Table, Value};

/// One step from the globals to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// A name: a global at the beginning, a field behind a dot.
    Name(String),
    /// `[1]`.
    Index(Integer),
    /// A string in parentheses: only at the beginning.
    Text,
}

/// The chain of links that ends with the last of `tokens`; `None` when a value could only be found by running code.
pub(crate) fn chain(tokens: &[Token<'_>]) -> Option<Vec<Link>> {
    let mut rest: Vec<&Token<'_>> = tokens.iter().filter(|token| !token.is_blank()).collect();
    let mut links = Vec::new();
    loop {
        let last = rest.pop()?;
        match (last.kind, last.text) {
            (TokenKind::Name, name) => {
                links.push(Link::Name(name.to_owned()));
                if rest.last().is_none_or(|token| !matches!(token.text, "." | ":")) {
                    break;
                }
                rest.pop();
            }
            (TokenKind::Symbol, "]") => {
                let key = rest.pop()?;
                links.push(match key.kind {
                    TokenKind::Number => Link::Index(key.text.parse().ok()?),
                    TokenKind::String => Link::Name(simple_string(key)?.to_owned()),
                    _ => return None,
                });
                rest.pop().filter(|token| token.text == "[")?;
            }
            (TokenKind::Symbol, ")") => {
                rest.pop().filter(|token| token.kind == TokenKind::String)?;
                rest.pop().filter(|token| token.text == "(")?;
                // Behind something callable, the parentheses are a call.
                let called = |token: &&Token<'_>| {
                    matches!(token.kind, TokenKind::Name | TokenKind::String) || matches!(token.text, ")" | "]" | "}")
                };
                if rest.last().is_some_and(called) {
                    return None;
                }
                links.push(Link::Text);
                break;
            }
            _ => return None,
        }
    }
    links.reverse();
    Some(links)
}

/// The contents of a short string without escapes.
pub(crate) fn simple_string<'s>(token: &Token<'s>) -> Option<&'s str> {
    let quote = token.text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = token.text[1..].strip_suffix(quote)?;
    (!inner.contains('\\')).then_some(inner)
}

/// Finds values and their members.
pub(crate) struct Resolver<'r> {
    pub(crate) lua: &'r Lua,
    pub(crate) natives: &'r Natives,
}

/// As many `__index` tables are followed as Lua itself would follow.
const LONGEST_INHERITANCE: usize = 100;

impl Resolver<'_> {
    /// The value at the end of `links`.
    pub(crate) fn value(&self, links: &[Link]) -> Option<Value> {
        let (first, rest) = links.split_first()?;
        let mut value = match first {
            Link::Name(name) => self.field(&Value::Table(self.lua.globals()), name)?,
            Link::Text => Value::String(self.lua.create_string("").ok()?),
            Link::Index(_) => return None,
        };
        for link in rest {
            value = match link {
                Link::Name(name) => self.field(&value, name)?,
                Link::Index(index) => match &value {
                    Value::Table(table) => table.raw_get::<Option<Value>>(*index).ok()??,
                    value => introspect::element(self.lua, value, *index)?,
                },
                Link::Text => return None,
            };
        }
        Some(value)
    }

    /// The field `name` of `value`: from tables and tables in `__index`, and from our own C objects.
    fn field(&self, value: &Value, name: &str) -> Option<Value> {
        if let Some(found) = introspect::member(self.lua, value, name) {
            return Some(found);
        }
        self.tables(value).iter().find_map(|table| table.raw_get::<Option<Value>>(name).ok().flatten())
    }

    /// The members of `value`, nearest definition first, each name once.
    pub(crate) fn members(&self, value: &Value) -> Vec<Member> {
        let mut found: Vec<Member> = introspect::members(self.lua, value).unwrap_or_default();
        let mut names: std::collections::HashSet<String> = found.iter().map(|member| member.name.clone()).collect();
        for table in self.tables(value) {
            let _ = table.for_each(|key: Value, value: Value| {
                if let Value::String(name) = &key
                    && names.insert(name.to_string_lossy())
                {
                    let (detail, callable) = self.describe(&value);
                    found.push(Member { name: name.to_string_lossy(), detail, callable });
                }
                Ok(())
            });
        }
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found
    }

    fn describe(&self, value: &Value) -> (String, bool) {
        match value {
            Value::Function(function) => match self.natives.parameters(function) {
                Some(parameters) => (format!("({parameters})"), true),
                None => (described(self.lua, function).map_or("()", |known| known.parameters).to_owned(), true),
            },
            value => {
                let callable = self.natives.metafield(value, "__call").is_some();
                (value.type_name().to_owned(), callable)
            }
        }
    }

    /// The table `value` is, if it is one, and the tables its `__index` leads to.
    fn tables(&self, value: &Value) -> Vec<Table> {
        let mut found = Vec::new();
        let mut current = value.clone();
        for _ in 0..LONGEST_INHERITANCE {
            if let Value::Table(table) = &current {
                if found.contains(table) {
                    break;
                }
                found.push(table.clone());
            }
            // A function in `__index` is the user's code: here the walk ends.
            match self.natives.metafield(&current, "__index") {
                Some(next @ Value::Table(_)) => current = next,
                _ => break,
            }
        }
        found
    }
}
