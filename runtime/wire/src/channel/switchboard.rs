//! One channel, several threads that wait for their messages.

use std::collections::{HashMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use super::{ChannelError, Receiver, Sender};

/// Messages that may lie unread for a thread. The host sends a thread one at a time.
const MOST_UNREAD: usize = 1024;

/// A bridge's end of the channel.
///
/// There is no thread that only receives: of the threads that wait, one holds the receiving half and hands the others
/// what is theirs. When it has its own, the next one takes over.
pub struct Switchboard {
    sender: Mutex<Sender>,
    receiver: Mutex<Receiver>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Whether a thread holds the receiving half.
    receiving: bool,
    /// Threads that wait for that one.
    waiting: usize,
    unread: HashMap<u32, VecDeque<Vec<u8>>>,
    closed: bool,
}

impl Switchboard {
    /// Shares the two halves among threads.
    pub fn new(sender: Sender, receiver: Receiver) -> Switchboard {
        Switchboard {
            sender: Mutex::new(sender),
            receiver: Mutex::new(receiver),
            state: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    /// Sends a message from `thread`.
    ///
    /// # Errors
    /// As for [`Sender::send`].
    pub fn send<M: Serialize>(&self, thread: u32, message: &M) -> Result<(), ChannelError> {
        lock(&self.sender).send(thread, message, None)
    }

    /// Waits for a message to `thread` and puts its bytes into `message`.
    ///
    /// # Errors
    /// As for [`Receiver::receive`].
    pub fn receive(&self, thread: u32, message: &mut Vec<u8>) -> Result<(), ChannelError> {
        let mut state = lock(&self.state);
        loop {
            if let Some(found) = state.unread.get_mut(&thread).and_then(VecDeque::pop_front) {
                *message = found;
                return Ok(());
            }
            if state.closed {
                return Err(ChannelError::Closed);
            }
            if state.receiving {
                state.waiting += 1;
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                state.waiting -= 1;
                continue;
            }
            state.receiving = true;
            drop(state);
            let received = lock(&self.receiver).receive(message, None);
            state = lock(&self.state);
            state.receiving = false;
            // Somebody else's message, or the receiving half itself, is for those who wait to find.
            if state.waiting > 0 {
                self.changed.notify_all();
            }
            match received {
                Ok(to) if to == thread => return Ok(()),
                Ok(to) => state.put(to, std::mem::take(message))?,
                Err(error) => {
                    state.closed = true;
                    return Err(error);
                }
            }
        }
    }
}

impl State {
    fn put(&mut self, thread: u32, message: Vec<u8>) -> Result<(), ChannelError> {
        let unread = self.unread.entry(thread).or_default();
        if unread.len() >= MOST_UNREAD {
            self.closed = true;
            return Err(ChannelError::Broken(format!("too many messages for thread {thread}")));
        }
        unread.push_back(message);
        Ok(())
    }
}

/// What is behind these locks is in order whenever they are released, by a panic too.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
