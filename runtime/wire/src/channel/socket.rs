//! A pair of connected sockets without a name.

use std::fmt;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use interprocess::local_socket::Stream;
use interprocess::local_socket::traits::{Stream as _, StreamCommon as _};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SendFlags, SocketFlags, SocketType, send, socketpair, sockopt};

use super::{ChannelError, Transport};

/// Room for what is on its way, so that a large frame does not stop at each page.
const BUFFER: usize = 1 << 20;

/// Two sockets connected to each other, which nobody else can reach. Neither is inherited by other programs.
///
/// # Errors
/// The system's refusal.
pub fn socket_pair() -> io::Result<(OwnedFd, OwnedFd)> {
    let (ours, theirs) = socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
    for end in [&ours, &theirs] {
        // A system that grants less is slower with large frames and nothing else.
        let _ = sockopt::set_socket_send_buffer_size(end, BUFFER);
    }
    Ok((ours, theirs))
}

/// Whether the thread that asks is to stop what it does.
type Stop = Box<dyn Fn() -> bool + Send + Sync>;

/// How long an answer may still take when this side is to stop: a call that is about to return anyway does.
const GRACE: Duration = Duration::from_millis(500);

/// One end of a [`socket_pair`].
pub struct SocketTransport {
    stream: Stream,
    /// Becomes readable when the process on the other side ends, which a child it has forked may outlive.
    process: Option<OwnedFd>,
    stop: Option<Stop>,
}

impl SocketTransport {
    /// Takes over a connected socket. `process` is a descriptor of the process on the other side, where there is one.
    ///
    /// # Errors
    /// The system's refusal.
    pub fn new(socket: OwnedFd, process: Option<OwnedFd>) -> io::Result<SocketTransport> {
        let stream = Stream::UdSocket(socket.into());
        stream.set_nonblocking(true)?;
        Ok(SocketTransport { stream, process, stop: None })
    }

    /// From now on waits are given up some time after `stop` has come to say yes. It is asked when a wait begins and when a
    /// signal interrupts one.
    pub fn stop_when(&mut self, stop: impl Fn() -> bool + Send + Sync + 'static) {
        self.stop = Some(Box::new(stop));
    }

    /// Whether the socket was made by a process of this user.
    ///
    /// # Errors
    /// The system's refusal.
    pub fn is_ours(&self) -> io::Result<bool> {
        Ok(self.stream.peer_creds()?.euid() == Some(rustix::process::geteuid().as_raw()))
    }

    /// Something to wait on, in a thread of its own, for the other side to go away.
    ///
    /// # Errors
    /// The system's refusal.
    pub fn hangup_watch(&self) -> io::Result<HangupWatch> {
        Ok(HangupWatch { socket: self.fd().try_clone_to_owned()? })
    }

    fn fd(&self) -> BorrowedFd<'_> {
        match &self.stream {
            Stream::UdSocket(socket) => socket.as_fd(),
        }
    }

    /// Waits for `events` on the socket; the end of the process ends the wait too.
    fn poll(&self, events: PollFlags, deadline: Option<Instant>) -> Result<(), ChannelError> {
        let mut stop = None;
        loop {
            if stop.is_none() && self.stop.as_ref().is_some_and(|stop| stop()) {
                stop = Some(Instant::now() + GRACE);
            }
            let until = stop.into_iter().chain(deadline).min();
            let timeout = until.map(timeout_until);
            let mut fds = Vec::with_capacity(2);
            fds.push(PollFd::from_borrowed_fd(self.fd(), events));
            if let Some(process) = &self.process {
                fds.push(PollFd::new(process, PollFlags::IN));
            }
            match poll(&mut fds, timeout.as_ref()) {
                Ok(0) if until == deadline => return Err(ChannelError::Timeout),
                Ok(0) => return Err(ChannelError::Stopped),
                // What it sent before it ended is still to be had.
                Ok(_) if !fds[0].revents().is_empty() => return Ok(()),
                Ok(_) => return Err(ChannelError::Closed),
                Err(Errno::INTR) => {}
                Err(errno) => return Err(io::Error::from(errno).into()),
            }
        }
    }
}

impl fmt::Debug for SocketTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SocketTransport").field("stream", &self.stream).finish_non_exhaustive()
    }
}

impl Transport for SocketTransport {
    fn send(&self, mut bytes: &[u8], deadline: Option<Instant>) -> Result<(), ChannelError> {
        while !bytes.is_empty() {
            // A host that has not asked to ignore the signal of a broken pipe must not die of one.
            match send(self.fd(), bytes, SendFlags::NOSIGNAL) {
                Ok(sent) => bytes = &bytes[sent..],
                Err(Errno::AGAIN) => self.poll(PollFlags::OUT, deadline)?,
                Err(Errno::INTR) => {}
                Err(Errno::PIPE | Errno::CONNRESET) => return Err(ChannelError::Closed),
                Err(errno) => return Err(io::Error::from(errno).into()),
            }
        }
        Ok(())
    }

    fn receive(&self, buffer: &mut [u8]) -> Result<Option<usize>, ChannelError> {
        loop {
            match (&self.stream).read(buffer) {
                Ok(0) if !buffer.is_empty() => return Err(ChannelError::Closed),
                Ok(len) => return Ok(Some(len)),
                Err(error) => match error.kind() {
                    io::ErrorKind::WouldBlock => return Ok(None),
                    io::ErrorKind::Interrupted => {}
                    io::ErrorKind::ConnectionReset => return Err(ChannelError::Closed),
                    _ => return Err(error.into()),
                },
            }
        }
    }

    fn wait(&self, deadline: Option<Instant>) -> Result<(), ChannelError> {
        self.poll(PollFlags::IN, deadline)
    }

    fn is_closed(&self) -> bool {
        let now = Some(Instant::now());
        match self.poll(PollFlags::RDHUP, now) {
            Ok(()) | Err(ChannelError::Closed) => true,
            Err(_) => false,
        }
    }
}

/// Waits for the other side to go away, whatever else the process is doing.
#[derive(Debug)]
pub struct HangupWatch {
    socket: OwnedFd,
}

impl HangupWatch {
    /// Returns when the other side has closed the channel or ended. Data that arrives does not wake it.
    pub fn wait(&self) {
        loop {
            let mut fds = [PollFd::new(&self.socket, PollFlags::RDHUP)];
            match poll(&mut fds, None) {
                Err(Errno::INTR) => {}
                // Where the system cannot tell, nobody would: better to end than to stay behind.
                _ => return,
            }
        }
    }
}

fn timeout_until(deadline: Instant) -> Timespec {
    let left = deadline.saturating_duration_since(Instant::now());
    Timespec { tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX), tv_nsec: left.subsec_nanos().into() }
}
