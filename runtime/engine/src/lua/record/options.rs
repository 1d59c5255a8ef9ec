//! The options table of `ct.Structure` and `ct.Union`.

use std::ffi::c_int;

use moonglue_abi::{BitRules, ByteOrder, RecordOptions};
use moonglue_ffi::near;

use super::suggestion;
use crate::lua::ctype::TypeRef;
use crate::lua::error::{Kind as ErrorKind, Res, fail};
use crate::lua::state::State;

/// What a record's definition may say besides its fields.
#[derive(Default, Clone)]
pub(crate) struct Options {
    pub(crate) layout: RecordOptions,
    pub(crate) anonymous: Vec<String>,
    pub(crate) base: Option<TypeRef>,
}

impl Options {
    /// Reads the table at `i` (nil or none: no options).
    pub(crate) fn read(state: State, i: c_int, order: ByteOrder) -> Res<Options> {
        let mut options = Options::default();
        options.layout.order = order;
        if state.is_none_or_nil(i) {
            return Ok(options);
        }
        if !state.is_table(i) {
            return fail(ErrorKind::TypeError, format_args!("options: expected a table, got {}", state.describe(i)));
        }
        state.push_nil();
        while state.next(i) {
            let Some(name) = state.text(-2).filter(|_| state.is_string(-2)) else {
                state.pop(1);
                return fail(ErrorKind::TypeError, format_args!("options: unexpected key {}", state.key_text(-1)));
            };
            let value = state.abs(-1);
            options.set(state, &name, value)?;
            state.pop(1);
        }
        Ok(options)
    }

    /// Sets the option called `name` from the value at `i`.
    pub(crate) fn set(&mut self, state: State, name: &str, i: c_int) -> Res<()> {
        const NAMES: [&str; 5] = ["pack", "align", "anonymous", "base", "layout"];
        match name {
            "pack" => self.layout.pack = power_of_two(state, i, "pack")?,
            "align" => self.layout.align = power_of_two(state, i, "align")?,
            "layout" => {
                self.layout.bit_rules = match state.str(i) {
                    Some("sysv" | "gcc-sysv") => Some(BitRules::SysV),
                    Some("ms") => Some(BitRules::Ms),
                    Some(other) => {
                        return fail(
                            ErrorKind::ValueError,
                            format_args!("layout: expected 'sysv' or 'ms', got '{other}'"),
                        );
                    }
                    None => {
                        return fail(
                            ErrorKind::TypeError,
                            format_args!("layout: expected a string, got {}", state.describe(i)),
                        );
                    }
                }
            }
            "anonymous" => self.anonymous = names(state, i)?,
            "base" => match state.type_at(i) {
                Some(ty) if ty.record().is_some() => {
                    ty.require_complete().map_err(|e| e.at("base"))?;
                    self.base = Some(ty);
                }
                _ => {
                    return fail(
                        ErrorKind::TypeError,
                        format_args!("base: expected a Structure or Union type, got {}", state.describe(i)),
                    );
                }
            },
            _ => {
                let near = near(name, NAMES);
                return fail(ErrorKind::ValueError, format_args!("unknown option '{name}'{}", suggestion(&near)));
            }
        }
        Ok(())
    }
}

/// A packing or alignment; 0 means none, as in ctypes.
fn power_of_two(state: State, i: c_int, what: &str) -> Res<Option<u32>> {
    if !state.is_integer(i) {
        return fail(
            ErrorKind::ValueError,
            format_args!("{what}: expected a non-negative integer, got {}", state.describe(i)),
        );
    }
    match u32::try_from(state.integer(i)) {
        Ok(0) => Ok(None),
        Ok(n) if n.is_power_of_two() => Ok(Some(n)),
        _ => fail(ErrorKind::ValueError, format_args!("{what}: expected a power of two, got {}", state.integer(i))),
    }
}

fn names(state: State, i: c_int) -> Res<Vec<String>> {
    if !state.is_table(i) {
        return fail(
            ErrorKind::TypeError,
            format_args!("anonymous: expected a list of names, got {}", state.describe(i)),
        );
    }
    let mut names = Vec::new();
    for k in 1..=state.raw_len(i) as i64 {
        state.raw_geti(i, k);
        let Some(name) = state.text(-1) else {
            return fail(ErrorKind::TypeError, format_args!("anonymous: expected names, got {}", state.describe(-1)));
        };
        names.push(name);
        state.pop(1);
    }
    Ok(names)
}
