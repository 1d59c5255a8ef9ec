//! Errors of an input as text.

use super::evaluate::Failure;
use super::natives::Natives;
use super::paint::{Palette, Role};
use moonglue::mlua::Value;

/// Whether `stream` takes colours.
pub(crate) fn palette_of(stream: &impl anstream::stream::RawStream) -> Palette {
    Palette { colours: anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never }
}

/// The message and the traceback of `failure`, as lua.c words them for values that are no strings.
pub(crate) fn failure(natives: &Natives, failure: &Failure, palette: Palette) -> String {
    let mut text = palette.paint(Role::Error, &message(natives, &failure.value)).into_owned();
    text.push('\n');
    // One frame is the input itself, which the message has named already.
    if failure.traceback.lines().filter(|frame| !frame.starts_with("[C]:")).count() > 1 {
        text.push_str(&palette.paint(Role::Dim, "stack traceback:"));
        for frame in failure.traceback.lines() {
            text.push_str(&format!("\n  {}", palette.paint(Role::Dim, frame)));
        }
        text.push('\n');
    }
    text
}

fn message(natives: &Natives, value: &Value) -> String {
    let has_text = matches!(value, Value::String(_) | Value::Integer(_) | Value::Number(_) | Value::Error(_));
    if has_text || natives.metafield(value, "__tostring").is_some() {
        return natives.text(value).unwrap_or_else(|reason| format!("(error object whose __tostring failed: {reason})"));
    }
    format!("(error object is a {} value)", value.type_name())
}
