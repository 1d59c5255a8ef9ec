//! The options of `CDLL`.

use std::ffi::c_int;

use moonglue_abi::Abi;
use moonglue_ffi::near;

use super::open::RTLD_GLOBAL;
use crate::lua::error::{Kind as ErrorKind, Res, fail};
use crate::lua::function::Settings;
use crate::lua::record::suggestion;
use crate::lua::state::State;

const NAMES: [&str; 10] =
    ["mode", "handle", "use_errno", "use_last_error", "winmode", "strict", "isolate", "bridge", "decls", "debuginfo"];

/// Which process a library is loaded in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Place {
    /// This one where it can be, else a bridge.
    #[default]
    Either,
    /// This one.
    Here,
    /// A bridge, which libraries of one kind share.
    Bridge,
    /// A bridge of that target.
    BridgeOf(Abi),
    /// A bridge of its own.
    Alone,
    /// A bridge shared by those of that name.
    Group(String),
}

/// What `CDLL` was told.
#[derive(Default)]
pub(super) struct Options {
    pub(super) global: bool,
    pub(super) handle: Option<usize>,
    pub(super) settings: Settings,
    pub(super) strict: bool,
    pub(super) place: Place,
}

/// Reads the table of options at `i`.
pub(super) fn read(state: State, i: c_int) -> Res<Options> {
    let mut options = Options::default();
    if state.is_nil(i) {
        return Ok(options);
    }
    if !state.is_table(i) {
        return fail(ErrorKind::TypeError, format_args!("options: expected a table, got {}", state.describe(i)));
    }
    state.push_nil();
    while state.next(i) {
        let name = if state.is_string(-2) { state.text(-2).unwrap_or_default() } else { state.key_text(-2) };
        match name.as_str() {
            "mode" => {
                if !state.is_integer(-1) {
                    return fail(
                        ErrorKind::TypeError,
                        format_args!("mode: expected RTLD_GLOBAL or RTLD_LOCAL, got {}", state.describe(-1)),
                    );
                }
                options.global = state.integer(-1) & RTLD_GLOBAL != 0;
            }
            "handle" => {
                if !state.is_integer(-1) {
                    return fail(
                        ErrorKind::TypeError,
                        format_args!("handle: expected an integer, got {}", state.describe(-1)),
                    );
                }
                options.handle = Some(state.integer(-1) as usize);
            }
            "use_errno" => options.settings.use_errno = state.boolean(-1),
            "use_last_error" => options.settings.use_last_error = state.boolean(-1),
            "strict" => options.strict = state.boolean(-1),
            // Meant for other systems; harmless here.
            "winmode" => {}
            "isolate" => {
                if let Some(place) = isolate(state)? {
                    options.place = place;
                }
            }
            "bridge" => {
                let place = bridge(state)?;
                // What `isolate` says is the more exact.
                if !matches!(options.place, Place::Alone | Place::Group(_)) {
                    options.place = place;
                }
            }
            "decls" | "debuginfo" if !state.boolean(-1) => {}
            "decls" | "debuginfo" => {
                return fail(ErrorKind::ValueError, format_args!("{name}: this build does not read declarations"));
            }
            _ => {
                let near = near(&name, NAMES);
                return fail(ErrorKind::ValueError, format_args!("unknown option '{name}'{}", suggestion(&near)));
            }
        }
        state.pop(1);
    }
    if options.handle.is_some() && !matches!(options.place, Place::Either | Place::Here) {
        return fail(ErrorKind::ValueError, "handle: a handle of this process means nothing in a bridge");
    }
    Ok(options)
}

/// `isolate = true`, or the name of a group of libraries that share a process.
fn isolate(state: State) -> Res<Option<Place>> {
    if let Some(name) = state.text(-1).filter(|_| state.is_string(-1)) {
        return Ok(Some(Place::Group(name)));
    }
    match state.tag(-1) {
        crate::lua::state::ffi::LUA_TBOOLEAN => Ok(state.boolean(-1).then_some(Place::Alone)),
        _ => fail(
            ErrorKind::TypeError,
            format_args!("isolate: expected a boolean or the name of a group, got {}", state.describe(-1)),
        ),
    }
}

/// `bridge = "auto"`, `"never"`, `"always"`, or the name of a target.
fn bridge(state: State) -> Res<Place> {
    if state.tag(-1) == crate::lua::state::ffi::LUA_TBOOLEAN {
        return Ok(if state.boolean(-1) { Place::Bridge } else { Place::Here });
    }
    let Some(word) = state.text(-1).filter(|_| state.is_string(-1)) else {
        return fail(
            ErrorKind::TypeError,
            format_args!("bridge: expected \"auto\", \"never\", \"always\" or a target, got {}", state.describe(-1)),
        );
    };
    Ok(match (word.as_str(), Abi::from_name(&word)) {
        ("auto", _) => Place::Either,
        ("never", _) => Place::Here,
        ("always", _) => Place::Bridge,
        (_, Some(abi)) => Place::BridgeOf(abi),
        _ => {
            let near = near(&word, ["auto", "never", "always"].into_iter().chain(Abi::ALL.iter().map(|a| a.name())));
            return fail(ErrorKind::ValueError, format_args!("bridge: unknown value '{word}'{}", suggestion(&near)));
        }
    })
}
