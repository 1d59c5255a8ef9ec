//! Both ends of a channel in one process.

use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use moonglue_wire::channel::{
    Accepted, Greeting, Receiver, Sender, SocketTransport, accept, greet, random_token, socket_pair,
};
use moonglue_wire::shared::{Control, SharedMemory};
use moonglue_wire::{Reply, Request, decode};

/// What carries the frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Socket,
    Rings,
}

/// What a host has of its bridge.
pub(crate) struct HostEnd {
    pub(crate) sender: Sender,
    pub(crate) receiver: Receiver,
    pub(crate) control: Control,
}

impl HostEnd {
    /// Sends a request and gives the thread the answer is from, and what `check` says of it.
    pub(crate) fn ask<R>(
        &mut self,
        thread: u32,
        request: &Request<'_>,
        check: impl FnOnce(&Reply<'_>) -> R,
    ) -> (u32, R) {
        self.sender.send(thread, request, soon()).unwrap();
        let mut message = Vec::new();
        let from = self.receiver.receive(&mut message, soon()).unwrap();
        (from, check(&decode(&message).unwrap()))
    }
}

/// Later than anything should take.
pub(crate) fn soon() -> Option<Instant> {
    Some(Instant::now() + Duration::from_secs(20))
}

/// A host's end, and what its bridge inherits.
pub(crate) fn host() -> (HostEnd, (OwnedFd, OwnedFd)) {
    let (ours, theirs) = socket_pair().unwrap();
    let memory = SharedMemory::create().unwrap();
    let control = Control::map(&memory).unwrap();
    let transport = Arc::new(SocketTransport::new(ours, None).unwrap());
    let end = HostEnd { sender: Sender::new(transport.clone()), receiver: Receiver::new(transport), control };
    (end, (theirs, memory.file().try_clone().unwrap().into()))
}

/// A thread that is a bridge.
pub(crate) fn bridge(inherited: (OwnedFd, OwnedFd), serve: impl FnOnce(Accepted) + Send + 'static) -> JoinHandle<()> {
    thread::spawn(move || {
        if let Ok(accepted) = accept(inherited, "test") {
            serve(accepted);
        }
    })
}

/// Both, introduced to each other.
pub(crate) fn connect(way: Way, serve: impl FnOnce(Accepted) + Send + 'static) -> (HostEnd, Greeting, JoinHandle<()>) {
    let (mut end, child) = host();
    let tokens = (random_token().unwrap(), random_token().unwrap());
    end.control.put_tokens((&tokens.0, &tokens.1));
    let peer = bridge(child, serve);
    let deadline = Instant::now() + Duration::from_secs(20);
    let rings = (way == Way::Rings).then_some(&end.control);
    let greeting = greet((&mut end.sender, &mut end.receiver), tokens, rings, deadline).unwrap();
    (end, greeting, peer)
}
