//! Keys that mean something of their own in Lua: Tab, Enter, and what closes a block.

use super::editor::LuaEditor;
use super::lexer::{depth, tokens};
use rustyline::{
    Cmd, ConditionalEventHandler, Event, EventContext, EventHandler, KeyCode, KeyEvent, Modifiers, RepeatCount,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Columns of one level of indentation.
pub(super) const INDENT: usize = 2;

/// Binds the keys that are ours.
pub(super) fn bind(editor: &mut LuaEditor, closer: &PendingCloser) {
    let conditional = |handler: Box<dyn ConditionalEventHandler>| EventHandler::Conditional(handler);
    editor.bind_sequence(KeyEvent(KeyCode::Tab, Modifiers::NONE), conditional(Box::new(TabKey)));
    editor.bind_sequence(KeyEvent(KeyCode::Enter, Modifiers::NONE), conditional(Box::new(EnterKey)));
    for key in ['d', 'e', 'l', '}', ')', ']'] {
        editor.bind_sequence(
            KeyEvent(KeyCode::Char(key), Modifiers::NONE),
            conditional(Box::new(CloserKey { key, pending: closer.clone() })),
        );
    }
    editor.bind_sequence(KeyEvent(KeyCode::PageUp, Modifiers::NONE), Cmd::HistorySearchBackward);
    editor.bind_sequence(KeyEvent(KeyCode::PageDown, Modifiers::NONE), Cmd::HistorySearchForward);
    // A newline even where the input is complete already.
    editor.bind_sequence(KeyEvent(KeyCode::Enter, Modifiers::ALT), Cmd::Newline);
    editor.bind_sequence(KeyEvent(KeyCode::Char('s'), Modifiers::CTRL), Cmd::Newline);
}

/// Tab indents at the beginning of a line and completes elsewhere.
struct TabKey;

impl ConditionalEventHandler for TabKey {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, context: &EventContext) -> Option<Cmd> {
        let before = context.line()[..context.pos()].rsplit('\n').next().unwrap_or_default();
        before.chars().all(char::is_whitespace).then(|| Cmd::Insert(1, " ".repeat(INDENT)))
    }
}

/// Enter inside a block or a bracket begins an indented line; elsewhere the validator decides.
struct EnterKey;

impl ConditionalEventHandler for EnterKey {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, context: &EventContext) -> Option<Cmd> {
        let line = context.line();
        let at_end = context.pos() == line.len();
        indentation_after(line).filter(|_| at_end).map(|indent| Cmd::Insert(1, format!("\n{}", " ".repeat(indent))))
    }
}

/// The columns a line behind `text` is indented by, if a newline is all that Enter can mean there.
fn indentation_after(text: &str) -> Option<usize> {
    let last = text.rsplit('\n').next().unwrap_or_default();
    let unfinished = tokens(text).iter().any(|token| token.unfinished.is_some());
    // An empty line asks Lua: our count of blocks knows nothing of syntax errors.
    if text.trim_start().starts_with('%') || unfinished || last.trim().is_empty() {
        return None;
    }
    let levels = depth(text);
    (levels > 0).then_some(levels * INDENT)
}

/// A key that was pressed but not inserted, because its whole line is about to move.
///
/// The editor knows one command that replaces text and leaves the cursor behind it: completion. So the key asks for a
/// completion, and leaves word here that this is what the completer is to do.
#[derive(Clone, Default)]
pub(super) struct PendingCloser(Arc<AtomicU32>);

impl PendingCloser {
    /// Where the last line of `line` begins and what it becomes with the pending key, which is pending no longer.
    pub(super) fn take(&self, line: &str) -> Option<(usize, String)> {
        let key = char::from_u32(self.0.swap(0, Ordering::Relaxed)).filter(|key| *key != '\0')?;
        dedented(&format!("{line}{key}"))
    }
}

/// The last key of `end`, `else`, `until` or a closing bracket moves its line to where it belongs.
struct CloserKey {
    key: char,
    pending: PendingCloser,
}

impl ConditionalEventHandler for CloserKey {
    fn handle(&self, _: &Event, count: RepeatCount, _: bool, context: &EventContext) -> Option<Cmd> {
        let line = context.line();
        if count != 1 || context.pos() < line.len() {
            return None;
        }
        dedented(&format!("{line}{}", self.key))?;
        self.pending.0.store(u32::from(self.key), Ordering::Relaxed);
        Some(Cmd::Complete)
    }
}

/// Where the last line of `text` begins and what it becomes, if it is a closer and nothing else and too far right.
fn dedented(text: &str) -> Option<(usize, String)> {
    let start = text.rfind('\n')? + 1;
    let (before, last) = text.split_at(start);
    let closer = last.trim_start();
    let wanted = depth(before).saturating_sub(1) * INDENT;
    let is_closer = matches!(closer, "end" | "else" | "until" | "}" | ")" | "]");
    (is_closer && last.len() - closer.len() > wanted).then(|| (start, format!("{}{closer}", " ".repeat(wanted))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_brackets_indent() {
        for (text, expected) in [
            ("for i = 1, 2 do", Some(2)),
            ("f({", Some(4)),
            ("if x then\n  y()", Some(2)),
            ("x = 1", None),
            ("do\n", None),
            ("f('abc", None),
            ("%time do", None),
        ] {
            assert_eq!(indentation_after(text), expected, "{text}");
        }
    }

    #[test]
    fn closers_move_left() {
        for (text, expected) in [
            ("do\n  if x then\n    y()\n    end", Some("do\n  if x then\n    y()\n  end")),
            ("if x then\n  y()\n  else", Some("if x then\n  y()\nelse")),
            ("f {\n  1,\n  }", Some("f {\n  1,\n}")),
            ("do\n  bend", None),
            ("do\nend", None),
            ("do end", None),
        ] {
            let moved = dedented(text).map(|(start, line)| format!("{}{line}", &text[..start]));
            assert_eq!(moved.as_deref(), expected, "{text}");
        }
    }
}
