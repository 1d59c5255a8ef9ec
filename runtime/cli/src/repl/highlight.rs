//! Colours for Lua as it is typed, and the bracket that matches the one at the cursor.

use super::lexer::{Token, TokenKind, Unfinished, tokens};
use super::paint::{Palette, Role};

/// `line` coloured; its text, stripped of escapes, is unchanged. Of the brackets at `cursor`, both are marked.
pub(crate) fn highlight(line: &str, cursor: Option<usize>, palette: Palette) -> String {
    let found = tokens(line);
    let matching = cursor.and_then(|cursor| matching_brackets(&found, cursor));
    let mut text = String::with_capacity(line.len() * 2);
    for (index, token) in found.iter().enumerate() {
        let is_match = matching.is_some_and(|(open, close)| index == open || index == close);
        let role = if is_match { Role::Match } else { role(&found, index) };
        // A style must not span lines: the editor may draw a prompt between them.
        for (number, piece) in token.text.split('\n').enumerate() {
            if number > 0 {
                text.push('\n');
            }
            text.push_str(&palette.paint(role, piece));
        }
    }
    text
}

fn role(tokens: &[Token<'_>], index: usize) -> Role {
    let token = &tokens[index];
    match token.kind {
        TokenKind::Keyword if matches!(token.text, "nil" | "true" | "false") => Role::Constant,
        TokenKind::Keyword => Role::Keyword,
        TokenKind::Number => Role::Number,
        TokenKind::String if token.unfinished == Some(Unfinished::ShortString) && !is_last(tokens, index) => {
            Role::Error
        }
        TokenKind::String => Role::String,
        TokenKind::Comment => Role::Comment,
        TokenKind::Name if is_called(tokens, index) => Role::Name,
        // A `%` or `?` in front is ours.
        TokenKind::Unknown if token.text != "?" => Role::Error,
        _ => Role::Plain,
    }
}

/// The string being typed is not an error yet.
fn is_last(tokens: &[Token<'_>], index: usize) -> bool {
    index + 1 == tokens.len()
}

fn is_called(tokens: &[Token<'_>], index: usize) -> bool {
    let next = tokens[index + 1..].iter().find(|token| !token.is_blank());
    next.is_some_and(|next| matches!(next.text, "(" | "{") || next.kind == TokenKind::String)
}

/// The indices of the bracket at or before `cursor` and of its partner; brackets in strings do not count.
fn matching_brackets(tokens: &[Token<'_>], cursor: usize) -> Option<(usize, usize)> {
    let is_bracket =
        |token: &Token<'_>| token.kind == TokenKind::Symbol && matches!(token.text, "(" | ")" | "[" | "]" | "{" | "}");
    let at = |offset: usize| tokens.iter().position(|token| token.start == offset && is_bracket(token));
    let index = at(cursor).or_else(|| at(cursor.checked_sub(1)?))?;
    let (opening, partner) = match tokens[index].text {
        "(" => (true, ")"),
        "[" => (true, "]"),
        "{" => (true, "}"),
        ")" => (false, "("),
        "]" => (false, "["),
        _ => (false, "{"),
    };
    let found = if opening {
        balance(tokens.iter().enumerate().skip(index + 1), tokens[index].text, partner)
    } else {
        balance(tokens.iter().enumerate().take(index).rev(), tokens[index].text, partner)
    };
    found.map(|other| (index, other))
}

fn balance<'t>(walk: impl Iterator<Item = (usize, &'t Token<'t>)>, same: &str, partner: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (index, token) in walk.filter(|(_, token)| token.kind == TokenKind::Symbol) {
        if token.text == same {
            depth += 1;
        } else if token.text == partner {
            if depth == 0 {
                return Some(index);
            }
            depth -= 1;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLOURS: Palette = Palette { colours: true };

    fn stripped(text: &str) -> String {
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('\x1b') {
            plain.push_str(&rest[..at]);
            rest = &rest[at + rest[at..].find('m').expect("a complete escape") + 1..];
        }
        plain + rest
    }

    #[test]
    fn the_text_is_unchanged() {
        for line in ["local x = 'a' -- b", "f[[\na\n]]", "print(\"x", "%time f(1)", "?é", "{{(", ""] {
            assert_eq!(stripped(&highlight(line, Some(line.len()), COLOURS)), line);
            assert_eq!(highlight(line, Some(0), Palette { colours: false }), line);
        }
    }

    /// Every Lua script of the repository.
    fn scripts() -> Vec<String> {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut folders = vec![root.join("tests/lua"), root.join("examples")];
        let mut found = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("a folder of the repository") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "lua") {
                    found.push(String::from_utf8_lossy(&std::fs::read(path).expect("a file")).into_owned());
                }
            }
        }
        assert!(found.len() > 50, "only {} scripts", found.len());
        found
    }

    #[test]
    fn whole_scripts_are_tokens_and_keep_their_text() {
        let lua = moonglue::mlua::Lua::new();
        for script in scripts() {
            // The first line may be for the system's loader.
            let script = if script.starts_with('#') { format!("--{script}") } else { script };
            assert_eq!(stripped(&highlight(&script, None, COLOURS)), script);
            let odd = tokens(&script).into_iter().find(|t| t.kind == TokenKind::Unknown || t.unfinished.is_some());
            // Whether a text is Lua is for Lua to say; what it takes, our lexer must take too.
            if lua.load(script.as_str()).into_function().is_ok() {
                assert_eq!(odd, None);
            }
        }
    }

    #[test]
    fn roles_have_their_colours() {
        let text = highlight("return nil, f(1), 'x'", None, COLOURS);
        for role in [(Role::Keyword, "return"), (Role::Constant, "nil"), (Role::Name, "f"), (Role::Number, "1")] {
            let painted = COLOURS.paint(role.0, role.1).into_owned();
            assert!(text.contains(&painted), "{text:?} has no {painted:?}");
        }
    }

    #[test]
    fn brackets_find_each_other() {
        let found = tokens("f(a[1], '(')");
        let at = |cursor| matching_brackets(&found, cursor).map(|(a, b)| (found[a].start, found[b].start));
        assert_eq!(at(1), Some((1, 11)));
        assert_eq!(at(12), Some((11, 1)));
        assert_eq!(at(3), Some((3, 5)));
        assert_eq!(at(9), None);
        assert_eq!(matching_brackets(&tokens("(("), 0), None);
    }
}
