//! Magics about C memory: `%layout`, `%hex`.

use super::listing::expression_and_word;
use super::{Magic, MagicError};
use crate::repl::introspect;
use crate::repl::session::Session;
use crate::repl::show::hexdump;
use moonglue::mlua::{Integer, Value};

pub(super) const MAGICS: &[Magic] = &[
    Magic {
        name: "layout",
        usage: "%layout TYPE",
        summary: "draw the memory layout of a structure or union",
        details: "TYPE is an expression. The drawing is that of ctypes.layout(TYPE).",
        takes_code: false,
        run: layout,
    },
    Magic {
        name: "hex",
        usage: "%hex VALUE [BYTES]",
        summary: "dump the bytes of a string, a C object or a pointer's target",
        details: "VALUE is an expression. C objects are dumped whole, or their first BYTES bytes; of a pointer it is\n\
                  the target. An integer is an address and needs BYTES. Offsets are addresses for C memory.",
        takes_code: false,
        run: hex,
    },
];

fn layout(session: &mut Session, argument: &str) -> Result<(), MagicError> {
    if argument.trim().is_empty() {
        return Err(MagicError::Usage);
    }
    let given = session.run(argument)?.into_iter().next().unwrap_or(Value::Nil);
    let drawn = session.ctypes("layout", vec![given])?;
    let text = drawn.first().map_or(Ok(String::new()), |drawing| session.natives.text(drawing));
    session.print(text?.trim_end());
    Ok(())
}

fn hex(session: &mut Session, argument: &str) -> Result<(), MagicError> {
    let (code, word) = expression_and_word(session, argument)?;
    let count = match word {
        "" => None,
        word => Some(word.parse::<usize>().map_err(|_| MagicError::Usage)?),
    };
    let value = session.run(code)?.into_iter().next().unwrap_or(Value::Nil);
    let (base, bytes) = match &value {
        Value::String(text) => {
            let bytes = text.as_bytes();
            (0, bytes[..count.unwrap_or(bytes.len()).min(bytes.len())].to_vec())
        }
        value => c_bytes(session, &pointed_to(session, value)?, count)?,
    };
    let text = hexdump(&bytes, base, session.palette);
    session.print(text.trim_end());
    Ok(())
}

/// What a pointer points to; any other value itself.
fn pointed_to(session: &Session, value: &Value) -> Result<Value, MagicError> {
    let members = introspect::members(&session.lua, value).unwrap_or_default();
    if !members.iter().any(|member| member.name == "contents") {
        return Ok(value.clone());
    }
    let contents = session.runtime.load("local pointer = ... return pointer.contents", "=moonglue")?;
    Ok(session.call(&contents, value)?.into_iter().next().unwrap_or(Value::Nil))
}

/// The address of `value` and the bytes there, as ctypes itself reads them.
fn c_bytes(session: &Session, value: &Value, count: Option<usize>) -> Result<(u64, Vec<u8>), MagicError> {
    let first = |values: Vec<Value>| values.into_iter().next().unwrap_or(Value::Nil);
    let address = match (value, count) {
        // A plain address, as `addressof` gives it: C's memory, at the user's word.
        (Value::Integer(address), Some(_)) => Value::Integer(*address),
        (value, _) => first(session.ctypes("addressof", vec![value.clone()])?),
    };
    let size = match count {
        Some(count) => Value::Integer(Integer::try_from(count).map_err(|_| MagicError::Usage)?),
        None => first(session.ctypes("sizeof", vec![value.clone()])?),
    };
    let read = first(session.ctypes("string_at", vec![address.clone(), size])?);
    let (Value::Integer(address), Value::String(bytes)) = (address, read) else {
        return Err(MagicError::Message(format!("a {} has no bytes to show", value.type_name())));
    };
    // Addresses are bit patterns: the sign of Lua's integer means nothing.
    Ok((address.cast_unsigned(), bytes.as_bytes().to_vec()))
}
