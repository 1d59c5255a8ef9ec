//! One bridge.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use moonglue_abi::Abi;
use moonglue_ffi::flush_output;
use moonglue_wire::channel::{ChannelError, Receiver, Sender, SocketTransport, greet};
use moonglue_wire::shared::Control;
use moonglue_wire::{Reply, Request};

use super::arena::Arena;
use super::callbacks::Callbacks;
use super::calls::Calls;
use super::conversation::{Conversation, Serve, TalkError};
use super::introduction::{Ends, NoBridge, check_greeting};
use super::locate::locate;
use super::memory::ProcessMemory;
use super::number::Number;
use super::process::Process;
use super::statistics::Counters;
use super::{Death, Error, Killed, Output, StartOptions, Stream, Transport};
use crate::host::is_stopping;

/// How long a process that has closed its channel may take to end.
pub(super) const LAST_BREATH: Duration = Duration::from_secs(1);

/// How long a bridge that is no longer used may take to end in good order.
const FAREWELL: Duration = Duration::from_millis(500);

/// A bridge: a process and the conversation with it. Dropping it ends the process.
pub(crate) struct Bridge {
    number: Number,
    /// The process that started it.
    host: u32,
    abi: Abi,
    build: String,
    started: Instant,
    pub(super) process: Process,
    pub(super) conversation: Conversation,
    control: Control,
    pub(super) arena: Rc<Arena>,
    pub(super) memory: ProcessMemory,
    /// Whether the system lets this process at the bridge's memory.
    pub(super) memory_is_open: Cell<bool>,
    pub(super) calls: Calls,
    pub(super) callbacks: RefCell<Callbacks>,
    pub(super) counters: Counters,
    /// Whether the bridge prints where this process does.
    shares_output: bool,
    /// How long a request that is not a call may take.
    limit: Cell<Option<Duration>>,
    death: OnceCell<Rc<Death>>,
}

impl Bridge {
    /// Finds the program, starts it, and exchanges greetings with it.
    ///
    /// # Errors
    /// [`Error::NotFound`] with every place tried; [`Error::Start`] for a program that did not start or is no bridge of ours.
    pub(crate) fn start(options: &StartOptions) -> Result<Bridge, Error> {
        let program = locate(options.bits, options.executable.as_deref())?;
        let number = Number::new().ok_or_else(|| Error::Refused("there are too many bridges".to_owned()))?;
        let started = Instant::now();
        let (ours, theirs) = Ends::new()?;
        let process = Process::start(&program, options, &theirs, ours.memory.file())?;
        drop(theirs);
        Bridge::introduce(ours, process, options, started, number).map_err(|refused| refused.into_error(&program))
    }

    /// Makes a bridge of a process that has the other end, if it is one.
    pub(super) fn introduce(
        ends: Ends,
        process: Process,
        options: &StartOptions,
        started: Instant,
        number: Number,
    ) -> Result<Bridge, NoBridge> {
        let Ends { socket, memory, control, tokens } = ends;
        let watched = process.watch().and_then(|watch| SocketTransport::new(socket, Some(watch)));
        let transport = match watched {
            Ok(mut transport) => {
                transport.stop_when(is_stopping);
                Arc::new(transport)
            }
            Err(error) => return Err(NoBridge::new(&process, options, &error.into())),
        };
        let (mut sender, mut receiver) = (Sender::new(transport.clone()), Receiver::new(transport));
        let rings = (options.transport == Transport::Auto).then_some(&control);
        let greeting = greet((&mut sender, &mut receiver), tokens, rings, started + options.timeout);
        let greeting = greeting.and_then(|greeting| check_greeting(greeting, &process, options.bits));
        let greeting = greeting.map_err(|error| NoBridge::new(&process, options, &error))?;
        Ok(Bridge {
            number,
            host: std::process::id(),
            abi: greeting.abi,
            build: greeting.build,
            started,
            memory: ProcessMemory::new(process.pid(), greeting.abi.pointer_size()),
            process,
            conversation: Conversation::new(sender, receiver),
            control,
            arena: Rc::new(Arena::new(memory)),
            memory_is_open: Cell::new(true),
            calls: Calls::default(),
            callbacks: RefCell::default(),
            counters: Counters::default(),
            shares_output: matches!(options.output, Output::Inherit),
            limit: Cell::new(None),
            death: OnceCell::new(),
        })
    }

    /// What tells it apart from the other bridges of this process, those that are gone included (until 65535 others were
    /// started).
    pub(crate) fn number(&self) -> u16 {
        self.number.get()
    }

    /// The target its libraries are for.
    pub(crate) fn abi(&self) -> Abi {
        self.abi
    }

    /// Its program's version and build.
    pub(crate) fn build(&self) -> &str {
        &self.build
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// How long ago it was started.
    pub(crate) fn age(&self) -> Duration {
        self.started.elapsed()
    }

    /// How long requests that are not calls may take from now on; beyond that the bridge is killed. `None`, as at first: as
    /// long as they like.
    pub(crate) fn set_limit(&self, limit: Option<Duration>) {
        self.limit.set(limit);
    }

    /// Whether it lives.
    pub(crate) fn is_alive(&self) -> bool {
        if self.death.get().is_none() && !self.process.is_alive() {
            self.bury(None);
        }
        self.death.get().is_none()
    }

    /// Whether it is known to have ended: by what was last asked of it, not by looking.
    #[inline]
    pub(crate) fn is_buried(&self) -> bool {
        self.death.get().is_some()
    }

    /// How it ended, if it has.
    pub(crate) fn death(&self) -> Option<Rc<Death>> {
        if self.is_alive() { None } else { self.death.get().cloned() }
    }

    /// The last it printed on a stream, where that is captured.
    pub(crate) fn output(&self, stream: Stream) -> Option<Vec<u8>> {
        self.process.tail(stream)
    }

    /// Ends it at once.
    pub(crate) fn kill(&self) {
        self.bury(Some(Killed::Asked));
    }

    /// Ends it in good order: what libraries do at the end of a process is done. After `limit`, or when it is busy, it is
    /// killed.
    pub(crate) fn shutdown(&self, limit: Duration) {
        if self.death.get().is_some() {
            return;
        }
        let deadline = Instant::now() + limit;
        if !self.conversation.is_busy()
            && self.conversation.ask(&Request::Shutdown, Some(deadline), None, |_| ()).is_ok()
        {
            self.process.has_ended(deadline.saturating_duration_since(Instant::now()));
        }
        self.bury(Some(Killed::Shutdown));
    }

    /// Asks for something that is no call.
    pub(super) fn request<R>(
        &self,
        what: &'static str,
        request: &Request<'_>,
        read: impl FnOnce(Reply<'_>) -> Option<Result<R, Error>>,
    ) -> Result<R, Error> {
        self.ask(&|| what.to_owned(), request, self.limit.get(), None, read)
    }

    /// Asks. `read` gives `None` for an answer that is none to this request.
    pub(super) fn ask<R>(
        &self,
        what: &dyn Fn() -> String,
        request: &Request<'_>,
        limit: Option<Duration>,
        serve: Option<&mut dyn Serve>,
        read: impl FnOnce(Reply<'_>) -> Option<Result<R, Error>>,
    ) -> Result<R, Error> {
        self.check_alive()?;
        self.counters.requests.set(self.counters.requests.get() + 1);
        self.print_first();
        let deadline = limit.map(|limit| Instant::now() + limit);
        let answered = self.conversation.ask(request, deadline, serve, |reply| match reply {
            Reply::Refused(why) => Some(Err(Error::Refused(why.to_owned()))),
            reply => read(reply),
        });
        match answered {
            Ok(Some(result)) => result,
            Ok(None) => Err(self.broken("an answer to something else")),
            Err(TalkError::NotSent(error)) => Err(Error::Refused(error.to_string())),
            Err(TalkError::Over(error)) => Err(self.over(error, &|| what(), limit)),
        }
    }

    /// Passes on what this side has printed, so that it comes before what the bridge prints next.
    #[inline]
    pub(super) fn print_first(&self) {
        if self.shares_output {
            flush_output();
        }
    }

    /// Fails when the bridge is known to be gone.
    pub(super) fn check_alive(&self) -> Result<(), Error> {
        self.death.get().map_or(Ok(()), |death| Err(Error::Dead(death.clone())))
    }

    /// The bridge has said something that cannot be: it is killed.
    pub(super) fn broken(&self, what: &str) -> Error {
        self.bury(Some(Killed::Protocol(what.to_owned())));
        Error::Protocol(what.to_owned())
    }

    /// The conversation has ended.
    pub(super) fn over(&self, error: ChannelError, what: &dyn Fn() -> String, limit: Option<Duration>) -> Error {
        match error {
            // A wait inside the one that failed may have settled it.
            ChannelError::Closed => Error::Dead(self.bury(None)),
            ChannelError::Timeout => {
                let (what, limit) = (what(), limit.unwrap_or_default());
                let death = self.bury(Some(Killed::Timeout { what: what.clone(), limit }));
                Error::Timeout { what, limit, death }
            }
            ChannelError::Stopped => Error::Dead(self.bury(Some(Killed::Stopped { what: what() }))),
            error => self.broken(&error.to_string()),
        }
    }

    /// Sees to it that the process is gone, and finds out how. The first time counts.
    pub(super) fn bury(&self, killed: Option<Killed>) -> Rc<Death> {
        let death = self.death.get_or_init(|| {
            let killed = match killed {
                None if self.process.has_ended(LAST_BREATH) => None,
                None => Some(Killed::Protocol("it closed the channel and went on".to_owned())),
                // It may have ended by itself before.
                Some(_) if self.control.crash().is_some() => None,
                killed => killed,
            };
            let end = self.process.end();
            let record = self.control.crash();
            Rc::new(Death {
                pid: self.pid(),
                end,
                killed,
                calling: self.calls.find(record.as_ref().map(|record| record.function)),
                record,
                output: self.process.last_words(),
            })
        });
        death.clone()
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        // A copy that the host made of its process with `fork` ends without ending what is not its own.
        if std::process::id() == self.host {
            self.shutdown(FAREWELL);
        }
    }
}

impl std::fmt::Debug for Bridge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let death = self.death.get();
        f.debug_struct("Bridge").field("pid", &self.pid()).field("abi", &self.abi).field("death", &death).finish()
    }
}
