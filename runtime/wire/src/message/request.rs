//! What the host asks.

use serde::{Deserialize, Serialize};

use crate::Signature;

/// Bytes of a [`Token`].
pub const TOKEN_LEN: usize = 32;

/// A random number used once: whoever knows it was given it by the host that made the channel.
pub type Token = [u8; TOKEN_LEN];

/// From the host to the bridge. Each request has exactly one answer, but for [`Request::CallbackReturn`], which is one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request<'a> {
    /// The first message. Answer: [`Reply::Welcome`](crate::Reply::Welcome).
    Hello(Hello),
    /// Load a library. Answer: [`Reply::Loaded`](crate::Reply::Loaded) or [`Reply::LoadFailed`](crate::Reply::LoadFailed).
    Load(#[serde(borrow)] Load<'a>),
    /// Unload one. Answer: [`Reply::Done`](crate::Reply::Done).
    Close {
        /// The library's number.
        library: u32,
    },
    /// Where a symbol is. Answer: [`Reply::Address`](crate::Reply::Address), 0 when there is none of that name.
    Symbol {
        /// The library's number.
        library: u32,
        /// The symbol's name in the library's table.
        name: &'a str,
    },
    /// Prepare a signature for calls. Answer: [`Reply::Prepared`](crate::Reply::Prepared).
    Prepare(Signature),
    /// Call a function. Answer: [`Reply::Returned`](crate::Reply::Returned), before it any number of
    /// [`Reply::Callback`](crate::Reply::Callback).
    Call(Call<'a>),
    /// Several calls, made in order. Answer: [`Reply::Batched`](crate::Reply::Batched).
    Batch(Batch<'a>),
    /// The end of a callback.
    CallbackReturn(CallbackReturn<'a>),
    /// Make a function pointer that C can call. Answer: [`Reply::Address`](crate::Reply::Address).
    NewCallback(NewCallback),
    /// No more calls of that one will be served. Its code stays in place: C calling it then ends the bridge with a message
    /// that names it. Answer: [`Reply::Done`](crate::Reply::Done).
    FreeCallback {
        /// Its number.
        id: u32,
    },
    /// Memory from the bridge's heap, zeroed. Answer: [`Reply::Address`](crate::Reply::Address) or
    /// [`Reply::NoMemory`](crate::Reply::NoMemory).
    Allocate(Allocation),
    /// Give such memory back. Answer: [`Reply::Done`](crate::Reply::Done).
    Free {
        /// What [`Request::Allocate`] gave.
        address: u64,
    },
    /// Bytes of the bridge's memory. Answer: [`Reply::Bytes`](crate::Reply::Bytes) or [`Reply::Fault`](crate::Reply::Fault).
    Read {
        /// Where.
        address: u64,
        /// How many.
        len: u64,
    },
    /// A string of the bridge's memory, without its terminator. Answer: as for [`Request::Read`].
    ReadString(StringRead),
    /// Write to the bridge's memory. Answer: [`Reply::Done`](crate::Reply::Done) or [`Reply::Fault`](crate::Reply::Fault).
    Write {
        /// Where.
        address: u64,
        /// What.
        #[serde(with = "serde_bytes")]
        bytes: &'a [u8],
    },
    /// Map a window of the shared memory. Answer: [`Reply::Address`](crate::Reply::Address), where it is, or
    /// [`Reply::NoMemory`](crate::Reply::NoMemory).
    Map {
        /// Where the window begins in the shared memory, a multiple of 64 KiB.
        offset: u64,
        /// Its size, a multiple of 64 KiB.
        len: u64,
    },
    /// Unmap such a window. Answer: [`Reply::Done`](crate::Reply::Done).
    Unmap {
        /// What [`Request::Map`] gave.
        address: u64,
        /// The window's size.
        len: u64,
    },
    /// Are you there? Answer: [`Reply::Done`](crate::Reply::Done).
    Ping,
    /// What the bridge has done and holds. Answer: [`Reply::Usage`](crate::Reply::Usage).
    Usage,
    /// For the Lua engine on that side, in a schema of its own. Answer: [`Reply::Server`](crate::Reply::Server).
    Server(#[serde(with = "serde_bytes")] &'a [u8]),
    /// End in good order. Answer: [`Reply::Done`](crate::Reply::Done), and then the channel closes.
    Shutdown,
}

/// How the host introduces itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The host's [`PROTOCOL_VERSION`](crate::PROTOCOL_VERSION).
    pub version: u32,
    /// The host's token, which the bridge finds in the shared memory it was given.
    pub token: Token,
    /// Whether frames after this one travel through shared memory where they fit.
    pub rings: bool,
}

/// A library to load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load<'a> {
    /// A path or a name; without one, the bridge's own program.
    pub name: Option<&'a str>,
    /// Whether its symbols are offered to libraries loaded later.
    pub global: bool,
}

/// One call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call<'a> {
    /// The number of a prepared signature.
    pub signature: u32,
    /// The function's address.
    pub code: u64,
    /// The host's number of the function; a crash report tells it back.
    pub function: u32,
    /// The `errno` the function is to find; `None`: what the call before left.
    pub errno: Option<i32>,
    /// The arguments, at the places [`Prepared`](crate::Prepared) told.
    #[serde(with = "serde_bytes")]
    pub frame: &'a [u8],
}

/// Several calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch<'a> {
    /// In the order they are made in. When one of them names no prepared signature, none is made.
    #[serde(borrow)]
    pub calls: Vec<Call<'a>>,
}

/// How a callback ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallbackReturn<'a> {
    /// Integers extended to 8 bytes, a `float` in 4, a `double` in 8, other types their size; nothing for `void`. A shorter
    /// one is filled with zeros.
    #[serde(with = "serde_bytes")]
    pub result: &'a [u8],
    /// The `errno` C is to find.
    pub errno: Option<i32>,
}

/// A function pointer to make.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewCallback {
    /// The number its calls will carry.
    pub id: u32,
    /// What C calls it with.
    pub signature: Signature,
    /// Whether `errno` travels with its calls.
    pub errno: bool,
}

/// Memory to allocate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allocation {
    /// In bytes; 0 gives an address all the same.
    pub len: u64,
    /// A power of two.
    pub align: u32,
}

/// A string to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StringRead {
    /// Where it begins.
    pub address: u64,
    /// Bytes of one unit: 1, 2 or 4. It ends before a unit that is zero.
    pub width: u8,
    /// The most units to read.
    pub limit: u64,
}
