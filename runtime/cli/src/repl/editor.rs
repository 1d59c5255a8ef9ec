//! What the line editor asks of us while a line is typed.

use super::complete::{Candidate, complete};
use super::highlight::highlight;
use super::hint;
use super::keys::{INDENT, PendingCloser, bind};
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
use rustyline::{CompletionType, Config, Context, Editor, Helper};
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
    let closer = PendingCloser::default();
    editor.set_helper(Some(LuaHelper {
        runtime: runtime.clone(),
        natives: natives.clone(),
        palette,
        history: HistoryHinter::new(),
        is_final: Cell::new(false),
        closer: closer.clone(),
    }));
    bind(&mut editor, &closer);
    Ok(editor)
}

/// Completion, hints, highlighting and validation for rustyline.
pub(crate) struct LuaHelper {
    runtime: Runtime,
    natives: Natives,
    palette: Palette,
    history: HistoryHinter,
    /// The line is drawn for the last time: no bracket is marked.
    is_final: Cell<bool>,
    closer: PendingCloser,
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
        if let Some((start, text)) = self.closer.take(line) {
            return Ok((start, vec![Candidate { display: text.clone(), text }]));
        }
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
