//! The channel between a host and its bridge.
//!
//! A [`Transport`] carries bytes; [`Sender`] and [`Receiver`] make frames of them: the length, the thread of the bridge the
//! message is for or from, the message. Once the two sides know each other, frames that are not large can go through rings
//! in shared memory instead; the transport then carries large ones, and wakes a side that sleeps. A host, which waits for one thing at a time, uses the two directly; a bridge, in
//! which several threads may wait, a [`Switchboard`].

mod error;
mod handshake;
mod patience;
mod receiver;
mod ring;
mod sender;
mod socket;
mod switchboard;
mod transport;

pub use error::ChannelError;
pub use handshake::{Accepted, Greeting, MEMORY_FD, SOCKET_FD, accept, greet, inherited, random_token};
pub use receiver::Receiver;
pub use sender::Sender;
pub use socket::{HangupWatch, SocketTransport, socket_pair};
pub use switchboard::Switchboard;
pub use transport::Transport;
