//! What the cursor is in: a name, a member of a value, a string.

use crate::repl::lexer::{Token, TokenKind, Unfinished, tokens};
use crate::repl::resolve::{Link, chain};

/// What is to be completed. `start` is where the part already typed begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Context<'s> {
    /// A name on its own.
    Name { partial: &'s str, start: usize },
    /// A name behind `.` or, for methods, behind `:`.
    Member { of: Vec<Link>, method: bool, partial: &'s str, start: usize },
    /// A string key in brackets.
    Key { of: Vec<Link>, partial: &'s str, start: usize, quote: char },
    /// The name of a module, in `require "..."`.
    Module { partial: &'s str, start: usize },
    /// Any other string: perhaps a file.
    Path { partial: &'s str, start: usize },
    /// The name of a magic.
    Magic { partial: &'s str, start: usize },
    /// Nothing one could know.
    Nothing,
}

/// The context of the end of `line`, which is the input up to the cursor.
pub(super) fn context(line: &str) -> Context<'_> {
    if let Some(context) = magic_context(line) {
        return context;
    }
    let found = tokens(line);
    let Some(last) = found.last() else { return Context::Name { partial: "", start: line.len() } };
    let before = &found[..found.len() - 1];
    match (last.kind, last.unfinished) {
        (TokenKind::String, Some(Unfinished::ShortString)) => string_context(last, before),
        (_, Some(_)) | (TokenKind::Comment | TokenKind::Number, None) => Context::Nothing,
        (TokenKind::Name | TokenKind::Keyword, None) => name_context(last.text, last.start, before),
        _ => name_context("", line.len(), &found),
    }
}

fn magic_context(line: &str) -> Option<Context<'_>> {
    let blanks = line.len() - line.trim_start().len();
    let rest = line[blanks..].strip_prefix('%')?;
    let Some((name, argument)) = rest.split_once(char::is_whitespace) else {
        return Some(Context::Magic { partial: rest, start: blanks + 1 });
    };
    if !matches!(name, "run" | "load" | "save" | "cd") {
        return None;
    }
    let word = argument.rsplit(char::is_whitespace).next().unwrap_or(argument);
    Some(Context::Path { partial: word, start: line.len() - word.len() })
}

fn name_context<'s>(partial: &'s str, start: usize, before: &[Token<'s>]) -> Context<'s> {
    let Some(index) = before.iter().rposition(|token| !token.is_blank()) else {
        return Context::Name { partial, start };
    };
    match before[index].text {
        separator @ ("." | ":") => match chain(&before[..index]) {
            Some(of) => Context::Member { of, method: separator == ":", partial, start },
            None => Context::Nothing,
        },
        // A label, or a name that is about to be invented.
        "::" | "goto" => Context::Nothing,
        _ => Context::Name { partial, start },
    }
}

fn string_context<'s>(string: &Token<'s>, before: &[Token<'s>]) -> Context<'s> {
    let (partial, start) = (&string.text[1..], string.start + 1);
    let meaningful: Vec<Token<'s>> = before.iter().copied().filter(|token| !token.is_blank()).collect();
    match meaningful.as_slice() {
        [.., callee] | [.., callee, Token { text: "(", .. }] if callee.text == "require" => {
            Context::Module { partial, start }
        }
        [table @ .., Token { text: "[", .. }] => match chain(table) {
            Some(of) => Context::Key { of, partial, start, quote: string.text.chars().next().unwrap_or('"') },
            None => Context::Nothing,
        },
        _ => Context::Path { partial, start },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<Link> {
        names.iter().map(|name| Link::Name((*name).to_owned())).collect()
    }

    #[test]
    fn names_and_members() {
        for (line, expected) in [
            ("", Context::Name { partial: "", start: 0 }),
            ("pri", Context::Name { partial: "pri", start: 0 }),
            ("x = en", Context::Name { partial: "en", start: 4 }),
            ("f(", Context::Name { partial: "", start: 2 }),
            ("math.", Context::Member { of: names(&["math"]), method: false, partial: "", start: 5 }),
            ("math.fl", Context::Member { of: names(&["math"]), method: false, partial: "fl", start: 5 }),
            ("1 + a.b:c", Context::Member { of: names(&["a", "b"]), method: true, partial: "c", start: 8 }),
            ("?a.b", Context::Member { of: names(&["a"]), method: false, partial: "b", start: 3 }),
            ("a['k'].b", Context::Member { of: names(&["a", "k"]), method: false, partial: "b", start: 7 }),
            ("%time a.b", Context::Member { of: names(&["a"]), method: false, partial: "b", start: 8 }),
        ] {
            assert_eq!(context(line), expected, "{line}");
        }
    }

    #[test]
    fn chains_with_indices_and_strings() {
        let Context::Member { of, .. } = context("a[2].b") else { panic!("no member") };
        assert_eq!(of, [Link::Name("a".into()), Link::Index(2)]);
        let Context::Member { of, .. } = context("('x'):re") else { panic!("no member") };
        assert_eq!(of, [Link::Text]);
    }

    #[test]
    fn what_only_running_code_could_tell() {
        for line in ["f().x", "f('x'):y", "a[i].b", "(a).b", "-- pri", "x = [[pri", "goto en", "12", "a..b.", "::la"] {
            let found = context(line);
            let harmless = matches!(&found, Context::Member { of, .. } if line == "a..b." && *of == names(&["b"]));
            assert!(found == Context::Nothing || harmless, "{line}: {found:?}");
        }
    }

    #[test]
    fn strings() {
        assert_eq!(context("require 'ct"), Context::Module { partial: "ct", start: 9 });
        assert_eq!(context("require(\"ct"), Context::Module { partial: "ct", start: 9 });
        assert_eq!(context("t['ab"), Context::Key { of: names(&["t"]), partial: "ab", start: 3, quote: '\'' });
        assert_eq!(context("io.open('src/"), Context::Path { partial: "src/", start: 9 });
        assert_eq!(context("'done' .. x"), Context::Name { partial: "x", start: 10 });
    }

    #[test]
    fn magics() {
        assert_eq!(context("%ti"), Context::Magic { partial: "ti", start: 1 });
        assert_eq!(context("%run a/b"), Context::Path { partial: "a/b", start: 5 });
    }
}
