//! What an input is: Lua, a magic command, or a question.

/// One complete input, told apart by its first and last characters, none of which can begin or end Lua code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Input<'s> {
    /// Blanks only.
    Empty,
    /// `%name argument`.
    Magic { name: &'s str, argument: &'s str },
    /// `?topic` or `topic?`.
    Help(&'s str),
    /// `=expression`, as in older Luas: the expression.
    Expression(&'s str),
    /// Lua code.
    Code(&'s str),
}

/// Tells what `text` is.
pub(crate) fn classify(text: &str) -> Input<'_> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Input::Empty;
    }
    if let Some(rest) = trimmed.strip_prefix('%') {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        return Input::Magic { name: &rest[..end], argument: rest[end..].trim_start() };
    }
    if let Some(rest) = trimmed.strip_prefix('?') {
        return Input::Help(rest.trim_matches('?').trim());
    }
    if let Some(rest) = trimmed.strip_suffix('?')
        && is_topic(rest.trim_end_matches('?').trim_end())
    {
        return Input::Help(rest.trim_end_matches('?').trim_end());
    }
    if let Some(rest) = trimmed.strip_prefix('=')
        && !rest.starts_with('=')
    {
        return Input::Expression(rest);
    }
    Input::Code(text)
}

/// A question mark may also end a comment or sit in a string: only a chain of names asks.
fn is_topic(text: &str) -> bool {
    let text = text.strip_prefix('%').unwrap_or(text);
    !text.is_empty()
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':' | '[' | ']' | '"' | '\''))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_input() {
        for (text, expected) in [
            ("", Input::Empty),
            (" \n", Input::Empty),
            ("%time f()", Input::Magic { name: "time", argument: "f()" }),
            ("%who", Input::Magic { name: "who", argument: "" }),
            ("%timeit\n  f()", Input::Magic { name: "timeit", argument: "f()" }),
            ("?", Input::Help("")),
            ("?string.find", Input::Help("string.find")),
            ("x.y?", Input::Help("x.y")),
            ("x??", Input::Help("x")),
            ("= 1 + 1", Input::Expression(" 1 + 1")),
            ("x = 1", Input::Code("x = 1")),
            ("f() -- why?", Input::Code("f() -- why?")),
            ("== 2", Input::Code("== 2")),
        ] {
            assert_eq!(classify(text), expected, "{text:?}");
        }
    }
}
