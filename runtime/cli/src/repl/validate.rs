//! Whether an input is complete. Lua decides; our lexer only corrects what it calls incomplete wrongly.

use super::input::{Input, classify};
use super::lexer::{Unfinished, tokens};
use super::magic;
use moonglue::mlua::Function;
use moonglue::{Error, Runtime};

/// The state of an input that is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Completeness {
    /// Run it. A syntax error that more lines cannot mend is complete too: it will be reported.
    Complete,
    /// More lines may complete it.
    Incomplete,
    /// Worth stopping the Enter key for: a slip that is mended on the line it is on.
    Invalid(String),
}

/// Judges `text`, the whole input so far.
pub(crate) fn check(runtime: &Runtime, text: &str) -> Completeness {
    match classify(text) {
        Input::Empty | Input::Help(_) => Completeness::Complete,
        Input::Magic { name, argument } if magic::takes_code(name) => {
            check_code(runtime, magic::without_flags(argument))
        }
        Input::Magic { .. } => Completeness::Complete,
        Input::Expression(code) | Input::Code(code) => check_code(runtime, code),
    }
}

fn check_code(runtime: &Runtime, code: &str) -> Completeness {
    match tokens(code).iter().find_map(|token| token.unfinished) {
        // Lua reports `'abc` as incomplete because its text ends in `<eof>`, yet a newline can only make it worse.
        Some(Unfinished::ShortString) => return Completeness::Invalid("unfinished string".to_owned()),
        Some(Unfinished::ContinuedString | Unfinished::LongBracket) => return Completeness::Incomplete,
        None => {}
    }
    match compile(runtime, code) {
        Err(Error::Syntax { incomplete: true, .. }) => Completeness::Incomplete,
        _ => Completeness::Complete,
    }
}

/// Compiles `code` as an expression if it is one, otherwise as statements.
///
/// # Errors
/// Lua's syntax error for the statements; marked incomplete when either reading could be completed.
pub(crate) fn compile(runtime: &Runtime, code: &str) -> Result<Function, Error> {
    // The expression first, as lua.c does.
    let as_expression = load(runtime, &format!("return {code}"));
    if as_expression.is_ok() {
        return as_expression;
    }
    match (load(runtime, code), as_expression) {
        (Ok(function), _) => Ok(function),
        // `1 +` is no beginning of a statement, but of an expression.
        (Err(Error::Syntax { chunk, line, message, .. }), Err(Error::Syntax { incomplete: true, .. })) => {
            Err(Error::Syntax { chunk, line, message, incomplete: true })
        }
        (Err(error), _) => with_last_expression(runtime, code).ok_or(error),
    }
}

/// At most so many lines may make up the last expression of a pasted input.
const LINES_TRIED: usize = 20;

/// Statements and, on the last lines, an expression whose values are wanted: people paste such things.
fn with_last_expression(runtime: &Runtime, code: &str) -> Option<Function> {
    code.trim_end()
        .rmatch_indices('\n')
        .take(LINES_TRIED)
        .find_map(|(at, _)| load(runtime, &format!("{}\nreturn {}", &code[..at], &code[at + 1..])).ok())
}

fn load(runtime: &Runtime, code: &str) -> Result<Function, Error> {
    runtime.load(code, "=stdin")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(text: &str) -> Completeness {
        check(&Runtime::new().expect("a runtime"), text)
    }

    #[test]
    fn complete_inputs() {
        for text in [
            "",
            "1",
            "x = 1",
            "f()",
            "return",
            "return 1",
            "for i = 1, 2 do end",
            "=1 + 1",
            "?x",
            "%who",
            "x -- tail",
            "[[a\nb]]",
        ] {
            assert_eq!(checked(text), Completeness::Complete, "{text}");
        }
    }

    #[test]
    fn errors_that_no_line_mends_are_complete() {
        for text in ["x = = 1", "end", "1 1", "for for", "x = }", "%unknown magic", "goto nowhere"] {
            assert_eq!(checked(text), Completeness::Complete, "{text}");
        }
    }

    #[test]
    fn incomplete_inputs() {
        for text in [
            "for i = 1, 2 do",
            "function f()",
            "x =",
            "f(",
            "f(1,",
            "{1, 2",
            "1 +",
            "if x then",
            "if x then y() else",
            "x = [[",
            "--[[ note",
            "'a\\",
            "'a\\z",
            "=1 +",
            "local x <const> =",
            "repeat",
        ] {
            assert_eq!(checked(text), Completeness::Incomplete, "{text}");
        }
    }

    #[test]
    fn an_unclosed_string_is_mended_on_its_line() {
        assert_eq!(checked("print('abc)"), Completeness::Invalid("unfinished string".into()));
        assert_eq!(checked("x = \"abc\ny"), Completeness::Invalid("unfinished string".into()));
    }

    #[test]
    fn statements_may_end_in_an_expression() {
        let runtime = Runtime::new().expect("a runtime");
        let value = |code| compile(&runtime, code).and_then(|function| runtime.call::<Option<i64>>(&function, ()));
        assert_eq!(value("local x = 1\nlocal y = 2\nx + y").ok(), Some(Some(3)));
        assert_eq!(value("local x = 1\n(x\n+ 2)\n").ok(), Some(Some(3)));
        assert!(value("local x = 1\nx + = 2").is_err());
    }

    #[test]
    fn magics_with_code_follow_the_code() {
        assert_eq!(checked("%time for i = 1, 2 do"), Completeness::Incomplete);
        assert_eq!(checked("%timeit -n 5 f("), Completeness::Incomplete);
        assert_eq!(checked("%timeit -n 5 f()"), Completeness::Complete);
        assert_eq!(checked("%run for.lua for i do"), Completeness::Complete);
    }
}
