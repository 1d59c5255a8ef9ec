//! What a bridge's errors are to a script.

use crate::lua::error::{Failure, Kind as ErrorKind, NewError, RemoteError};
use crate::remote::{Death, Error, LoadFailure};

/// The failure for an error of the bridge: a library that does not load is an `OSError` as everywhere, what happens to the
/// other process a `BridgeError`.
#[cold]
pub(super) fn failure(error: Error) -> Failure {
    let mut new = NewError {
        kind: ErrorKind::BridgeError,
        message: error.to_string(),
        errno: None,
        has_path: false,
        remote: None,
    };
    match &error {
        Error::NotFound { .. } | Error::Start { .. } | Error::System { .. } => new.kind = ErrorKind::OSError,
        Error::Load(load) => {
            new.kind = ErrorKind::OSError;
            new.errno = load.errno;
            new.remote = Some(Box::new(of_load(load, &new.message)));
        }
        Error::NoMemory { .. } => new.kind = ErrorKind::MemoryError,
        other => new.remote = Some(Box::new(remote_error(other))),
    }
    Failure::New(Box::new(new))
}

/// What an error says of the other process.
pub(crate) fn remote_error(error: &Error) -> RemoteError {
    let message = error.to_string();
    match error {
        Error::Dead(death) => of_death(death),
        Error::Timeout { death, .. } => {
            let mut remote = plain("Timeout", &message);
            add_place(&mut remote, death);
            remote
        }
        Error::Protocol(_) => plain("Protocol", &message),
        Error::Fault { address, .. } => {
            let mut remote = plain("Fault", &message);
            remote.numbers.push(("address", *address as i64));
            remote
        }
        _ => plain("Refused", &message),
    }
}

fn plain(kind: &str, message: &str) -> RemoteError {
    RemoteError { kind: kind.into(), message: message.into(), ..RemoteError::default() }
}

/// What is known of a library that does not load there; lists have one entry a line.
fn of_load(load: &LoadFailure, message: &str) -> RemoteError {
    let mut remote = plain(&format!("{:?}", load.problem), message);
    let lines = |list: &[String]| Some(list.join("\n")).filter(|lines| !lines.is_empty());
    let texts = [
        ("file", load.file.clone()),
        ("machine", load.machine.clone()),
        ("missing", lines(&load.missing)),
        ("searched", lines(&load.searched)),
    ];
    remote.texts.extend(texts.into_iter().filter_map(|(name, text)| Some((name, text?))));
    remote
}

fn of_death(death: &Death) -> RemoteError {
    let kind = match (death.signal(), death.exit_code()) {
        (Some(_), _) => "Crash",
        (None, Some(_)) => "Exit",
        _ => "Killed",
    };
    let mut remote = plain(kind, &death.to_string());
    add_place(&mut remote, death);
    let mut number = |name, value: Option<i64>| remote.numbers.extend(value.map(|value| (name, value)));
    number("signal", death.signal().map(i64::from));
    number("code", death.exit_code().map(i64::from));
    number("address", death.address().map(|a| a as i64));
    let mut text = |name, value: Option<String>| remote.texts.extend(value.map(|value| (name, value)));
    text("signal_name", death.signal().map(|signal| crate::remote::signal_name(signal).to_string()));
    text("output", Some(death.output.clone()).filter(|output| !output.is_empty()));
    remote
}

/// Adds which process it was, and what it was doing.
fn add_place(remote: &mut RemoteError, death: &Death) {
    remote.numbers.push(("pid", death.pid.into()));
    for (name, value) in [("func", death.function()), ("module", death.module())] {
        remote.texts.extend(value.map(|value| (name, value.to_string())));
    }
}
