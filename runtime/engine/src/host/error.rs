//! What can go wrong between a host and its scripts.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use mlua::Value;

/// The result of running a script.
pub type Result<T> = std::result::Result<T, Error>;

/// What can go wrong between a host and its scripts.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A script raised an error that nothing in it caught.
    #[error("{0}")]
    Script(Box<ScriptError>),

    /// A chunk is not valid Lua.
    #[error("{message}")]
    Syntax {
        /// The chunk's name: a path, or `stdin`, `(command line)`.
        chunk: Option<String>,
        /// Line in the chunk, from 1.
        line: Option<u32>,
        /// Lua's own text, position first.
        message: String,
        /// The chunk ends too early; more lines could complete it.
        incomplete: bool,
    },

    /// A script tried what its [`Policy`](crate::Policy) does not allow, and did not catch the `PermissionError`.
    #[error("{0}")]
    Denied(Box<ScriptError>),

    /// A limit given to the builder was reached.
    #[error("{limit}")]
    Limit {
        /// The limit.
        limit: Limit,
        /// Where Lua was; empty when memory had run out.
        traceback: String,
    },

    /// An [`Interrupt`](crate::Interrupt) stopped the script.
    #[error("interrupted")]
    Interrupted {
        /// Where Lua was.
        traceback: String,
    },

    /// A script file cannot be read.
    #[error("cannot open {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },

    /// A value does not convert, or the Lua state refused an operation of the host.
    #[error(transparent)]
    Lua(#[from] mlua::Error),
}

/// A limit set by the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Limit {
    /// [`Builder::memory_limit`](crate::Builder::memory_limit), in bytes.
    #[error("not enough memory: the limit is {bytes} bytes")]
    Memory {
        /// Bytes allowed; 0 when the machine itself had no more.
        bytes: usize,
    },
    /// [`Builder::deadline`](crate::Builder::deadline).
    #[error("the deadline of {allowed:?} has passed")]
    Deadline {
        /// Time allowed for one top-level call.
        allowed: Duration,
    },
}

/// An uncaught error of a script, with all that was known where it was raised.
#[derive(Debug)]
#[non_exhaustive]
pub struct ScriptError {
    /// The chunk at fault: a path, or `stdin`, `(command line)`; `None` when no Lua code was running.
    pub chunk: Option<String>,
    /// Line in the chunk, from 1.
    pub line: Option<u32>,
    /// What `tostring` says, position included where Lua puts one.
    pub message: String,
    /// `ArgumentError`, `OSError` ...: the error value's `.kind`, if it has one.
    pub kind: Option<String>,
    /// Lua's traceback, beginning with `stack traceback:`.
    pub traceback: String,
    /// The value that was raised.
    pub value: ErrorValue,
    /// The host function's error, where one was at the bottom of it.
    pub cause: Option<mlua::Error>,
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ScriptError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_ref().map(|cause| cause as _)
    }
}

/// A raised Lua value, kept as it was: the same table a script raised, for one.
#[derive(Clone)]
pub struct ErrorValue(pub Value);

impl fmt::Debug for ErrorValue {
    // Formatting the value itself needs a live Lua state, which an error may outlast.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} value", self.0.type_name())
    }
}

impl Error {
    /// The chunk and line at fault, where known.
    pub fn position(&self) -> Option<(&str, u32)> {
        let (chunk, line) = match self {
            Error::Script(error) | Error::Denied(error) => (&error.chunk, error.line),
            Error::Syntax { chunk, line, .. } => (chunk, *line),
            _ => return None,
        };
        Some((chunk.as_deref()?, line?))
    }

    /// Lua's traceback; empty where there is none.
    pub fn traceback(&self) -> &str {
        match self {
            Error::Script(error) | Error::Denied(error) => &error.traceback,
            Error::Limit { traceback, .. } | Error::Interrupted { traceback } => traceback,
            _ => "",
        }
    }

    /// The error value's `.kind`: `ArgumentError`, `OSError` ...
    pub fn kind(&self) -> Option<&str> {
        match self {
            Error::Script(error) | Error::Denied(error) => error.kind.as_deref(),
            _ => None,
        }
    }

    /// The value the script raised.
    pub fn value(&self) -> Option<&Value> {
        match self {
            Error::Script(error) | Error::Denied(error) => Some(&error.value.0),
            _ => None,
        }
    }
}

impl From<Error> for mlua::Error {
    /// For host functions that run Lua themselves: what was raised there is raised again as the same value.
    fn from(error: Error) -> mlua::Error {
        match error {
            Error::Lua(error) => error,
            error => mlua::Error::external(error),
        }
    }
}
