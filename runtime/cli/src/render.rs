//! Errors as people read them: Lua's line, the source line with carets, the traceback.

use std::fmt::Write as _;
use std::io::Write as _;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use moonglue::Error;

use crate::sources::Sources;

/// Writes `error` to stderr; in colour only where the stream takes it.
pub(crate) fn report(error: &Error, sources: &Sources) {
    let text = describe(error, sources);
    // Nowhere is left to complain if stderr is closed.
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

/// The report, styled.
pub(crate) fn describe(error: &Error, sources: &Sources) -> String {
    let message = match error {
        Error::Io { path, source } => format!("cannot open {}: {source}", path.display()),
        Error::Interrupted { .. } => "interrupted!".to_owned(),
        other => other.to_string(),
    };
    let mut text = String::new();
    let position = error.position();
    let place = match position {
        Some((chunk, line)) if error.kind().is_some() && !names_place(&message, chunk, line) => {
            format!("{chunk}:{line}: ")
        }
        _ => String::new(),
    };
    // Writing to a string cannot fail.
    let _ = writeln!(text, "moonglue: {place}{message}");
    if let Some((chunk, line, source)) = line_at_fault(position, &message, sources)
        && let Some(excerpt) = excerpt(chunk, line, &source, &message)
    {
        let _ = writeln!(text, "{excerpt}");
    }
    let traceback = error.traceback();
    if !traceback.is_empty() {
        let _ = writeln!(text, "{traceback}");
    }
    text
}

/// The place to show and its source line. A message that came through coroutines begins with several positions, the
/// innermost last.
fn line_at_fault<'a>(
    position: Option<(&'a str, u32)>,
    message: &'a str,
    sources: &Sources,
) -> Option<(&'a str, u32, String)> {
    let (chunk, line) = position?;
    let mut found = sources.line(chunk, line).map(|source| (chunk, line, source));
    let mut rest = message;
    for _ in 0..MOST_POSITIONS {
        let Some((place, after)) = rest.split_once(": ") else { break };
        let Some((chunk, line)) = place.rsplit_once(':') else { break };
        let Ok(line) = line.parse() else { break };
        if let Some(source) = sources.line(chunk, line) {
            found = Some((chunk, line, source));
        }
        rest = after;
    }
    found
}

/// Positions looked at in a message.
const MOST_POSITIONS: usize = 8;

/// Whether the message begins with a position already; Lua shortens long chunk names, so the line number decides.
fn names_place(message: &str, chunk: &str, line: u32) -> bool {
    let first = message.lines().next().unwrap_or_default();
    let Some(at) = first.find(&format!(":{line}:")) else { return false };
    let named = &first[..at];
    named == chunk || named.strip_prefix("...").is_some_and(|end| chunk.ends_with(end)) || named.starts_with("[string")
}

/// Longest source line shown, in bytes.
const LONGEST_LINE: usize = 400;

fn excerpt(chunk: &str, line: u32, source: &str, message: &str) -> Option<String> {
    if source.trim().is_empty() || source.len() > LONGEST_LINE {
        return None;
    }
    let snippet = Snippet::source(source)
        .line_start(usize::try_from(line).ok()?)
        .path(chunk)
        .annotation(AnnotationKind::Primary.span(fault_in(source, message)));
    Some(Renderer::styled().render(&[Group::with_level(Level::ERROR).element(snippet)]))
}

/// The part of the line that the message speaks of, or else all of it.
fn fault_in(source: &str, message: &str) -> Range<usize> {
    let named = quoted_name(message).or_else(|| function_name(message));
    if let Some(span) = named.and_then(|name| find_word(source, name)) {
        return span;
    }
    let start = source.len() - source.trim_start().len();
    start..source.trim_end().len()
}

/// `foo` of `attempt to call a nil value (global 'foo')`, `=` of `unexpected symbol near '='`.
fn quoted_name(message: &str) -> Option<&str> {
    const BEFORE: [&str; 8] = [
        "(global '",
        "(local '",
        "(field '",
        "(method '",
        "(upvalue '",
        "(constant '",
        "near '",
        "got an unknown name '",
    ];
    let start = BEFORE.iter().find_map(|words| message.find(words).map(|at| at + words.len()))?;
    let end = message[start..].find('\'')?;
    Some(&message[start..start + end])
}

/// `sin` of `ArgumentError: sin: argument 1: ...`.
fn function_name(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("Error: ")?;
    let (name, _) = rest.split_once(':')?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some(name)
}

/// The first occurrence of `word` that is not a part of a longer name.
fn find_word(source: &str, word: &str) -> Option<Range<usize>> {
    if word.is_empty() {
        return None;
    }
    let in_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let word_is_name = word.starts_with(in_name);
    source.match_indices(word).map(|(at, _)| at..at + word.len()).find(|span| {
        let before = source[..span.start].chars().next_back();
        let after = source[span.end..].chars().next();
        !word_is_name || !(before.is_some_and(in_name) || after.is_some_and(in_name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_named_part_is_underlined() {
        let source = "local x = foobar + foo(1)";
        assert_eq!(fault_in(source, "attempt to call a nil value (global 'foo')"), 19..22);
        assert_eq!(fault_in("  libm.sin('a')", "a.lua:1: ArgumentError: sin: argument 1: expected c_double"), 7..10);
    }

    #[test]
    fn without_a_name_the_whole_line_is() {
        assert_eq!(fault_in("  error 'x' ", "a.lua:1: x"), 2..11);
    }
}
