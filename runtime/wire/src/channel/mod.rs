//! The channel between a host and its bridge.
//!
//! A [`Transport`] carries bytes; [`Sender`] and [`Receiver`] make frames of them: the length, the thread of the bridge the
//! message is for or from, the message. A host, which waits for one thing at a time, uses the two directly; a bridge, in
//! which several threads may wait, a [`Switchboard`].

mod error;
mod frames;
mod handshake;
mod socket;
mod switchboard;
mod transport;

pub use error::ChannelError;
pub use frames::{Receiver, Sender};
pub use handshake::{Accepted, Greeting, MEMORY_FD, SOCKET_FD, accept, greet, inherited, random_token};
pub use socket::{HangupWatch, SocketTransport, socket_pair};
pub use switchboard::Switchboard;
pub use transport::Transport;
