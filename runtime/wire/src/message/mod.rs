//! The messages. Addresses, sizes and handles are those of the bridge's process, in 64 bits.

mod reply;
mod request;

pub use reply::{Callback, LoadFailure, LoadProblem, Loaded, Prepared, Reply, Returned, Usage, Welcome};
pub use request::{
    Allocation, Batch, Call, CallbackReturn, Hello, Load, NewCallback, Request, StringRead, TOKEN_LEN, Token,
};

/// The version of these messages. Both sides must have the same one; they are installed together.
pub const PROTOCOL_VERSION: u32 = 1;
