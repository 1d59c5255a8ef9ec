//! Where a runtime's output goes: the host's writers instead of the process's streams, and warnings.

use std::cell::{Cell, RefCell};
use std::io::Write;
use std::rc::Rc;

use mlua::{Lua, UserData, UserDataMethods, Value, Variadic};

use super::builder::Writer;

/// An output stream of the host, in the shape of a Lua file.
struct Stream(Rc<RefCell<Writer>>);

impl UserData for Stream {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_function("write", |_, (this, values): (mlua::AnyUserData, Variadic<Value>)| {
            {
                let stream = this.borrow::<Stream>()?;
                let mut writer = stream.0.borrow_mut();
                for (index, value) in values.iter().enumerate() {
                    let text = match value {
                        Value::String(text) => text.as_bytes().to_vec(),
                        Value::Integer(_) | Value::Number(_) => value.to_string()?.into_bytes(),
                        other => {
                            return Err(mlua::Error::runtime(format!(
                                "bad argument #{} to 'write' (string expected, got {})",
                                index + 1,
                                other.type_name()
                            )));
                        }
                    };
                    writer.write_all(&text)?;
                }
            }
            Ok(this)
        });
        methods.add_function("flush", |_, this: mlua::AnyUserData| {
            this.borrow::<Stream>()?.0.borrow_mut().flush()?;
            Ok(this)
        });
        methods.add_method("setvbuf", |_, _, _: Variadic<Value>| Ok(true));
        methods.add_method("seek", |_, _, _: Variadic<Value>| Ok((Value::Nil, "a stream of the host cannot seek")));
        methods.add_method("close", |_, _, ()| Ok((Value::Nil, "a stream of the host cannot be closed by a script")));
        methods.add_meta_method("__tostring", |_, _, ()| Ok("file (host)"));
    }
}

/// Sends `print`, `io.write`, `io.stdout`, `io.stderr` and warnings to the writers that are given.
pub(crate) fn install(lua: &Lua, stdout: Option<Writer>, stderr: Option<Writer>) -> mlua::Result<()> {
    let stdout = stdout.map(|writer| Rc::new(RefCell::new(writer)));
    let stderr = stderr.map(|writer| Rc::new(RefCell::new(writer)));
    if stdout.is_some() || stderr.is_some() {
        let redirect = lua.load(include_str!("output.lua")).set_name("=[output]").into_function()?;
        redirect.call::<()>((stdout.map(Stream), stderr.clone().map(Stream)))?;
    }
    install_warnings(lua, stderr);
    Ok(())
}

/// Lua's own warning function: off until `warn("@on")`, pieces joined into one line.
fn install_warnings(lua: &Lua, stderr: Option<Rc<RefCell<Writer>>>) {
    let enabled = Cell::new(false);
    let pending = RefCell::new(String::new());
    lua.set_warning_function(move |_, piece, to_be_continued| {
        let starts = pending.borrow().is_empty();
        if starts
            && !to_be_continued
            && let Some(control) = piece.strip_prefix('@')
        {
            match control {
                "on" => enabled.set(true),
                "off" => enabled.set(false),
                _ => {}
            }
            return Ok(());
        }
        pending.borrow_mut().push_str(piece);
        if !to_be_continued {
            let text = std::mem::take(&mut *pending.borrow_mut());
            if enabled.get() {
                // A warning that cannot be written has nowhere else to go.
                let _ = match &stderr {
                    Some(writer) => writeln!(writer.borrow_mut(), "Lua warning: {text}"),
                    None => writeln!(std::io::stderr(), "Lua warning: {text}"),
                };
            }
        }
        Ok(())
    });
}
