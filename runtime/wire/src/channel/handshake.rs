//! The first two messages, by which the sides know each other.

use std::io;
use std::os::fd::{FromRawFd, OwnedFd};
use std::sync::Arc;
use std::time::Instant;

use moonglue_abi::Abi;
use rustix::fs::FileType;
use rustix::io::{FdFlags, fcntl_setfd};

use super::{ChannelError, HangupWatch, Receiver, Sender, SocketTransport, Switchboard};
use crate::shared::{Control, SharedMemory, TO_BRIDGE, TO_HOST};
use crate::{Hello, PROTOCOL_VERSION, Reply, Request, TOKEN_LEN, Token, Welcome, decode};

/// The number of the socket in a bridge that a host has started.
pub const SOCKET_FD: i32 = 3;

/// The number of the shared memory there.
pub const MEMORY_FD: i32 = 4;

/// A token nobody can guess.
///
/// # Errors
/// The system has no random numbers.
pub fn random_token() -> io::Result<Token> {
    let mut token = [0; TOKEN_LEN];
    let mut filled = 0;
    while filled < TOKEN_LEN {
        filled += rustix::rand::getrandom(&mut token[filled..], rustix::rand::GetRandomFlags::empty())?;
    }
    Ok(token)
}

/// What a bridge said of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Greeting {
    /// The program's version and build.
    pub build: String,
    /// Its target.
    pub abi: Abi,
    /// Its process.
    pub pid: u32,
}

/// The host's part: says hello over a fresh channel and checks who answers. `tokens` are the host's and the bridge's; with
/// `rings`, what follows goes through the rings in the shared memory.
///
/// # Errors
/// [`ChannelError::Mismatch`] for a bridge of another version; [`ChannelError::Broken`] for something that is no bridge of
/// ours; otherwise as for receiving.
pub fn greet(
    (sender, receiver): (&mut Sender, &mut Receiver),
    tokens: (Token, Token),
    rings: Option<&Control>,
    deadline: Instant,
) -> Result<Greeting, ChannelError> {
    let hello = Hello { version: PROTOCOL_VERSION, token: tokens.0, rings: rings.is_some() };
    sender.send(0, &Request::Hello(hello), Some(deadline))?;
    let mut message = Vec::new();
    receiver.receive(&mut message, Some(deadline))?;
    let welcome = match decode::<Reply<'_>>(&message)? {
        Reply::Welcome(welcome) => welcome,
        Reply::Refused(why) => return Err(ChannelError::Mismatch(why.to_owned())),
        _ => return Err(ChannelError::Broken("it did not introduce itself".to_owned())),
    };
    check_version(welcome.version)?;
    if welcome.token != tokens.1 {
        return Err(ChannelError::Broken("it does not know the token it was given".to_owned()));
    }
    let abi = Abi::from_name(welcome.abi);
    let abi = abi.ok_or_else(|| ChannelError::Mismatch(format!("{:?} is no target we know", welcome.abi)))?;
    if let Some(control) = rings {
        sender.use_ring(control, TO_BRIDGE);
        receiver.use_ring(control, TO_HOST);
    }
    Ok(Greeting { build: welcome.build.to_owned(), abi, pid: welcome.pid })
}

/// A bridge's end of everything, once the host was recognised.
pub struct Accepted {
    /// Messages.
    pub switchboard: Switchboard,
    /// The page to leave crash records on.
    pub control: Control,
    /// Memory to map windows of.
    pub memory: SharedMemory,
    /// To be waited on in a thread that ends the process when the host is gone.
    pub hangup: HangupWatch,
}

/// The descriptors a host left for this process, which are not inherited any further from now on.
///
/// # Errors
/// The system's refusal, or descriptors of another kind: this process was not started by a host.
///
/// # Safety
/// Nothing in this process owns descriptors 3 and 4, and this is called once.
pub unsafe fn inherited() -> io::Result<(OwnedFd, OwnedFd)> {
    for (fd, kind) in [(SOCKET_FD, FileType::Socket), (MEMORY_FD, FileType::RegularFile)] {
        // SAFETY: the caller's promise; it is only looked at here, and whether it is open is what is asked.
        let descriptor = unsafe { std::os::fd::BorrowedFd::borrow_raw(fd) };
        let found = rustix::fs::fstat(descriptor)?;
        if FileType::from_raw_mode(found.st_mode) != kind {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "this is no channel"));
        }
        fcntl_setfd(descriptor, FdFlags::CLOEXEC)?;
    }
    // SAFETY: open, as was just seen, and nobody else's by the caller's promise.
    let socket = unsafe { OwnedFd::from_raw_fd(SOCKET_FD) };
    // SAFETY: as above.
    let memory = unsafe { OwnedFd::from_raw_fd(MEMORY_FD) };
    Ok((socket, memory))
}

/// The bridge's part: waits for the host's hello, checks who it is, and answers.
///
/// # Errors
/// [`ChannelError::Broken`] for somebody else than the host that shared the memory, [`ChannelError::Mismatch`] for one of
/// another version; otherwise the channel's failure.
pub fn accept((socket, memory): (OwnedFd, OwnedFd), build: &str) -> Result<Accepted, ChannelError> {
    let transport = SocketTransport::new(socket, None)?;
    if !transport.is_ours()? {
        return Err(ChannelError::Broken("the channel belongs to another user".to_owned()));
    }
    let hangup = transport.hangup_watch()?;
    let transport = Arc::new(transport);
    let (mut sender, mut receiver) = (Sender::new(transport.clone()), Receiver::new(transport));
    let memory = SharedMemory::inherited(memory);
    let control = Control::map(&memory)?;
    let (theirs, ours) = control.take_tokens();
    let mut message = Vec::new();
    receiver.receive(&mut message, None)?;
    let Request::Hello(hello) = decode(&message)? else {
        return Err(ChannelError::Broken("it did not introduce itself".to_owned()));
    };
    if hello.token != theirs {
        return Err(ChannelError::Broken("it does not know its token".to_owned()));
    }
    if let Err(error) = check_version(hello.version) {
        sender.send(0, &Reply::Refused(&error.to_string()), None)?;
        return Err(error);
    }
    let welcome =
        Welcome { version: PROTOCOL_VERSION, token: ours, build, abi: Abi::HOST.name(), pid: std::process::id() };
    sender.send(0, &Reply::Welcome(welcome), None)?;
    if hello.rings {
        sender.use_ring(&control, TO_HOST);
        receiver.use_ring(&control, TO_BRIDGE);
    }
    Ok(Accepted { switchboard: Switchboard::new(sender, receiver), control, memory, hangup })
}

fn check_version(theirs: u32) -> Result<(), ChannelError> {
    if theirs == PROTOCOL_VERSION {
        return Ok(());
    }
    Err(ChannelError::Mismatch(format!(
        "it speaks version {theirs} of the protocol and this program version {PROTOCOL_VERSION}; the two are installed together"
    )))
}
