//! Opening a library in a bridge's process.

use std::path::Path;
use std::rc::Rc;

use moonglue_abi::Abi;
use moonglue_ffi::{Arch, FileKind, Machine, Outcome, System, identify, resolve};

use super::opened::Opened;
use super::options::{Options, Place};
use crate::host::Libraries;
use crate::lua::context::Context;
use crate::lua::error::{Kind as ErrorKind, Res, fail};
use crate::lua::remote::library::RemoteLibrary;
use crate::lua::remote::session::Session;
use crate::lua::state::State;
use crate::remote::{Bits, StartOptions, Transport};

/// Whether there is a bridge for libraries of that kind.
pub(super) fn runs_in_a_bridge(found: &Machine) -> bool {
    found.arch == Arch::X86 && found.system == System::Linux && matches!(found.bits, 32 | 64)
}

/// Opens the library called `name` in the process that the options ask for.
pub(super) fn open(state: State, context: &'static Context, name: Option<&str>, options: &Options) -> Res<Opened> {
    let Some(name) = name else {
        let abi = if let Place::BridgeOf(abi) = options.place { abi } else { Abi::HOST };
        return load(state, context, None, abi, options);
    };
    if name.contains('\0') {
        return fail(ErrorKind::ValueError, "the name of a library contains a NUL");
    }
    let resolution = resolve(name);
    let other =
        || resolution.tried.iter().find(|t| matches!(&t.outcome, Outcome::WrongMachine(m) if runs_in_a_bridge(m)));
    let file = resolution.found.as_deref().or_else(|| other().map(|t| t.path.as_path()));
    if let Place::BridgeOf(abi) = options.place {
        // That side looks for itself, unless the very file was named.
        let path = file.filter(|_| name.contains('/'));
        check(context, path.unwrap_or(Path::new(name)))?;
        return load(state, context, Some(&path.map_or_else(|| name.into(), |p| p.to_string_lossy())), abi, options);
    }
    match file {
        Some(path) => open_file(state, context, path, options),
        None => {
            check(context, Path::new(name))?;
            load(state, context, Some(name), Abi::HOST, options)
        }
    }
}

/// Opens the file at `path` in a process of its kind.
pub(super) fn open_file(state: State, context: &'static Context, path: &Path, options: &Options) -> Res<Opened> {
    check(context, path)?;
    let abi = match identify(path) {
        Ok(FileKind::Library(machine)) if machine.bits == 32 => Abi::I386Linux,
        _ => Abi::HOST,
    };
    load(state, context, Some(&path.to_string_lossy()), abi, options)
}

fn check(context: &Context, path: &Path) -> Res<()> {
    if context.policy.libraries == Libraries::Any {
        return Ok(());
    }
    context.policy.check_library(path).or_else(|text| fail(ErrorKind::PermissionError, text))
}

fn load(state: State, context: &'static Context, name: Option<&str>, abi: Abi, options: &Options) -> Res<Opened> {
    let session = session(state, context, abi, &options.place)?;
    Ok(Opened::There(RemoteLibrary::open(session, name, options.global)?))
}

/// The session for a library of that target.
fn session(state: State, context: &'static Context, abi: Abi, place: &Place) -> Res<Rc<Session>> {
    let bits = match abi {
        _ if abi == Abi::HOST => Bits::Same,
        Abi::I386Linux => Bits::ThirtyTwo,
        _ => {
            return fail(ErrorKind::OSError, format_args!("there is no bridge for {} on this system", abi.name()));
        }
    };
    let group = match place {
        Place::Alone => None,
        Place::Group(name) => Some(name.clone()),
        _ => Some(String::new()),
    };
    if group.is_some() {
        let sessions = context.sessions.borrow();
        if let Some(session) = sessions.iter().find(|s| s.abi == abi && s.group == group) {
            return Ok(session.clone());
        }
    }
    Session::start(state, context, options_for(bits), group)
}

/// How a bridge is started. `MOONGLUE_BRIDGE_TRANSPORT=socket` does without shared memory for messages, to compare.
fn options_for(bits: Bits) -> StartOptions {
    let transport = match std::env::var_os("MOONGLUE_BRIDGE_TRANSPORT") {
        Some(name) if name == "socket" => Transport::Socket,
        _ => Transport::Auto,
    };
    StartOptions { bits, transport, ..StartOptions::default() }
}
