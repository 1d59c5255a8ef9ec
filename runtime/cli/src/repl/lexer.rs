//! A lexer for Lua 5.4 that never fails.
//!
//! The prompt needs tokens of text that is still being typed: highlighting, completion, indentation and the
//! check for completeness all read the same ones. Nothing is dropped: the texts of all tokens, joined, are the input.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// `and`, `while`, `goto` and their like.
    Keyword,
    /// An identifier.
    Name,
    /// A numeral, decimal or hexadecimal.
    Number,
    /// A string in quotes or in long brackets.
    String,
    /// A short or long comment, without the newline that ends a short one.
    Comment,
    /// An operator or a delimiter.
    Symbol,
    /// Blanks and newlines.
    Space,
    /// Something Lua would refuse: a stray character or a malformed number.
    Unknown,
}

/// How a token fails to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfinished {
    /// A quoted string whose line ended before its quote: more lines cannot help.
    ShortString,
    /// A quoted string that ends in `\` or `\z`: the next line continues it.
    ContinuedString,
    /// A `[[` string or a `--[[` comment without its closing bracket.
    LongBracket,
}

/// One token and where it starts, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<'s> {
    pub(crate) kind: TokenKind,
    pub(crate) text: &'s str,
    pub(crate) start: usize,
    pub(crate) unfinished: Option<Unfinished>,
}

impl Token<'_> {
    /// Whether the token means nothing to Lua's grammar.
    pub(crate) fn is_blank(&self) -> bool {
        matches!(self.kind, TokenKind::Space | TokenKind::Comment)
    }
}

/// The reserved words of Lua 5.4.
pub(crate) const KEYWORDS: [&str; 22] = [
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil",
    "not", "or", "repeat", "return", "then", "true", "until", "while",
];

/// Longest first, so that the first match is the longest one.
const SYMBOLS: [&str; 13] = ["...", "..", "==", "~=", "<=", ">=", "<<", ">>", "//", "::", "[", "]", "#"];

/// Splits `source` into tokens.
pub(crate) fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut start = 0;
    while let Some(first) = source[start..].chars().next() {
        let (kind, length, unfinished) = scan(&source[start..], first);
        found.push(Token { kind, text: &source[start..start + length], start, unfinished });
        start += length;
    }
    found
}

fn scan(rest: &str, first: char) -> (TokenKind, usize, Option<Unfinished>) {
    match first {
        c if c.is_ascii_whitespace() || c == '\x0b' => {
            (TokenKind::Space, span(rest, |c| c.is_ascii_whitespace() || c == '\x0b'), None)
        }
        '-' if rest.starts_with("--") => comment(rest),
        'A'..='Z' | 'a'..='z' | '_' => word(rest),
        '0'..='9' => number(rest),
        '.' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => number(rest),
        '"' | '\'' => quoted(rest, first),
        '[' => match long_bracket(rest) {
            Some((length, unfinished)) => (TokenKind::String, length, unfinished),
            None => (TokenKind::Symbol, 1, None),
        },
        _ => symbol(rest, first),
    }
}

/// The number of bytes at the beginning of `rest` whose characters all satisfy `wanted`.
fn span(rest: &str, wanted: impl Fn(char) -> bool) -> usize {
    rest.find(|c| !wanted(c)).unwrap_or(rest.len())
}

fn word(rest: &str) -> (TokenKind, usize, Option<Unfinished>) {
    let length = span(rest, |c| c.is_ascii_alphanumeric() || c == '_');
    let kind = if KEYWORDS.binary_search(&&rest[..length]).is_ok() { TokenKind::Keyword } else { TokenKind::Name };
    (kind, length, None)
}

fn comment(rest: &str) -> (TokenKind, usize, Option<Unfinished>) {
    if let Some((length, unfinished)) = long_bracket(&rest[2..]) {
        return (TokenKind::Comment, 2 + length, unfinished);
    }
    (TokenKind::Comment, span(rest, |c| c != '\n' && c != '\r'), None)
}

/// The length of the long bracket `rest` begins with, if it begins with one.
fn long_bracket(rest: &str) -> Option<(usize, Option<Unfinished>)> {
    let level = span(rest.strip_prefix('[')?, |c| c == '=');
    let body = 1 + level + 1;
    if !rest[1 + level..].starts_with('[') {
        return None;
    }
    let closing = format!("]{}]", "=".repeat(level));
    Some(match rest[body..].find(&closing) {
        Some(at) => (body + at + closing.len(), None),
        None => (rest.len(), Some(Unfinished::LongBracket)),
    })
}

fn quoted(rest: &str, quote: char) -> (TokenKind, usize, Option<Unfinished>) {
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        match c {
            c if c == quote => return (TokenKind::String, at + 1, None),
            '\n' | '\r' => return (TokenKind::String, at, Some(Unfinished::ShortString)),
            '\\' => match characters.next() {
                None => return (TokenKind::String, rest.len(), Some(Unfinished::ContinuedString)),
                // `\z` swallows blanks, newlines included, so the string may go on behind them.
                Some((_, 'z')) => {
                    while characters.next_if(|(_, c)| c.is_ascii_whitespace() || *c == '\x0b').is_some() {}
                    if characters.peek().is_none() {
                        return (TokenKind::String, rest.len(), Some(Unfinished::ContinuedString));
                    }
                }
                // An escaped newline may be any of \n, \r, \r\n, \n\r.
                Some((_, newline @ ('\n' | '\r'))) => {
                    characters.next_if(|(_, c)| matches!(c, '\n' | '\r') && *c != newline);
                    if characters.peek().is_none() {
                        return (TokenKind::String, rest.len(), Some(Unfinished::ContinuedString));
                    }
                }
                Some(_) => {}
            },
            _ => {}
        }
    }
    (TokenKind::String, rest.len(), Some(Unfinished::ShortString))
}

fn number(rest: &str) -> (TokenKind, usize, Option<Unfinished>) {
    let bytes = rest.as_bytes();
    let hexadecimal = matches!(bytes, [b'0', b'x' | b'X', ..]);
    let exponent: &[u8] = if hexadecimal { b"pP" } else { b"eE" };
    let mut length = if hexadecimal { 2 } else { 0 };
    // As Lua's own lexer: take everything that could belong to a numeral, judge it afterwards.
    while let Some(&byte) = bytes.get(length) {
        if exponent.contains(&byte) && matches!(bytes.get(length + 1), Some(b'+' | b'-')) {
            length += 2;
        } else if byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.' {
            length += 1;
        } else {
            break;
        }
    }
    let kind = if is_numeral(&rest[..length], hexadecimal) { TokenKind::Number } else { TokenKind::Unknown };
    (kind, length, None)
}

fn is_numeral(text: &str, hexadecimal: bool) -> bool {
    let (body, marks): (&str, &[char]) = if hexadecimal { (&text[2..], &['p', 'P']) } else { (text, &['e', 'E']) };
    let (mantissa, exponent) = match body.split_once(marks) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (body, None),
    };
    let digits = mantissa.replacen('.', "", 1);
    let is_digit = |c: char| if hexadecimal { c.is_ascii_hexdigit() } else { c.is_ascii_digit() };
    let exponent_is_fine = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !exponent.is_empty() && exponent.chars().all(|c| c.is_ascii_digit())
    });
    !digits.is_empty() && digits.chars().all(is_digit) && exponent_is_fine
}

fn symbol(rest: &str, first: char) -> (TokenKind, usize, Option<Unfinished>) {
    if let Some(symbol) = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
        return (TokenKind::Symbol, symbol.len(), None);
    }
    let kind = if "+-*/%^&~|<>=(){};:,.".contains(first) { TokenKind::Symbol } else { TokenKind::Unknown };
    (kind, first.len_utf8(), None)
}

/// How many blocks and brackets are open behind `source`: the indentation of the next line.
pub(crate) fn depth(source: &str) -> usize {
    let mut depth = 0usize;
    for token in tokens(source) {
        match (token.kind, token.text) {
            // `else` needs no case: it closes one block and opens another. `while` and `for` count by their `do`.
            (TokenKind::Keyword, "function" | "do" | "then" | "repeat") | (TokenKind::Symbol, "(" | "{" | "[") => {
                depth += 1;
            }
            (TokenKind::Keyword, "end" | "until" | "elseif") | (TokenKind::Symbol, ")" | "}" | "]") => {
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
    }
    depth
}

#[cfg(test)]
#[path = "lexer_tests.rs"]
mod tests;
