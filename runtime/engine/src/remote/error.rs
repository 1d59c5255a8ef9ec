//! What can go wrong with a bridge.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use moonglue_wire::LoadProblem;

use super::{Bits, Death};

/// Why a bridge did not do what it was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Error {
    /// There is no program to start.
    #[error("{}", not_found(*bits, tried))]
    NotFound {
        /// Which bridge.
        bits: Bits,
        /// The places looked at, with what was wrong there.
        tried: Vec<Tried>,
    },
    /// The program was not started, or did not become a bridge.
    #[error("the bridge {} {reason}{}", program.display(), Help(help.as_deref()))]
    Start {
        /// The program.
        program: PathBuf,
        /// What happened, in the form of what it did.
        reason: String,
        /// What may help.
        help: Option<String>,
    },
    /// The process is gone.
    #[error("{0}")]
    Dead(Rc<Death>),
    /// It took longer than allowed, and was killed.
    #[error("{what} took longer than {} s; the bridge was killed", limit.as_secs_f64())]
    Timeout {
        /// The function, or the request.
        what: String,
        /// The time that was allowed.
        limit: Duration,
        /// The end of the bridge.
        death: Rc<Death>,
    },
    /// Memory that is not there on that side, or not for that use.
    #[error("the bridge has no {} at {address:#x} ({len} bytes)", if *write { "memory that can be written" } else { "readable memory" })]
    Fault {
        /// Where.
        address: u64,
        /// How many bytes from there.
        len: u64,
        /// Whether they were to be written.
        write: bool,
    },
    /// A library was not loaded on that side.
    #[error("{}", .0.message)]
    Load(Box<LoadFailure>),
    /// The request cannot be carried out.
    #[error("the bridge: {0}")]
    Refused(String),
    /// The other side sent something that makes no sense, and was killed.
    #[error("the bridge broke the protocol and was killed: {0}")]
    Protocol(String),
    /// No memory left on that side.
    #[error("the bridge has no room for {len} bytes")]
    NoMemory {
        /// How many were asked for.
        len: u64,
    },
    /// The system refused something on this side.
    #[error("{what}: {source}")]
    System {
        /// What was to be done.
        what: &'static str,
        /// Its answer.
        source: Rc<io::Error>,
    },
}

/// Why a library was not loaded.
#[derive(Clone, Debug)]
pub(crate) struct LoadFailure {
    /// What kind of failure it is.
    pub(crate) problem: LoadProblem,
    /// All about it, for people.
    pub(crate) message: String,
    /// The file at fault, where one was found.
    pub(crate) file: Option<String>,
    /// What machine that file is for, where it is for another.
    pub(crate) machine: Option<String>,
    /// The libraries that were needed and not found.
    pub(crate) missing: Vec<String>,
    /// Where they, or the library itself, were looked for.
    pub(crate) searched: Vec<String>,
    /// The system error number that says the same, where one does.
    pub(crate) errno: Option<i32>,
}

/// A place where a program was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tried {
    /// Where.
    pub(crate) place: PathBuf,
    /// Where the place comes from, and what was wrong with it.
    pub(crate) problem: String,
}

impl Error {
    /// The system's refusal, while doing that.
    pub(super) fn system(what: &'static str) -> impl FnOnce(io::Error) -> Error {
        move |source| Error::System { what, source: Rc::new(source) }
    }
}

struct Help<'a>(Option<&'a str>);

impl fmt::Display for Help<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |help| write!(f, "\n  help: {help}"))
    }
}

fn not_found(bits: Bits, tried: &[Tried]) -> String {
    let kind = match bits {
        Bits::Same => "the bridge that isolates libraries",
        Bits::ThirtyTwo => "the bridge for 32-bit libraries",
    };
    let mut text = format!("{kind} was not found\n  tried:");
    for Tried { place, problem } in tried {
        text += &format!("\n    {}: {problem}", place.display());
    }
    let variable = bits.variable();
    text + &format!("\n  help: scripts/build-bridge32 in Moonglue's sources builds it; {variable} can say where it is")
}
