//! What the bridge answers.

use serde::{Deserialize, Serialize};

use crate::Token;

/// From the bridge to the host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reply<'a> {
    /// C called a callback. The host answers with [`Request::CallbackReturn`](crate::Request::CallbackReturn) to the thread
    /// that sent this, and may ask that thread for anything before it does.
    Callback(#[serde(borrow)] Callback<'a>),
    /// The answer to [`Request::Hello`](crate::Request::Hello).
    Welcome(Welcome<'a>),
    /// The request was carried out and there is nothing more to say.
    Done,
    /// The request was understood and cannot be carried out; why, in a sentence.
    Refused(&'a str),
    /// An address, 0 for none.
    Address(u64),
    /// No memory of that size is left.
    NoMemory,
    /// What was read.
    Bytes(#[serde(with = "serde_bytes")] &'a [u8]),
    /// Memory that is not there, or not for that use.
    Fault {
        /// The first address that failed.
        address: u64,
        /// How many bytes from there were asked for.
        len: u64,
    },
    /// A library was loaded.
    Loaded(Loaded<'a>),
    /// A library was not loaded.
    LoadFailed(LoadFailure<'a>),
    /// A signature was prepared.
    Prepared(Prepared),
    /// A call ended.
    Returned(Returned<'a>),
    /// All calls of a batch ended.
    Batched(Vec<Returned<'a>>),
    /// The answer to [`Request::Usage`](crate::Request::Usage).
    Usage(Usage),
    /// From the Lua engine on that side.
    Server(#[serde(with = "serde_bytes")] &'a [u8]),
}

impl Reply<'_> {
    /// Whether the bytes of a message say that it is a [`Reply::Callback`], in the way [`encode`](crate::encode) says it. The
    /// rest of it may still be rubbish.
    #[inline]
    pub fn is_callback(message: &[u8]) -> bool {
        // The number of the variant comes first, and it is the first variant.
        message.first() == Some(&0)
    }
}

/// How the bridge introduces itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome<'a> {
    /// The bridge's [`PROTOCOL_VERSION`](crate::PROTOCOL_VERSION).
    pub version: u32,
    /// The bridge's token, which it found in the shared memory it was given.
    pub token: Token,
    /// The program's version and build.
    pub build: &'a str,
    /// The name of its target, as [`moonglue_abi::Abi::name`] has it.
    pub abi: &'a str,
    /// Its process.
    pub pid: u32,
}

/// A library that was loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loaded<'a> {
    /// Its number in requests; never used again after it was closed.
    pub library: u32,
    /// The loader's handle.
    pub handle: u64,
    /// The file it came from, where that is known.
    pub path: Option<&'a str>,
}

/// Why a library was not loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadFailure<'a> {
    /// What kind of failure it is.
    pub problem: LoadProblem,
    /// All about it, for people.
    pub message: &'a str,
    /// The file at fault, where one was found.
    pub file: Option<&'a str>,
    /// What machine that file is for, where it is for another.
    pub machine: Option<&'a str>,
    /// The libraries that were needed and not found.
    pub missing: Vec<&'a str>,
    /// Where they, or the library itself, were looked for.
    pub searched: Vec<&'a str>,
    /// The system error number that says the same, where one does.
    pub errno: Option<i32>,
}

/// Kinds of failure to load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LoadProblem {
    /// No such library.
    NotFound,
    /// For another processor or system.
    WrongMachine,
    /// The file is no library.
    NotALibrary,
    /// The file cannot be read.
    Unreadable,
    /// Something it needs is missing.
    MissingDependency,
    /// The system's loader refused it.
    Loader,
    /// None of these.
    Other,
}

/// A prepared signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    /// Its number in calls.
    pub id: u32,
    /// Bytes of argument frame that a call has.
    pub frame_size: u32,
    /// Bytes of result that it may give.
    pub result_size: u32,
    /// Where in the frame each argument lies.
    pub slots: Vec<u32>,
}

/// The end of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned<'a> {
    /// Integers extended to 8 bytes, a `float` in 4, a `double` in 8, other types their size; nothing for `void`. There may
    /// be more bytes, up to the [`Prepared::result_size`], that mean nothing.
    #[serde(with = "serde_bytes")]
    pub result: &'a [u8],
    /// The `errno` the function left.
    pub errno: i32,
}

/// C calls a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callback<'a> {
    /// The number the host gave it.
    pub id: u32,
    /// The arguments' bytes, at the places [`argument_places`](crate::argument_places) tells.
    #[serde(with = "serde_bytes")]
    pub arguments: &'a [u8],
    /// The `errno` C had, where the callback asked for it.
    pub errno: Option<i32>,
}

/// What a bridge has done and holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Calls made.
    pub calls: u64,
    /// Callbacks that C called.
    pub callbacks: u64,
    /// Libraries loaded now.
    pub libraries: u32,
    /// Signatures prepared.
    pub signatures: u32,
    /// Callbacks that can be called now.
    pub live_callbacks: u32,
    /// Blocks allocated and not freed.
    pub allocations: u32,
    /// Their bytes.
    pub allocated: u64,
    /// Bytes of shared memory mapped.
    pub mapped: u64,
}
