//! Lua values as text: nested tables with limits, everything else as `tostring` has it.

use super::layout::{Item, Layout, Marks, Node};
use super::scalar::{is_identifier, quoted, signature};
use crate::repl::natives::Natives;
use crate::repl::paint::{Palette, Role};
use moonglue::Error;
use moonglue::mlua::{Table, Value};
use std::cell::Cell;
use std::cmp::Ordering;
use std::collections::HashSet;
use std::ffi::c_void;

/// How much of a value is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Columns of a line.
    pub(crate) width: usize,
    /// Levels of nested tables.
    pub(crate) depth: usize,
    /// Items of a sequence shown in full; of a longer one the head and the tail.
    pub(crate) items: usize,
    /// Keys of a table beside its sequence.
    pub(crate) keys: usize,
    /// Characters of a nested string.
    pub(crate) string: usize,
    /// Tables and items altogether, so that no structure floods the screen.
    pub(crate) nodes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { width: 80, depth: 4, items: 20, keys: 60, string: 200, nodes: 2000 }
    }
}

/// At most so many keys are sorted; beyond, the table is too big to be read anyway.
const SORTED_KEYS: usize = 5000;
/// Of a sequence too long to show: so many items of its beginning and of its end.
const HEAD: usize = 10;
const TAIL: usize = 3;

/// Shows values with one set of limits and colours.
pub(crate) struct Show<'n> {
    pub(crate) natives: &'n Natives,
    pub(crate) palette: Palette,
    pub(crate) limits: Limits,
}

impl Show<'_> {
    /// The results of an input: strings as they are, the rest pretty, as bytes because strings may hold any.
    pub(crate) fn results(&self, values: &[Value]) -> Vec<u8> {
        let shown: Vec<Vec<u8>> = values
            .iter()
            .map(|value| match value {
                Value::String(text) => text.as_bytes().to_vec(),
                value => self.value(value).into_bytes(),
            })
            .collect();
        let separator: &[u8] = if shown.iter().any(|text| text.contains(&b'\n')) { b"\n" } else { b"\t" };
        shown.join(separator)
    }

    /// One value, over as many lines as it needs.
    pub(crate) fn value(&self, value: &Value) -> String {
        let mut builder =
            Builder { show: self, seen: HashSet::new(), marks: Marks::new(), nodes: 0, interrupted: Cell::new(false) };
        let node = builder.node(value, 0);
        Layout { palette: self.palette, width: self.limits.width, marks: &builder.marks }.lines(&node, 0, 0)
    }

    /// One value on one line of at most `width` columns, without colours.
    pub(crate) fn brief(&self, value: &Value, width: usize) -> String {
        let limits = Limits { width: usize::MAX, depth: 1, items: 6, keys: 6, string: width, nodes: 40 };
        let text = Show { limits, palette: Palette { colours: false }, ..*self }.value(value).replace('\n', " ");
        match text.char_indices().nth(width) {
            Some(_) => text.chars().take(width - 1).chain(['…']).collect(),
            None => text,
        }
    }
}

struct Builder<'s> {
    show: &'s Show<'s>,
    seen: HashSet<*const c_void>,
    marks: Marks,
    nodes: usize,
    interrupted: Cell<bool>,
}

impl Builder<'_> {
    fn node(&mut self, value: &Value, depth: usize) -> Node {
        self.nodes += 1;
        let (text, role) = match value {
            Value::Nil => ("nil".to_owned(), Role::Constant),
            Value::Boolean(boolean) => (boolean.to_string(), Role::Constant),
            Value::Integer(integer) => (integer.to_string(), Role::Number),
            Value::Number(_) => (self.tostring(value), Role::Number),
            Value::String(text) => (quoted(&text.as_bytes(), self.show.limits.string), Role::String),
            Value::Function(function) => {
                let text = signature(self.show.natives, function).unwrap_or_else(|| self.tostring(value));
                (text, Role::Keyword)
            }
            Value::Table(table) if !self.has_tostring(value) => return self.table(table, value, depth),
            value => {
                let text = self.tostring(value);
                let role = if is_object(&text) { Role::Object } else { Role::Plain };
                (text, role)
            }
        };
        Node::Atom { text, role }
    }

    fn has_tostring(&self, value: &Value) -> bool {
        self.show.natives.metafield(value, "__tostring").is_some()
    }

    /// `tostring(value)`; one that fails is shown with its reason instead.
    fn tostring(&self, value: &Value) -> String {
        if self.interrupted.get() {
            return format!("<{}: {:p}>", value.type_name(), value.to_pointer());
        }
        match self.show.natives.text(value) {
            Ok(text) => text,
            Err(error) => {
                // One Ctrl-C means the whole value: the next `__tostring` may be as slow.
                self.interrupted.set(self.interrupted.get() || matches!(error, Error::Interrupted { .. }));
                let reason = error.to_string();
                let reason = reason.lines().next().unwrap_or_default();
                format!("<{}: {:p}, __tostring failed: {reason}>", value.type_name(), value.to_pointer())
            }
        }
    }

    fn table(&mut self, table: &Table, value: &Value, depth: usize) -> Node {
        let identity = table.to_pointer();
        if !self.seen.insert(identity) {
            let next = self.marks.len() + 1;
            self.marks.entry(identity).or_insert(next);
            return Node::Again(identity);
        }
        let prefix = match self.show.natives.metafield(value, "__name") {
            Some(Value::String(name)) => format!("{} ", name.to_string_lossy()),
            _ => String::new(),
        };
        let length = table.raw_len();
        let too_deep = depth >= self.show.limits.depth || self.nodes >= self.show.limits.nodes;
        if too_deep && (length > 0 || !table.is_empty()) {
            // Shown elsewhere, this table deserves its contents.
            self.seen.remove(&identity);
            return Node::Atom { text: format!("{prefix}{{…}}"), role: Role::Dim };
        }
        let mut items = Vec::new();
        self.sequence(table, length, depth, &mut items);
        self.keys(table, length, depth, &mut items);
        Node::Table { prefix, identity, items }
    }

    fn sequence(&mut self, table: &Table, length: usize, depth: usize, items: &mut Vec<Item>) {
        let whole = length <= self.show.limits.items;
        let head = if whole { length } else { HEAD.min(self.show.limits.items) };
        let tail = if whole { length } else { length - TAIL.min(self.show.limits.items) };
        for index in (1..=head).chain(tail + 1..=length) {
            if index == tail + 1 && !whole {
                items.push(Item::Note(format!("… {} more …", tail - head)));
            }
            let value: Value = table.raw_get(index).unwrap_or(Value::Nil);
            items.push(Item::Entry { key: None, value: self.node(&value, depth + 1) });
        }
    }

    fn keys(&mut self, table: &Table, length: usize, depth: usize, items: &mut Vec<Item>) {
        let mut entries: Vec<(Value, Value)> = Vec::new();
        let mut unsorted = 0usize;
        // The traversal is raw and its closure never fails, so there is no error to report.
        let _ = table.for_each(|key: Value, value: Value| {
            let in_sequence = matches!(key, Value::Integer(n) if n >= 1 && n as usize <= length);
            if !in_sequence && entries.len() < SORTED_KEYS {
                entries.push((key, value));
            } else if !in_sequence {
                unsorted += 1;
            }
            Ok(())
        });
        entries.sort_by(|(a, _), (b, _)| by_key(a, b));
        let room = self.show.limits.keys;
        for (key, value) in entries.iter().take(room) {
            if self.nodes >= self.show.limits.nodes {
                break;
            }
            items.push(Item::Entry { key: Some(self.key(key)), value: self.node(value, depth + 1) });
        }
        let left = (entries.len() + unsorted).saturating_sub(room);
        if left > 0 {
            items.push(Item::Note(format!("… {left} more keys")));
        }
    }

    fn key(&self, key: &Value) -> String {
        match key {
            Value::String(name) if is_identifier(&name.as_bytes()) => name.to_string_lossy(),
            Value::String(name) => format!("[{}]", quoted(&name.as_bytes(), self.show.limits.string)),
            Value::Integer(integer) => format!("[{integer}]"),
            key => format!("[{}]", self.tostring(key)),
        }
    }
}

/// Whether `text` has the form of a C object: `Point{x=1}`, `c_int(42)`.
fn is_object(text: &str) -> bool {
    let name = text.len() - text.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len();
    name > 0 && text[name..].starts_with(['{', '('])
}

/// Numbers first, then strings, booleans, and the rest by address.
pub(crate) fn by_key(a: &Value, b: &Value) -> Ordering {
    let rank = |value: &Value| match value {
        Value::Integer(_) | Value::Number(_) => 0,
        Value::String(_) => 1,
        Value::Boolean(_) => 2,
        _ => 3,
    };
    match (a, b) {
        (Value::Integer(a), Value::Integer(b)) => a.cmp(b),
        (Value::String(a), Value::String(b)) => a.as_bytes().cmp(&b.as_bytes()),
        (Value::Boolean(a), Value::Boolean(b)) => a.cmp(b),
        (a, b) if rank(a) == 0 && rank(b) == 0 => {
            let number = |value: &Value| match value {
                Value::Integer(integer) => *integer as f64,
                Value::Number(number) => *number,
                _ => 0.0,
            };
            number(a).total_cmp(&number(b))
        }
        (a, b) => rank(a).cmp(&rank(b)).then_with(|| a.to_pointer().cmp(&b.to_pointer())),
    }
}

#[cfg(test)]
#[path = "values_tests.rs"]
mod tests;
