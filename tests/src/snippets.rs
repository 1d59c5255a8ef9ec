//! The fenced Lua blocks of a Markdown page, each with the output the page shows for it.
//!
//! A block that begins with ```` ```lua ```` must run to its end and print what the ```` ```text ```` block right behind
//! it shows, or nothing without one. A block that begins with ```` ```lua fails ```` must end with an error, one with
//! ```` ```lua crashes ```` by a signal, and what it prints on stderr begins with what is shown; a traceback follows. One with
//! ```` ```lua name.lua ```` is a file of that name beside the blocks that follow on the page.

/// How a block must end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Without an error.
    Well,
    /// With an error that it does not catch.
    Error,
    /// By a signal.
    Crash,
}

/// A Lua block of a page.
#[derive(Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The line of the page its code begins on, counted from 1.
    pub line: usize,
    /// The code.
    pub code: String,
    /// How it must end.
    pub ending: Ending,
    /// What the page says it prints; empty for nothing.
    pub output: String,
    /// The files beside it, by name.
    pub files: Vec<(String, String)>,
}

/// Every Lua block of a page, in the page's order.
///
/// # Errors
///
/// Names the line of a block that is never closed.
pub fn snippets(page: &str) -> Result<Vec<Snippet>, String> {
    let mut found: Vec<Snippet> = Vec::new();
    let mut files = Vec::new();
    let mut lines = page.lines().enumerate();
    // A text block belongs to a Lua block only when nothing but blank lines lies between them.
    let mut open_for_output = false;
    while let Some((index, line)) = lines.next() {
        let Some(language) = line.trim().strip_prefix("```") else {
            open_for_output &= line.trim().is_empty();
            continue;
        };
        let mut body = String::new();
        loop {
            match lines.next() {
                Some((_, line)) if line.trim() == "```" => break,
                Some((_, line)) => {
                    body.push_str(line);
                    body.push('\n');
                }
                None => return Err(format!("line {}: this block is never closed", index + 1)),
            }
        }
        let ending = match language {
            "lua" => Some(Ending::Well),
            "lua fails" => Some(Ending::Error),
            "lua crashes" => Some(Ending::Crash),
            _ => None,
        };
        let file = language.strip_prefix("lua ").filter(|name| name.ends_with(".lua"));
        match (ending, language) {
            _ if file.is_some() => {
                files.push((file.unwrap_or_default().to_owned(), body));
                open_for_output = false;
            }
            (Some(ending), _) => {
                let files = files.clone();
                found.push(Snippet { line: index + 2, code: body, ending, output: String::new(), files });
                open_for_output = true;
            }
            (None, "text") if open_for_output => {
                found.last_mut().expect("a Lua block came before").output = body;
                open_for_output = false;
            }
            _ => open_for_output = false,
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_block_right_behind_is_the_output() {
        let page = "Say:\n\n```lua\nprint(1)\n```\n\n```text\n1\n```\n";
        let files = Vec::new();
        let expected =
            Snippet { line: 4, code: "print(1)\n".into(), ending: Ending::Well, output: "1\n".into(), files };
        assert_eq!(snippets(page), Ok(vec![expected]));
    }

    #[test]
    fn a_named_block_is_a_file_for_those_that_follow() {
        let page = "```lua\nx()\n```\n```lua mine.lua\nreturn 5\n```\n```lua\nrequire 'mine'\n```\n";
        let found = snippets(page).unwrap();
        assert!(found[0].files.is_empty());
        assert_eq!(found[1].files, [("mine.lua".to_owned(), "return 5\n".to_owned())]);
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn prose_between_cuts_the_tie() {
        let page = "```lua\nlocal x = 1\n```\nA table:\n```text\n| |\n```\n```lua fails\nerror()\n```\n";
        let found = snippets(page).unwrap();
        assert_eq!(found.iter().map(|snippet| snippet.output.as_str()).collect::<Vec<_>>(), ["", ""]);
        assert_eq!(found.iter().map(|snippet| snippet.ending).collect::<Vec<_>>(), [Ending::Well, Ending::Error]);
    }

    #[test]
    fn an_open_block_is_reported() {
        assert!(snippets("text\n```lua\nprint(1)\n").unwrap_err().starts_with("line 2:"));
    }
}
