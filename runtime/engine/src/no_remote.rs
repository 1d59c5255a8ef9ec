//! Bridges on systems for which there is none yet: starting one is an error, and so nothing else can happen.
#![allow(dead_code, reason = "the shape of what other systems have")]

use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use moonglue_abi::Abi;
use moonglue_ffi::Signature;

/// A bridge: there is none.
pub(crate) enum Bridge {}

/// Memory of both sides: there is none.
pub(crate) enum Span {}

/// A prepared signature: there is none.
pub(crate) enum Prepared {}

/// A call of a callback: there is none.
pub(crate) struct Incoming<'a> {
    pub(crate) id: u32,
    pub(crate) errno: Option<i32>,
    of: &'a Bridge,
}

/// How a bridge ended: none has begun.
pub(crate) struct Death {
    pub(crate) pid: u32,
    pub(crate) output: String,
    of: Bridge,
}

/// The width of a bridge.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Bits {
    /// This process's own.
    #[default]
    Same,
    /// 32 bits.
    ThirtyTwo,
}

/// What carries the messages.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Transport {
    #[default]
    Auto,
    Socket,
}

/// How a bridge is to be started.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct StartOptions {
    /// The width of its process.
    pub(crate) bits: Bits,
    pub(crate) transport: Transport,
}

/// What is being called.
pub(crate) struct Label {
    /// The function.
    pub(crate) function: String,
    /// Its library.
    pub(crate) module: String,
}

/// One call.
pub(crate) struct Call<'a> {
    pub(crate) prepared: &'a Prepared,
    pub(crate) code: u64,
    pub(crate) errno: Option<i32>,
    pub(crate) frame: &'a [u8],
    pub(crate) label: &'a Rc<Label>,
}

/// A library.
pub(crate) struct Loaded {
    pub(crate) library: u32,
    pub(crate) handle: u64,
    pub(crate) path: Option<String>,
}

/// A library's refusal.
pub(crate) struct LoadFailure {
    pub(crate) problem: moonglue_wire::LoadProblem,
    pub(crate) file: Option<String>,
    pub(crate) machine: Option<String>,
    pub(crate) missing: Vec<String>,
    pub(crate) searched: Vec<String>,
    pub(crate) errno: Option<i32>,
}

/// Why there is no bridge, and what else could go wrong with one.
pub(crate) enum Error {
    NotFound { bits: Bits },
    Start { bits: Bits },
    System { what: &'static str },
    Load(Box<LoadFailure>),
    NoMemory { len: u64 },
    Dead(Rc<Death>),
    Timeout { what: String, death: Rc<Death> },
    Protocol(String),
    Fault { address: u64 },
    Refused(String),
}

/// Numbers of a bridge.
pub(crate) struct Statistics {
    pub(crate) requests: u64,
    pub(crate) calls: u64,
    pub(crate) callbacks: u64,
    pub(crate) shared_used: u64,
    pub(crate) shared_mapped: u64,
    pub(crate) remote: moonglue_wire::Usage,
}

/// A part of a process's memory.
pub(crate) struct MapEntry {
    pub(crate) start: u64,
    pub(crate) end: u64,
    pub(crate) permissions: String,
    pub(crate) path: String,
}

/// A stream of output.
#[derive(Clone, Copy)]
pub(crate) enum Stream {
    Stdout,
    Stderr,
}

/// Runs callbacks.
pub(crate) trait CallbackHandler {
    /// Runs one.
    fn handle(&mut self, incoming: &Incoming<'_>, result: &mut Vec<u8>) -> Option<i32>;
}

/// A signal's name.
pub(crate) fn signal_name(signal: i32) -> String {
    signal.to_string()
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no bridge for other processes' libraries on this system yet")
    }
}

impl fmt::Display for Death {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.of {}
    }
}

/// Methods of what there is none of.
macro_rules! never {
    ($(fn $name:ident($($argument:ident: $ty:ty),*) $(-> $result:ty)?;)*) => {
        $(pub(crate) fn $name(&self, $(_: $ty),*) $(-> $result)? { match *self {} })*
    };
}

impl Bridge {
    /// There is none to start.
    pub(crate) fn start(options: &StartOptions) -> Result<Bridge, Error> {
        Err(Error::NotFound { bits: options.bits })
    }

    never! {
        fn abi() -> Abi;
        fn number() -> u16;
        fn build() -> &str;
        fn pid() -> u32;
        fn age() -> Duration;
        fn set_limit(limit: Option<Duration>);
        fn is_alive() -> bool;
        fn is_buried() -> bool;
        fn death() -> Option<Rc<Death>>;
        fn output(stream: Stream) -> Option<Vec<u8>>;
        fn kill();
        fn shutdown(limit: Duration);
        fn prepare(signature: &Signature) -> Result<Rc<Prepared>, Error>;
        fn call(call: &Call<'_>, result: &mut [u8], limit: Option<Duration>, handler: &mut dyn CallbackHandler) -> Result<i32, Error>;
        fn batch(calls: &[Call<'_>], limit: Option<Duration>, handler: &mut dyn CallbackHandler, each: impl FnMut(usize, &[u8], i32)) -> Result<(), Error>;
        fn new_callback(signature: &Signature, errno: bool) -> Result<(u32, u64), Error>;
        fn free_callback(id: u32) -> Result<(), Error>;
        fn poll(handler: &mut dyn CallbackHandler) -> Result<usize, Error>;
        fn load(name: Option<&str>, global: bool) -> Result<Loaded, Error>;
        fn close(library: u32) -> Result<(), Error>;
        fn symbol(library: u32, name: &str) -> Result<Option<u64>, Error>;
        fn allocate(len: u64, align: u32) -> Result<u64, Error>;
        fn free(address: u64) -> Result<(), Error>;
        fn read(address: u64, into: &mut [u8]) -> Result<(), Error>;
        fn write(address: u64, bytes: &[u8]) -> Result<(), Error>;
        fn read_string(address: u64, width: u8, limit: u64) -> Result<Vec<u8>, Error>;
        fn arena_alloc(len: usize, align: usize) -> Result<Span, Error>;
        fn statistics() -> Result<Statistics, Error>;
        fn ping() -> Result<Duration, Error>;
        fn memory_map() -> Result<Vec<MapEntry>, Error>;
    }
}

impl Span {
    never! {
        fn local() -> std::ptr::NonNull<u8>;
        fn remote() -> u64;
    }
}

impl Prepared {
    never! {
        fn frame_size() -> usize;
        fn slot(i: usize) -> usize;
        fn result_size() -> usize;
    }
}

impl Death {
    pub(crate) fn signal(&self) -> Option<i32> {
        match self.of {}
    }

    pub(crate) fn exit_code(&self) -> Option<i32> {
        match self.of {}
    }

    pub(crate) fn address(&self) -> Option<u64> {
        match self.of {}
    }

    pub(crate) fn function(&self) -> Option<&str> {
        match self.of {}
    }

    pub(crate) fn module(&self) -> Option<&str> {
        match self.of {}
    }
}

impl<'a> Incoming<'a> {
    /// There is none.
    pub(crate) fn argument(&self, _: usize) -> &'a [u8] {
        match *self.of {}
    }
}
