use super::*;

fn kinds(source: &str) -> Vec<(TokenKind, &str)> {
    tokens(source).iter().filter(|t| !t.is_blank()).map(|t| (t.kind, t.text)).collect()
}

fn only(source: &str) -> Token<'_> {
    let found = tokens(source);
    assert_eq!(found.len(), 1, "{found:?}");
    found[0]
}

#[test]
fn a_statement() {
    use TokenKind::*;
    assert_eq!(
        kinds("local x <const> = f{1}..'a' // 2"),
        [
            (Keyword, "local"),
            (Name, "x"),
            (Symbol, "<"),
            (Name, "const"),
            (Symbol, ">"),
            (Symbol, "="),
            (Name, "f"),
            (Symbol, "{"),
            (Number, "1"),
            (Symbol, "}"),
            (Symbol, ".."),
            (String, "'a'"),
            (Symbol, "//"),
            (Number, "2"),
        ]
    );
}

#[test]
fn keywords_are_sorted_for_the_search() {
    assert!(KEYWORDS.is_sorted());
    for keyword in KEYWORDS {
        assert_eq!(only(keyword).kind, TokenKind::Keyword);
    }
    assert_eq!(only("ending").kind, TokenKind::Name);
}

#[test]
fn numerals() {
    for good in ["0", "3.0", "3.", ".5", "3e10", "3.e-2", "314.16e-2", "0xff", "0xA.8p1", "0x.1p-3", "0x1P+4"] {
        assert_eq!(only(good).kind, TokenKind::Number, "{good}");
    }
    for bad in ["3x", "0x", "1e", "1..2", "0xg", "1e+", "0x1p", "1_000"] {
        assert_eq!(only(bad).kind, TokenKind::Unknown, "{bad}");
    }
}

#[test]
fn strings_in_quotes() {
    for whole in [r#""a\"b""#, r"'\\'", "'a\\\nb'", "'a\\z  \n  b'", "'\\\r\nx'"] {
        assert_eq!((only(whole).kind, only(whole).unfinished), (TokenKind::String, None), "{whole}");
    }
    assert_eq!(only("'abc").unfinished, Some(Unfinished::ShortString));
    assert_eq!(only(r"'abc\'").unfinished, Some(Unfinished::ShortString));
    assert_eq!(tokens("'abc\nx")[0].unfinished, Some(Unfinished::ShortString));
    assert_eq!(only("'abc\\").unfinished, Some(Unfinished::ContinuedString));
    assert_eq!(only("'abc\\\n").unfinished, Some(Unfinished::ContinuedString));
    assert_eq!(only("'abc\\z\n  ").unfinished, Some(Unfinished::ContinuedString));
}

#[test]
fn long_brackets() {
    assert_eq!(only("[[a]b]]").kind, TokenKind::String);
    assert_eq!(only("[==[ ]] ]=] ]==]").unfinished, None);
    assert_eq!(only("[=[ ]]").unfinished, Some(Unfinished::LongBracket));
    assert_eq!(only("--[[ a\nb ]]").kind, TokenKind::Comment);
    assert_eq!(only("--[=[ a\nb ]]").unfinished, Some(Unfinished::LongBracket));
    assert_eq!(kinds("a[1]")[1], (TokenKind::Symbol, "["));
    assert_eq!(tokens("--[=x\ny")[0].text, "--[=x");
}

#[test]
fn what_is_not_lua() {
    assert_eq!(kinds("a $ é")[1..], [(TokenKind::Unknown, "$"), (TokenKind::Unknown, "é")]);
}

#[test]
fn depth_counts_blocks_and_brackets() {
    for (source, expected) in [
        ("", 0),
        ("x = 1", 0),
        ("function f(", 2),
        ("while x do", 1),
        ("if a then b() else", 1),
        ("if a then b() elseif c then", 1),
        ("repeat x() until y", 0),
        ("t = {\n f(function()", 3),
        ("-- if then do", 0),
        ("end end", 0),
    ] {
        assert_eq!(depth(source), expected, "{source}");
    }
}

#[test]
fn nothing_is_lost() {
    // Every string of up to four pieces of these, which meet in all the ways that matter.
    let pieces = ["--", "[[", "]]", "[=[", "'", "\"", "\\", "\n", "0x", "1e+", ".", "a", " ", "é", "\\z", "\r"];
    let mut sources = vec![String::new()];
    for _ in 0..4 {
        sources = sources.iter().flat_map(|head| pieces.iter().map(move |piece| format!("{head}{piece}"))).collect();
        for source in &sources {
            let joined: String = tokens(source).iter().map(|token| token.text).collect();
            assert_eq!(&joined, source);
        }
    }
}
