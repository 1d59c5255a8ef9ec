//! Errors of an input as text: the report of the script runner, for an input instead of a script.

use super::paint::Palette;
use crate::render;
use crate::sources::Sources;
use moonglue::Error;
use std::io::Write as _;

/// Whether `stream` takes colours.
pub(crate) fn palette_of(stream: &impl anstream::stream::RawStream) -> Palette {
    Palette { colours: anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never }
}

/// Writes `error`, raised by the input `text`, to stderr.
pub(crate) fn failure(error: &Error, text: &str) {
    let mut sources = Sources::default();
    if is_of_input(error) {
        sources.note("stdin", text.as_bytes());
    }
    let report = render::describe(error, &sources);
    // lua.c names the program only where there is no prompt.
    let report = report.strip_prefix("moonglue: ").unwrap_or(&report);
    // Nowhere is left to complain if stderr is closed.
    let _ = anstream::stderr().lock().write_all(report.as_bytes());
}

/// Whether a line of `stdin` is one of the input that was just run. All inputs share the name, and a function may have
/// come from an earlier one: only the main chunk is certainly of this input.
fn is_of_input(error: &Error) -> bool {
    if matches!(error, Error::Syntax { .. }) {
        return true;
    }
    let frame = error.traceback().lines().map(str::trim).find(|frame| frame.starts_with("stdin:"));
    frame.is_some_and(|frame| frame.ends_with("in main chunk"))
}
