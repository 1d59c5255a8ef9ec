//! What a bridge prints, taken by threads that do nothing else.

use std::collections::VecDeque;
use std::fmt;
use std::io::Read;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::ioctl_fionread;

/// How long somebody who wants what was printed waits for the reader to come to it; it never does while more is printed.
const CATCH_UP: Duration = Duration::from_millis(200);

/// One of a process's two streams.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// What is done with bytes as they come.
type Pass = dyn Fn(Stream, &[u8]) + Send + Sync;

/// Who gets what is printed as it comes, on the thread that reads it.
#[derive(Clone)]
pub(crate) struct Sink(pub(crate) Arc<Pass>);

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sink")
    }
}

/// The end of one stream, as far as it is kept.
#[derive(Clone, Debug)]
pub(super) struct Tail(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    ended: Condvar,
    /// What is read from.
    pipe: OwnedFd,
}

#[derive(Debug)]
struct State {
    kept: VecDeque<u8>,
    keep: usize,
    ended: bool,
}

impl Tail {
    /// Reads `from` to its end in a thread of its own, and keeps the last `keep` bytes.
    pub(super) fn follow(
        mut from: impl Read + AsFd + Send + 'static,
        stream: Stream,
        keep: usize,
        sink: Option<Sink>,
    ) -> std::io::Result<Tail> {
        let state = Mutex::new(State { kept: VecDeque::new(), keep, ended: false });
        let pipe = from.as_fd().try_clone_to_owned()?;
        let tail = Tail(Arc::new(Shared { state, ended: Condvar::new(), pipe }));
        let kept = tail.clone();
        thread::Builder::new().name("moonglue-output".to_owned()).spawn(move || {
            let mut buffer = vec![0; 64 << 10];
            loop {
                // What has left the pipe is in what is kept, for whoever holds the lock.
                let ready = poll(&mut [PollFd::new(&from, PollFlags::IN)], None);
                let mut state = kept.lock();
                match ready.map_err(std::io::Error::from).and_then(|_| from.read(&mut buffer)) {
                    Ok(0) => break,
                    Ok(len) => {
                        state.push(&buffer[..len]);
                        drop(state);
                        if let Some(Sink(sink)) = &sink {
                            sink(stream, &buffer[..len]);
                        }
                    }
                    Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                    Err(_) => break,
                }
            }
            kept.lock().ended = true;
            kept.0.ended.notify_all();
        })?;
        Ok(tail)
    }

    /// The last of what was printed until now.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let deadline = Instant::now() + CATCH_UP;
        loop {
            let state = self.lock();
            let all_read = ioctl_fionread(&self.0.pipe).is_ok_and(|waiting| waiting == 0);
            if all_read || state.ended || Instant::now() > deadline {
                return state.kept.iter().copied().collect();
            }
            drop(state);
            thread::sleep(Duration::from_micros(50));
        }
    }

    /// Waits until the stream has ended, or for that long: a process that the library started may still have it open.
    pub(super) fn wait_for_end(&self, limit: Duration) {
        let deadline = Instant::now() + limit;
        let mut state = self.lock();
        while !state.ended {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            state = self.0.ended.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn push(&mut self, bytes: &[u8]) {
        let bytes = &bytes[bytes.len().saturating_sub(self.keep)..];
        let excess = (self.kept.len() + bytes.len()).saturating_sub(self.keep);
        self.kept.drain(..excess);
        self.kept.extend(bytes);
    }
}
