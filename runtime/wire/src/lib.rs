//! What a Moonglue process (the host) and its bridge (the process in which a library runs) say to each other.
//!
//! - [`Request`] and [`Reply`] are all the messages there are; [`encode`] and [`decode`] turn them into bytes and back.
//! - [`Signature`] describes a function to the other side, whatever the sizes of the types are there.
//! - `channel` carries them, `shared` is the memory both sides have.
//! - [`argument_places`] says where the arguments of a callback lie in its message.
//!
//! The two sides may be built for different processors, so nothing here depends on the width of a pointer. Whatever comes
//! from the other side is checked: a library that has gone astray may have scribbled over the process that sends it.
//!
//! Each message names a thread of the bridge: the one that is to serve the request, or that sends the reply. Thread 0 is the
//! one that loads libraries and calls them; a library's own threads have the numbers after that. A thread that waits for
//! the end of a callback serves requests meanwhile, so that calls nest in both directions.

mod arguments;
#[cfg(target_os = "linux")]
pub mod channel;
mod codec;
mod error;
mod message;
#[cfg(target_os = "linux")]
pub mod shared;
mod signature;
mod types;

pub use arguments::{ARGUMENT_ALIGN, argument_places};
pub use codec::{MAX_MESSAGE, decode, encode};
pub use error::Error;
pub use message::{
    Allocation, Batch, Call, Callback, CallbackReturn, Hello, Load, LoadFailure, LoadProblem, Loaded, NewCallback,
    PROTOCOL_VERSION, Prepared, Reply, Request, Returned, StringRead, TOKEN_LEN, Token, Usage, Welcome,
};
pub use signature::{Convention, Signature, Types};
