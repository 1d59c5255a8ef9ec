//! The bridge's process: started, watched, ended.

use std::cell::RefCell;
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use moonglue_wire::channel::{MEMORY_FD, SOCKET_FD};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use super::death::End;
use super::locate::Program;
use super::output::{Stream, Tail};
use super::{Error, Output, StartOptions};

/// Descriptors from here on are not the ones the bridge finds its own at.
const HIGH: RawFd = 10;

/// How long the readers of a dead process's output may take to come to its end.
const DRAIN: Duration = Duration::from_millis(100);

/// A bridge's process.
#[derive(Debug)]
pub(super) struct Process {
    child: RefCell<Child>,
    pid: u32,
    /// Readable when the process has ended.
    watch: OwnedFd,
    stdout: Option<Tail>,
    stderr: Option<Tail>,
}

impl Process {
    /// Starts a program with the two descriptors where a bridge expects them.
    pub(super) fn start(
        program: &Program,
        options: &StartOptions,
        socket: &OwnedFd,
        memory: &File,
    ) -> Result<Process, Error> {
        let failed = |error: io::Error| start_failed(program, &error);
        let duplicate = |fd| rustix::io::fcntl_dupfd_cloexec(fd, HIGH).map_err(io::Error::from);
        let socket = duplicate(std::os::fd::AsFd::as_fd(socket)).map_err(failed)?;
        let memory = duplicate(std::os::fd::AsFd::as_fd(memory)).map_err(failed)?;
        let mut command = Command::new(&program.path);
        command.arg0(&program.name).args(&program.arguments);
        command.envs(options.environment.iter().map(|(name, value)| (name, value)));
        if let Some(directory) = &options.directory {
            command.current_dir(directory);
        }
        match &options.output {
            Output::Inherit => {}
            Output::Capture { .. } => {
                command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
            }
        }
        let (socket_fd, memory_fd) = (socket.as_raw_fd(), memory.as_raw_fd());
        // SAFETY: the closure runs between fork and exec; it makes system calls that are safe there and nothing else.
        unsafe { command.pre_exec(move || place_descriptors(socket_fd, memory_fd)) };
        let mut child = command.spawn().map_err(failed)?;
        let pid = child.id();
        let watch = Pid::from_raw(pid.cast_signed()).ok_or(rustix::io::Errno::SRCH);
        let watch = watch.and_then(|pid| pidfd_open(pid, PidfdFlags::empty()));
        let followed = follow(&mut child, &options.output);
        match (watch, followed) {
            (Ok(watch), Ok((stdout, stderr))) => Ok(Process { child: RefCell::new(child), pid, watch, stdout, stderr }),
            (watch, followed) => {
                let error = watch.map_err(io::Error::from).err().or(followed.err());
                // Nothing can watch over it, so it must not run.
                let _ = child.kill();
                let _ = child.wait();
                Err(failed(error.unwrap_or_else(|| io::ErrorKind::Other.into())))
            }
        }
    }

    pub(super) fn pid(&self) -> u32 {
        self.pid
    }

    /// A descriptor that becomes readable when the process has ended.
    pub(super) fn watch(&self) -> io::Result<OwnedFd> {
        self.watch.try_clone()
    }

    /// Whether the process runs.
    pub(super) fn is_alive(&self) -> bool {
        !self.has_ended(Duration::ZERO)
    }

    /// Waits until the process has ended, or for that long.
    pub(super) fn has_ended(&self, limit: Duration) -> bool {
        let deadline = Instant::now() + limit;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let left = Timespec {
                tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
                tv_nsec: left.subsec_nanos().into(),
            };
            match poll(&mut [PollFd::new(&self.watch, PollFlags::IN)], Some(&left)) {
                Ok(count) => return count > 0,
                Err(rustix::io::Errno::INTR) => {}
                // Nobody can tell any more; whoever asks then kills it, which does no harm.
                Err(_) => return false,
            }
        }
    }

    /// Ends the process, if it has not ended, and takes its status.
    pub(super) fn end(&self) -> End {
        let mut child = self.child.borrow_mut();
        // By its descriptor: where the host has its children's ends thrown away, the number may be another process's by now.
        // One that has ended is as good.
        let _ = pidfd_send_signal(&self.watch, Signal::KILL);
        let Ok(status) = child.wait() else { return End::Unknown };
        match (status.signal(), status.code()) {
            (Some(signal), _) => End::Signal(signal),
            (None, Some(code)) => End::Exit(code),
            (None, None) => End::Unknown,
        }
    }

    /// The last bytes of a stream, where it is captured.
    pub(super) fn tail(&self, stream: Stream) -> Option<Vec<u8>> {
        match stream {
            Stream::Stdout => &self.stdout,
            Stream::Stderr => &self.stderr,
        }
        .as_ref()
        .map(Tail::bytes)
    }

    /// All that is kept of what a process that has ended printed.
    pub(super) fn last_words(&self) -> String {
        let mut text = String::new();
        for tail in [&self.stdout, &self.stderr].into_iter().flatten() {
            tail.wait_for_end(DRAIN);
            text += &String::from_utf8_lossy(&tail.bytes());
        }
        text
    }
}

/// In the new process: puts the two where they belong. Ctrl-C is for the host, whose terminal this may be; it decides what
/// becomes of a call.
fn place_descriptors(socket: RawFd, memory: RawFd) -> io::Result<()> {
    for (from, to) in [(socket, SOCKET_FD), (memory, MEMORY_FD)] {
        // SAFETY: a system call on numbers; whatever had the number `to` in this process, which is about to become another
        // program, is of no more use.
        if unsafe { libc::dup2(from, to) } < 0 {
            return Err(io::Error::last_os_error());
        }
    }
    // SAFETY: a system call that takes no pointer but the constant.
    if unsafe { libc::signal(libc::SIGINT, libc::SIG_IGN) } == libc::SIG_ERR {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

fn follow(child: &mut Child, output: &Output) -> io::Result<(Option<Tail>, Option<Tail>)> {
    let Output::Capture { keep, sink } = output else { return Ok((None, None)) };
    let stdout = child.stdout.take().map(|from| Tail::follow(from, Stream::Stdout, *keep, sink.clone()));
    let stderr = child.stderr.take().map(|from| Tail::follow(from, Stream::Stderr, *keep, sink.clone()));
    Ok((stdout.transpose()?, stderr.transpose()?))
}

/// Why a program was not started; a 32-bit one needs things that many systems lack.
fn start_failed(program: &Program, error: &io::Error) -> Error {
    let help = match error.raw_os_error() {
        Some(libc::ENOENT) if program.path.exists() => Some(
            "the system has no loader for it: 32-bit programs need the 32-bit C library (Debian: libc6-i386; Fedora: \
             glibc.i686; Arch: lib32-glibc)",
        ),
        Some(libc::ENOEXEC) => Some("this kernel runs no programs of that kind"),
        _ => None,
    };
    Error::Start {
        program: program.name.clone(),
        reason: format!("was not started: {error}"),
        help: help.map(str::to_owned),
    }
}
