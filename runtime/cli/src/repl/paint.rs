//! Colours: one table of roles for input and output.

use anstyle::{AnsiColor, Style};
use std::borrow::Cow;

/// What a piece of text is, to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Plain,
    /// A C object as text: its parts are coloured like code.
    Object,
    Keyword,
    Constant,
    Number,
    String,
    Comment,
    /// A call's name, or a key.
    Name,
    Error,
    Prompt,
    /// Hints, counts of what is left out, addresses.
    Dim,
    /// The bracket that matches the one at the cursor.
    Match,
}

/// Paints text, or leaves it alone where colours are not wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Palette {
    pub(crate) colours: bool,
}

impl Palette {
    /// `text` in the colour of `role`.
    pub(crate) fn paint<'t>(&self, role: Role, text: &'t str) -> Cow<'t, str> {
        if !self.colours || matches!(role, Role::Plain | Role::Object) || text.is_empty() {
            return Cow::Borrowed(text);
        }
        let style = style(role);
        Cow::Owned(format!("{style}{text}{style:#}"))
    }
}

fn style(role: Role) -> Style {
    let coloured = |colour: AnsiColor| Style::new().fg_color(Some(colour.into()));
    match role {
        Role::Plain | Role::Object => Style::new(),
        Role::Keyword => coloured(AnsiColor::Magenta),
        Role::Constant => coloured(AnsiColor::Yellow),
        Role::Number => coloured(AnsiColor::Cyan),
        Role::String => coloured(AnsiColor::Green),
        Role::Comment | Role::Dim => coloured(AnsiColor::BrightBlack),
        Role::Name => coloured(AnsiColor::Blue),
        Role::Error => coloured(AnsiColor::Red).bold(),
        Role::Prompt => coloured(AnsiColor::Green).bold(),
        Role::Match => Style::new().bold().underline(),
    }
}
