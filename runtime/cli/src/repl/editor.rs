//! What the line editor asks of us while a line is typed.

use super::complete::{Candidate, complete};
use super::highlight::highlight;
use super::hint;
use super::lexer::{depth, tokens};
use super::natives::Natives;
use super::paint::{Palette, Role};
use super::resolve::Resolver;
use super::validate::{Completeness, check};
use moonglue::Runtime;
use rustyline::completion::Completer;
use rustyline::config::Configurer as _;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hint, Hinter, HistoryHinter};
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{
    Cmd, CompletionType, ConditionalEventHandler, Config, Context, Editor, Event, EventContext, EventHandler, Helper,
    KeyCode, KeyEvent, Modifiers, Movement, RepeatCount,
};
use std::borrow::Cow;
use std::cell::Cell;

/// The editor with all that belongs to Lua.
pub(crate) type LuaEditor = Editor<LuaHelper, DefaultHistory>;

/// An editor for Lua on the terminal.
///
/// # Errors
/// When the terminal cannot be opened or set up.
pub(crate) fn open(runtime: &Runtime, natives: &Natives, palette: Palette) -> rustyline::Result<LuaEditor> {
    let config = Config::builder()
        .max_history_size(super::history::ENTRIES)?
        .history_ignore_dups(true)?
        .history_ignore_space(true)
        .completion_type(CompletionType::List)
        .completion_show_all_if_ambiguous(true)
        .completion_prompt_limit(100)
        .bracketed_paste(true)
        .indent_size(INDENT as u8)
        .build();
    let mut editor = Editor::with_config(config)?;
    editor.set_color_mode(if palette.colours { rustyline::ColorMode::Enabled } else { rustyline::ColorMode::Disabled });
    editor.set_helper(Some(LuaHelper {
        runtime: runtime.clone(),
        natives: natives.clone(),
        palette,
        history: HistoryHinter::new(),
        is_final: Cell::new(false),
    }));
    bind(&mut editor);
    Ok(editor)
}

/// Columns of one level of indentation.
const INDENT: usize = 2;

fn bind(editor: &mut LuaEditor) {
    let conditional = |handler: Box<dyn ConditionalEventHandler>| EventHandler::Conditional(handler);
    editor.bind_sequence(KeyEvent(KeyCode::Tab, Modifiers::NONE), conditional(Box::new(TabKey)));
    editor.bind_sequence(KeyEvent(KeyCode::Enter, Modifiers::NONE), conditional(Box::new(EnterKey)));
    for key in ['d', 'e', 'l', '}', ')', ']'] {
        editor.bind_sequence(KeyEvent(KeyCode::Char(key), Modifiers::NONE), conditional(Box::new(CloserKey(key))));
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

/// The last key of `end`, `else`, `until` or a closing bracket moves its line to where it belongs.
struct CloserKey(char);

impl ConditionalEventHandler for CloserKey {
    fn handle(&self, _: &Event, count: RepeatCount, _: bool, context: &EventContext) -> Option<Cmd> {
        let line = context.line();
        if count != 1 || context.pos() < line.len() {
            return None;
        }
        dedented(&format!("{line}{}", self.0)).map(|text| Cmd::Replace(Movement::WholeBuffer, Some(text)))
    }
}

/// `text` with its last line, which is a closer and nothing else, moved left; `None` when it is fine.
fn dedented(text: &str) -> Option<String> {
    let start = text.rfind('\n')? + 1;
    let (before, last) = text.split_at(start);
    let closer = last.trim_start();
    let wanted = depth(before).saturating_sub(1) * INDENT;
    let is_closer = matches!(closer, "end" | "else" | "until" | "}" | ")" | "]");
    (is_closer && last.len() - closer.len() > wanted).then(|| format!("{before}{}{closer}", " ".repeat(wanted)))
}

/// Completion, hints, highlighting and validation for rustyline.
pub(crate) struct LuaHelper {
    runtime: Runtime,
    natives: Natives,
    palette: Palette,
    history: HistoryHinter,
    /// The line is drawn for the last time: no bracket is marked.
    is_final: Cell<bool>,
}

impl LuaHelper {
    fn resolver(&self) -> Resolver<'_> {
        Resolver { lua: self.runtime.lua(), natives: &self.natives }
    }
}

impl Helper for LuaHelper {}

impl rustyline::completion::Candidate for Candidate {
    fn display(&self) -> &str {
        &self.display
    }

    fn replacement(&self) -> &str {
        &self.text
    }
}

impl Completer for LuaHelper {
    type Candidate = Candidate;

    fn complete(&self, line: &str, position: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Candidate>)> {
        Ok(complete(&self.resolver(), line, position))
    }
}

/// Text behind the cursor: a signature to read, or the rest of an earlier input to accept.
pub(crate) struct LuaHint {
    display: String,
    completion: Option<String>,
}

impl Hint for LuaHint {
    fn display(&self) -> &str {
        &self.display
    }

    fn completion(&self) -> Option<&str> {
        self.completion.as_deref()
    }
}

impl Hinter for LuaHelper {
    type Hint = LuaHint;

    fn hint(&self, line: &str, position: usize, context: &Context<'_>) -> Option<LuaHint> {
        if position < line.len() {
            return None;
        }
        if let Some(signature) = hint::signature(&self.resolver(), line) {
            return Some(LuaHint { display: format!("  {signature}"), completion: None });
        }
        let rest = self.history.hint(line, position, context)?;
        // The editor draws hints on one line.
        let first = rest.split('\n').next().unwrap_or_default().to_owned();
        Some(LuaHint { display: first, completion: Some(rest) })
    }
}

impl Highlighter for LuaHelper {
    fn highlight<'l>(&self, line: &'l str, position: usize) -> Cow<'l, str> {
        if !self.palette.colours {
            return Cow::Borrowed(line);
        }
        let cursor = (!self.is_final.get()).then_some(position);
        Cow::Owned(highlight(line, cursor, self.palette))
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        self.palette.paint(Role::Prompt, prompt)
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        self.palette.paint(Role::Dim, hint)
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        self.is_final.set(kind == CmdKind::ForcedRefresh);
        self.palette.colours
    }
}

impl Validator for LuaHelper {
    fn validate(&self, context: &mut ValidationContext) -> rustyline::Result<ValidationResult> {
        Ok(match check(&self.runtime, context.input()) {
            Completeness::Complete => ValidationResult::Valid(None),
            Completeness::Incomplete => ValidationResult::Incomplete,
            Completeness::Invalid(reason) => ValidationResult::Invalid(Some(format!("   {reason}"))),
        })
    }
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
            assert_eq!(dedented(text).as_deref(), expected, "{text}");
        }
    }
}
