//! `CDLL(name [, options])`.

use std::cell::Cell;
use std::path::Path;
use std::rc::Rc;

use moonglue_ffi::{Library, LoadError, OpenRequest};

use super::opened::Opened;
use super::options::{Options, Place, read};
use super::{LibraryState, elsewhere, push};
use crate::host::Libraries;
use crate::lua::context::Context;
use crate::lua::error::{Failure, Kind as ErrorKind, NewError, Res, entry, fail};
use crate::lua::module::context_of;
use crate::lua::state::State;

/// `RTLD_GLOBAL` of this system; 0 where there is no such thing, as in ctypes.
#[cfg(unix)]
pub(crate) const RTLD_GLOBAL: i64 = libc::RTLD_GLOBAL as i64;
#[cfg(not(unix))]
pub(crate) const RTLD_GLOBAL: i64 = 0;

/// `RTLD_LOCAL` of this system, likewise.
#[cfg(unix)]
pub(crate) const RTLD_LOCAL: i64 = libc::RTLD_LOCAL as i64;
#[cfg(not(unix))]
pub(crate) const RTLD_LOCAL: i64 = 0;

entry! {
    /// `ct.CDLL(name [, options])`; nil is the running program.
    pub(crate) fn c_dll(state) {
        let context = context_of(state)?;
        state.set_top(2);
        let name = if state.is_nil(1) {
            None
        } else {
            match state.text(1).filter(|_| state.is_string(1)) {
                Some(name) => Some(name),
                None => return state.mismatch_text("a library's name or nil", 1).map_err(|e| e.at("CDLL")),
            }
        };
        let options = read(state, 2).map_err(|e| e.at("CDLL"))?;
        open(state, context, name.as_deref(), &options)?;
        Ok(1)
    }
}

/// Opens the library and pushes its object.
fn open(state: State, context: &'static Context, name: Option<&str>, options: &Options) -> Res<()> {
    let policy = context.policy.clone();
    if (name.is_none() || options.handle.is_some())
        && let Err(text) = policy.check_program()
    {
        return fail(ErrorKind::PermissionError, text);
    }
    let check = |path: &Path| policy.check_library(path);
    let unchecked = policy.libraries == Libraries::Any;
    if policy.libraries == Libraries::None
        && let Err(text) = policy.check_library(Path::new(name.unwrap_or_default()))
    {
        return fail(ErrorKind::PermissionError, text);
    }
    let library = match options.place {
        Place::Here | Place::Either => {
            let request =
                OpenRequest { name, global: options.global, handle: options.handle, check: &check, unchecked };
            // SAFETY: native calls were granted to this runtime by `Builder::allow_ffi` or `install`, whose contract
            // covers running the initialisers of the libraries that the policy lets through.
            match unsafe { Library::open(&request) } {
                Ok(library) => Opened::Here(library),
                Err(LoadError::WrongMachine { path, found, .. })
                    if options.place == Place::Either && elsewhere::runs_in_a_bridge(&found) =>
                {
                    elsewhere::open_file(state, context, &path, options)?
                }
                Err(e) => return Err(load_failure(&e)),
            }
        }
        _ => elsewhere::open(state, context, name, options)?,
    };
    let name = name.map_or_else(|| "the running program".to_string(), str::to_string);
    push(
        state,
        Rc::new(LibraryState {
            context,
            library,
            name,
            settings: options.settings,
            strict: options.strict,
            closed: Cell::new(false),
            has_variables: Cell::new(false),
        }),
    );
    Ok(())
}

/// A loader's refusal as a script sees it.
#[cold]
pub(super) fn load_failure(e: &LoadError) -> Failure {
    let kind = match e {
        LoadError::Denied { .. } => ErrorKind::PermissionError,
        LoadError::NulInName { .. } | LoadError::BadHandle { .. } => ErrorKind::ValueError,
        _ => ErrorKind::OSError,
    };
    // A policy's own text already says what was denied.
    let message = match e {
        LoadError::Denied { reason, .. } => reason.clone(),
        _ => e.to_string(),
    };
    Failure::New(Box::new(NewError { kind, message, errno: e.errno(), has_path: false, remote: None }))
}

fn windows_only(what: &str) -> Res {
    fail(ErrorKind::OSError, format_args!("{what}: Windows libraries load on Windows only; use CDLL"))
}

entry! {
    /// `ct.WinDLL(name [, options])`: stdcall libraries, on Windows.
    pub(crate) fn win_dll(state) {
        let _ = state;
        windows_only("WinDLL")
    }
}

entry! {
    /// `ct.OleDLL(name [, options])`: as `WinDLL`, results are HRESULTs.
    pub(crate) fn ole_dll(state) {
        let _ = state;
        windows_only("OleDLL")
    }
}
