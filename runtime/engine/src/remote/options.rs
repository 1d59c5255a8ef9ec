//! How a bridge is to be started.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use super::output::Sink;

/// The width of the bridge's process.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) enum Bits {
    /// This process's own: to isolate a library.
    #[default]
    Same,
    /// 32 bits.
    ThirtyTwo,
}

/// Where what the bridge prints goes.
#[derive(Debug, Default)]
pub(crate) enum Output {
    /// Where this process's own goes; the bridge reads from its standard input too.
    #[default]
    Inherit,
    /// The last `keep` bytes of each stream are kept, everything goes to `sink` as it comes, and however much it is the
    /// bridge never waits.
    Capture {
        /// Bytes kept of each stream.
        keep: usize,
        /// Who else gets it.
        sink: Option<Sink>,
    },
}

/// What carries the messages.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Transport {
    /// Shared memory, and the socket for what is large.
    #[default]
    Auto,
    /// The socket alone.
    Socket,
}

/// How a bridge is to be started.
#[derive(Debug)]
pub(crate) struct StartOptions {
    /// The width of its process.
    pub(crate) bits: Bits,
    /// Its program; `None`: the one that is installed.
    pub(crate) executable: Option<PathBuf>,
    /// Where its output goes.
    pub(crate) output: Output,
    /// Environment variables it gets beside this process's own.
    pub(crate) environment: Vec<(OsString, OsString)>,
    /// Its working directory; `None`: this process's.
    pub(crate) directory: Option<PathBuf>,
    /// How long it may take to say hello.
    pub(crate) timeout: Duration,
    /// What carries the messages.
    pub(crate) transport: Transport,
}

impl Default for StartOptions {
    fn default() -> StartOptions {
        StartOptions {
            bits: Bits::default(),
            executable: None,
            output: Output::default(),
            environment: Vec::new(),
            directory: None,
            timeout: Duration::from_secs(10),
            transport: Transport::default(),
        }
    }
}

impl Bits {
    /// The file name of the program.
    pub(crate) fn program(self) -> &'static str {
        match self {
            Bits::Same => "moonglue-bridge",
            Bits::ThirtyTwo => "moonglue-bridge32",
        }
    }

    /// The environment variable that says where the program is.
    pub(crate) fn variable(self) -> &'static str {
        match self {
            Bits::Same => "MOONGLUE_BRIDGE",
            Bits::ThirtyTwo => "MOONGLUE_BRIDGE32",
        }
    }
}
