//! Before a process is a bridge: what it is given, and how it is recognised.

use std::os::fd::OwnedFd;

use moonglue_abi::Abi;
use moonglue_wire::Token;
use moonglue_wire::channel::{ChannelError, Greeting, random_token, socket_pair};
use moonglue_wire::shared::{Control, SharedMemory};

use super::bridge::LAST_BREATH;
use super::death::End;
use super::locate::Program;
use super::process::Process;
use super::signal::signal_name;
use super::{Bits, Error, StartOptions};

/// This side's ends of what the two share.
#[derive(Debug)]
pub(super) struct Ends {
    pub(super) socket: OwnedFd,
    pub(super) memory: SharedMemory,
    pub(super) control: Control,
    /// The host's token and the bridge's.
    pub(super) tokens: (Token, Token),
}

impl Ends {
    /// Makes all of it; the bridge's end of the socket comes beside it.
    pub(super) fn new() -> Result<(Ends, OwnedFd), Error> {
        let (socket, theirs) = socket_pair().map_err(Error::system("the channel to a bridge cannot be made"))?;
        let memory = SharedMemory::create().map_err(Error::system("memory for a bridge cannot be made"))?;
        let control = Control::map(&memory).map_err(Error::system("memory for a bridge cannot be mapped"))?;
        let token = || random_token().map_err(Error::system("the system has no random numbers"));
        let tokens = (token()?, token()?);
        control.put_tokens((&tokens.0, &tokens.1));
        Ok((Ends { socket, memory, control, tokens }, theirs))
    }
}

/// Why a process is no bridge. The process is gone.
#[derive(Debug)]
pub(super) struct NoBridge {
    reason: String,
}

impl NoBridge {
    /// Ends the process, and says what was wrong.
    pub(super) fn new(process: &Process, options: &StartOptions, error: &ChannelError) -> NoBridge {
        let ended = matches!(error, ChannelError::Closed) && process.has_ended(LAST_BREATH);
        let end = process.end();
        let mut reason = match (error, end) {
            (ChannelError::Timeout, _) => format!("did not say hello within {} s", options.timeout.as_secs_f64()),
            (_, End::Exit(code)) if ended => format!("ended with exit code {code} before it said hello"),
            (_, End::Signal(signal)) if ended => format!("died of {} before it said hello", signal_name(signal)),
            (error, _) => format!("is none that can be used: {error}"),
        };
        for line in process.last_words().lines().take(10) {
            reason += &format!("\n    {line}");
        }
        NoBridge { reason }
    }

    /// The same of that program.
    pub(super) fn into_error(self, program: &Program) -> Error {
        let help = "scripts/build-bridge32 in Moonglue's sources builds the one that belongs to this program";
        Error::Start { program: program.name.clone(), reason: self.reason, help: Some(help.to_owned()) }
    }
}

/// A bridge runs as the process that was started, for libraries of the width that was asked for.
pub(super) fn check_greeting(greeting: Greeting, process: &Process, bits: Bits) -> Result<Greeting, ChannelError> {
    if greeting.pid != process.pid() {
        let text = format!("it is process {}, not {}", greeting.pid, process.pid());
        return Err(ChannelError::Mismatch(text));
    }
    let fits = match bits {
        Bits::Same => greeting.abi == Abi::HOST,
        Bits::ThirtyTwo => greeting.abi.pointer_size() == 4,
    };
    if fits { Ok(greeting) } else { Err(ChannelError::Mismatch(format!("it runs {} libraries", greeting.abi.name()))) }
}
