//! Errors of an input as text.

use super::paint::{Palette, Role};
use moonglue::Error;

/// Whether `stream` takes colours.
pub(crate) fn palette_of(stream: &impl anstream::stream::RawStream) -> Palette {
    Palette { colours: anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never }
}

/// The message and the traceback of `error`.
pub(crate) fn failure(error: &Error, palette: Palette) -> String {
    let mut text = palette.paint(Role::Error, &error.to_string()).into_owned();
    text.push('\n');
    let frames = frames(error.traceback());
    // One frame is the input itself, which the message has named already.
    if frames.iter().filter(|frame| !frame.starts_with("[C]:")).count() > 1 {
        text.push_str(&palette.paint(Role::Dim, "stack traceback:"));
        for frame in frames {
            text.push_str(&format!("\n  {}", palette.paint(Role::Dim, frame)));
        }
        text.push('\n');
    }
    text
}

/// The frames of a traceback above the prompt's own.
fn frames(traceback: &str) -> Vec<&str> {
    let mut frames: Vec<&str> = traceback.lines().map(str::trim).filter(|line| line.contains(':')).collect();
    frames.retain(|frame| *frame != "stack traceback:");
    while frames.last().is_some_and(|frame| frame.starts_with("[C]: in ")) {
        frames.pop();
    }
    frames
}
