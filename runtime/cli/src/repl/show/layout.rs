//! From a tree of shown values to lines of a given width.

use crate::repl::highlight::highlight;
use crate::repl::paint::{Palette, Role};
use std::collections::HashMap;
use std::ffi::c_void;

/// A value, ready to be laid out.
pub(super) enum Node {
    /// Text on its own.
    Atom { text: String, role: Role },
    /// A table: what stands before its brace, its identity, its items.
    Table { prefix: String, identity: *const c_void, items: Vec<Item> },
    /// A table that was shown before.
    Again(*const c_void),
}

/// One line's worth of a table.
pub(super) enum Item {
    /// `value`, or `key = value`.
    Entry { key: Option<String>, value: Node },
    /// What was left out.
    Note(String),
}

/// The numbers of the tables that occur more than once.
pub(super) type Marks = HashMap<*const c_void, usize>;

/// Lays nodes out.
pub(super) struct Layout<'m> {
    pub(super) palette: Palette,
    pub(super) width: usize,
    pub(super) marks: &'m Marks,
}

impl Layout<'_> {
    /// `node` as text, its later lines indented by `indent` columns; the first begins at column `column`.
    pub(super) fn lines(&self, node: &Node, indent: usize, column: usize) -> String {
        let flat = self.flat(node);
        if column + width(&flat) <= self.width && !flat.contains('\n') {
            return self.coloured_flat(node);
        }
        match node {
            Node::Table { prefix, identity, items } if !items.is_empty() => {
                let mut text = format!("{}{prefix}{{\n", self.mark(identity));
                let inner = indent + 2;
                if items.iter().all(is_short) {
                    self.fill(items, inner, &mut text);
                } else {
                    for item in items {
                        text.push_str(&" ".repeat(inner));
                        text.push_str(&self.item(item, inner));
                        text.push_str(if matches!(item, Item::Note(_)) { "\n" } else { ",\n" });
                    }
                }
                text.push_str(&" ".repeat(indent));
                text.push('}');
                text
            }
            _ => self.coloured_flat(node).replace('\n', &format!("\n{}", " ".repeat(indent))),
        }
    }

    /// Short items side by side, as many as fit on a line.
    fn fill(&self, items: &[Item], indent: usize, text: &mut String) {
        let mut column = 0;
        for item in items {
            let shown = self.coloured_item(item);
            let needed = width(&self.flat_item(item)) + 2;
            if column == 0 || column + needed > self.width {
                if column != 0 {
                    text.push('\n');
                }
                text.push_str(&" ".repeat(indent));
                column = indent;
            } else {
                text.push(' ');
            }
            text.push_str(&shown);
            if !matches!(item, Item::Note(_)) {
                text.push(',');
            }
            column += needed;
        }
        text.push('\n');
    }

    fn item(&self, item: &Item, indent: usize) -> String {
        match item {
            Item::Note(note) => self.palette.paint(Role::Dim, note).into_owned(),
            Item::Entry { key: None, value } => self.lines(value, indent, indent),
            Item::Entry { key: Some(key), value } => {
                let column = indent + width(key) + 3;
                format!("{} = {}", self.palette.paint(Role::Name, key), self.lines(value, indent, column))
            }
        }
    }

    fn flat(&self, node: &Node) -> String {
        Layout { palette: Palette { colours: false }, ..*self }.coloured_flat(node)
    }

    fn flat_item(&self, item: &Item) -> String {
        Layout { palette: Palette { colours: false }, ..*self }.coloured_item(item)
    }

    fn coloured_flat(&self, node: &Node) -> String {
        match node {
            Node::Atom { text, role: Role::Object } => highlight(text, None, self.palette),
            Node::Atom { text, role } => self.palette.paint(*role, text).into_owned(),
            Node::Again(identity) => {
                let number = self.marks.get(identity).copied().unwrap_or_default();
                self.palette.paint(Role::Dim, &format!("<table {number}>")).into_owned()
            }
            Node::Table { prefix, identity, items } => {
                let mark = self.mark(identity);
                if items.is_empty() {
                    return format!("{mark}{prefix}{{}}");
                }
                let items: Vec<String> = items.iter().map(|item| self.coloured_item(item)).collect();
                format!("{mark}{prefix}{{ {} }}", items.join(", "))
            }
        }
    }

    fn coloured_item(&self, item: &Item) -> String {
        match item {
            Item::Note(note) => self.palette.paint(Role::Dim, note).into_owned(),
            Item::Entry { key: None, value } => self.coloured_flat(value),
            Item::Entry { key: Some(key), value } => {
                format!("{} = {}", self.palette.paint(Role::Name, key), self.coloured_flat(value))
            }
        }
    }

    fn mark(&self, identity: &*const c_void) -> String {
        match self.marks.get(identity) {
            Some(number) => self.palette.paint(Role::Dim, &format!("<{number}>")).into_owned(),
            None => String::new(),
        }
    }
}

/// Whether an item may share its line with others.
fn is_short(item: &Item) -> bool {
    match item {
        Item::Entry { key: None, value: Node::Atom { text, .. } } => text.len() <= 24 && !text.contains('\n'),
        Item::Entry { .. } => false,
        Item::Note(_) => true,
    }
}

/// Columns of uncoloured text; wide characters are counted as one, which only breaks a line later than ideal.
fn width(text: &str) -> usize {
    text.chars().count()
}
