//! How a bridge ended.

use std::fmt;
use std::time::Duration;

use moonglue_wire::shared::{CrashKind, CrashRecord};

use super::Label;
use super::label::file_name;
use super::signal::signal_name;

/// How a bridge ended.
#[derive(Clone, Debug)]
pub(crate) struct Death {
    /// Its process.
    pub(crate) pid: u32,
    /// What the system says.
    pub(crate) end: End,
    /// Why this side ended it, if it did.
    pub(crate) killed: Option<Killed>,
    /// What it wrote down itself.
    pub(crate) record: Option<CrashRecord>,
    /// The function that was being called.
    pub(crate) calling: Option<Label>,
    /// The last it printed, where that was captured.
    pub(crate) output: String,
}

/// What the system says of a process that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// A signal.
    Signal(i32),
    /// An exit status.
    Exit(i32),
    /// Somebody else was told.
    Unknown,
}

/// Why this side ended a bridge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Killed {
    /// Something took longer than allowed.
    Timeout {
        /// What.
        what: String,
        /// How long it was allowed to take.
        limit: Duration,
    },
    /// This side was asked to stop while it waited for something.
    Stopped {
        /// What.
        what: String,
    },
    /// It was asked to.
    Asked,
    /// The bridge was shut down.
    Shutdown,
    /// The bridge sent something that made no sense.
    Protocol(String),
}

impl Death {
    /// The fatal signal, if it was one that this side did not send.
    pub(crate) fn signal(&self) -> Option<i32> {
        match (&self.killed, &self.record, self.end) {
            (Some(_), ..) => None,
            (None, Some(CrashRecord { kind: CrashKind::Signal, number, .. }), _) => Some(*number),
            (None, _, End::Signal(number)) => Some(number),
            _ => None,
        }
    }

    /// The exit status, if the process ended by itself.
    pub(crate) fn exit_code(&self) -> Option<i32> {
        match (&self.killed, &self.record, self.end) {
            (Some(_), ..) => None,
            (None, Some(CrashRecord { kind: CrashKind::Exit, number, .. }), _) => Some(*number),
            (None, _, End::Exit(code)) => Some(code),
            _ => None,
        }
    }

    /// The address a fault was about.
    pub(crate) fn address(&self) -> Option<u64> {
        let record = self.record.as_ref()?;
        // Other signals have none; a code that is not positive means that a process sent the signal.
        let has_one = matches!(record.number, libc::SIGSEGV | libc::SIGBUS) && record.code > 0;
        (record.kind == CrashKind::Signal && has_one).then_some(record.address)
    }

    /// The function it happened in: the one at whose code it happened where that is known, else the one that was called.
    pub(crate) fn function(&self) -> Option<&str> {
        let symbol = self.record.as_ref().and_then(|record| record.symbol.as_deref());
        symbol.or_else(|| self.calling.as_ref().map(|label| label.function.as_str()))
    }

    /// The library of [`function`](Death::function).
    pub(crate) fn module(&self) -> Option<&str> {
        let record = self.record.as_ref();
        if record.is_some_and(|record| record.symbol.is_some()) {
            return record.and_then(|record| record.object.as_deref()).map(file_name);
        }
        self.calling.as_ref().map(|label| file_name(&label.module))
    }

    /// ` in crash_null of libcrash.so`, and what was called where that is something else.
    fn place(&self) -> String {
        let mut text = String::new();
        if let Some(function) = self.function() {
            text = format!(" in {function}");
            if let Some(module) = self.module() {
                text += &format!(" of {module}");
            }
        }
        if let Some(calling) = &self.calling
            && Some(calling.function.as_str()) != self.function()
        {
            text += &format!(", called by {} of {}", calling.function, file_name(&calling.module));
        }
        text
    }
}

impl fmt::Display for Death {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the bridge (pid {}) ", self.pid)?;
        match &self.killed {
            Some(Killed::Timeout { what, limit }) => {
                write!(f, "was killed because {what} took longer than {} s", limit.as_secs_f64())?;
            }
            Some(Killed::Stopped { what }) => write!(f, "was killed because {what} was interrupted")?,
            Some(Killed::Asked) => write!(f, "was killed")?,
            Some(Killed::Shutdown) => write!(f, "was shut down")?,
            Some(Killed::Protocol(what)) => write!(f, "was killed because it broke the protocol: {what}")?,
            None => self.describe_end(f)?,
        }
        if self.killed.is_none() && !self.output.is_empty() {
            write!(f, "\n  its last output:")?;
            for line in last_lines(&self.output, 10) {
                write!(f, "\n    {line}")?;
            }
        }
        Ok(())
    }
}

impl Death {
    fn describe_end(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.place();
        if let Some(signal) = self.signal() {
            write!(f, "died of {}", signal_name(signal))?;
            if let Some(address) = self.address() {
                write!(f, " at address {address:#x}")?;
            }
            return write!(f, "{place}");
        }
        match (&self.record, self.exit_code()) {
            (Some(CrashRecord { kind: CrashKind::Exit, .. }), Some(code)) => {
                write!(f, "ended because exit({code}) was called{place}")
            }
            (_, Some(code)) => write!(f, "ended with exit code {code}{place}"),
            (_, None) => write!(f, "ended{place}"),
        }
    }
}

fn last_lines(text: &str, count: usize) -> impl Iterator<Item = &str> {
    let lines: Vec<&str> = text.lines().collect();
    let skipped = lines.len().saturating_sub(count);
    lines.into_iter().skip(skipped)
}
