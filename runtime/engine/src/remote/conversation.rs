//! Requests, their answers, and what comes in between.
//!
//! One thread of the host talks. While it waits for the answer to a call it serves callbacks, and each may ask for more. The
//! bridge's threads answer for themselves: a request goes to the thread whose callback is being served, else to thread 0.
//! Answers for an outer wait that arrive during an inner one are put aside.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::time::Instant;

use moonglue_wire::channel::{ChannelError, Receiver, Sender};
use moonglue_wire::{Callback, CallbackReturn, Reply, Request, decode};

/// Threads whose callbacks may wait to be served. A bridge with more has gone astray.
const MOST_WAITING: usize = 4096;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum TalkError {
    /// The request is too large; nothing was sent.
    #[error(transparent)]
    NotSent(moonglue_wire::Error),
    /// The conversation is over.
    #[error(transparent)]
    Over(#[from] ChannelError),
}

/// Runs callbacks.
pub(super) trait Serve {
    /// Runs one; its result goes into `result`, which is empty. Gives the `errno` that C is to find.
    fn serve(&mut self, callback: &Callback<'_>, result: &mut Vec<u8>) -> Result<Option<i32>, ChannelError>;
}

/// One side's state of a conversation. All methods may be called again while a callback is being served.
pub(super) struct Conversation {
    sender: RefCell<Sender>,
    receiver: RefCell<Receiver>,
    /// The thread of the bridge that requests go to.
    thread: Cell<u32>,
    /// The threads that answers are awaited from, innermost last.
    awaited: RefCell<Vec<u32>>,
    /// Answers that arrived while another one was awaited.
    aside: RefCell<Vec<(u32, Vec<u8>)>>,
    /// Callbacks that arrived when none could be served.
    waiting: RefCell<VecDeque<(u32, Vec<u8>)>>,
    /// Buffers to use again.
    spare: RefCell<Vec<Vec<u8>>>,
}

/// A large buffer is not kept.
const KEEP: usize = 1 << 20;

impl Conversation {
    pub(super) fn new(sender: Sender, receiver: Receiver) -> Conversation {
        Conversation {
            sender: RefCell::new(sender),
            receiver: RefCell::new(receiver),
            thread: Cell::new(0),
            awaited: RefCell::default(),
            aside: RefCell::default(),
            waiting: RefCell::default(),
            spare: RefCell::default(),
        }
    }

    /// Asks, and gives the answer to `read`. Callbacks that come meanwhile wait, unless there is somebody to `serve` them.
    ///
    /// After an error the conversation is over, but for [`TalkError::NotSent`].
    pub(super) fn ask<R>(
        &self,
        request: &Request<'_>,
        deadline: Option<Instant>,
        serve: Option<&mut dyn Serve>,
        read: impl FnOnce(Reply<'_>) -> R,
    ) -> Result<R, TalkError> {
        let thread = self.thread.get();
        match self.sender.borrow_mut().send(thread, request, deadline) {
            Ok(()) => {}
            Err(ChannelError::Message(error)) => return Err(TalkError::NotSent(error)),
            Err(error) => return Err(error.into()),
        }
        self.awaited.borrow_mut().push(thread);
        let mut message = self.buffer();
        let answered = self.answer(thread, &mut message, deadline, serve);
        self.awaited.borrow_mut().pop();
        answered?;
        let result = decode(&message).map(read);
        self.give_back(message);
        Ok(result.map_err(ChannelError::from)?)
    }

    /// Whether an answer is being waited for.
    pub(super) fn is_busy(&self) -> bool {
        !self.awaited.borrow().is_empty()
    }

    /// Serves the callbacks that are waiting, without waiting for more. Gives their number.
    pub(super) fn poll(&self, serve: &mut dyn Serve) -> Result<usize, ChannelError> {
        let mut served = 0;
        let mut message = self.buffer();
        while self.next_waiting(&mut message)? {
            self.serve_waiting(None, serve)?;
            served += 1;
        }
        self.give_back(message);
        Ok(served)
    }

    /// Whether a callback is waiting, now that what has arrived was looked at.
    fn next_waiting(&self, message: &mut Vec<u8>) -> Result<bool, ChannelError> {
        if !self.waiting.borrow().is_empty() {
            return Ok(true);
        }
        let received = self.receiver.borrow_mut().try_receive(message)?;
        match received {
            None => Ok(false),
            Some(from) if Reply::is_callback(message) => {
                self.put_off(from, std::mem::take(message))?;
                Ok(true)
            }
            Some(from) => self.put_aside(from, std::mem::take(message)).map(|()| false),
        }
    }

    /// Waits for the answer of `thread`.
    fn answer(
        &self,
        thread: u32,
        message: &mut Vec<u8>,
        deadline: Option<Instant>,
        mut serve: Option<&mut dyn Serve>,
    ) -> Result<(), ChannelError> {
        loop {
            if let Some(serve) = &mut serve {
                while !self.waiting.borrow().is_empty() {
                    self.serve_waiting(deadline, &mut **serve)?;
                }
            }
            if let Some(found) = self.take_aside(thread) {
                *message = found;
                return Ok(());
            }
            let from = self.receiver.borrow_mut().receive(message, deadline)?;
            if Reply::is_callback(message) {
                self.put_off(from, std::mem::replace(message, self.buffer()))?;
            } else if from == thread {
                return Ok(());
            } else {
                self.put_aside(from, std::mem::replace(message, self.buffer()))?;
            }
        }
    }

    /// Serves the callback that waits longest.
    fn serve_waiting(&self, deadline: Option<Instant>, serve: &mut dyn Serve) -> Result<(), ChannelError> {
        let Some((thread, message)) = self.waiting.borrow_mut().pop_front() else { return Ok(()) };
        let Reply::Callback(callback) = decode(&message)? else { return Ok(()) };
        let mut result = self.buffer();
        let outer = self.thread.replace(thread);
        let served = serve.serve(&callback, &mut result);
        self.thread.set(outer);
        let errno = served?;
        let end = Request::CallbackReturn(CallbackReturn { result: &result, errno });
        self.sender.borrow_mut().send(thread, &end, deadline)?;
        self.give_back(result);
        self.give_back(message);
        Ok(())
    }

    fn put_off(&self, thread: u32, message: Vec<u8>) -> Result<(), ChannelError> {
        let mut waiting = self.waiting.borrow_mut();
        if waiting.len() >= MOST_WAITING {
            return Err(ChannelError::Broken("it calls back without end".to_owned()));
        }
        waiting.push_back((thread, message));
        Ok(())
    }

    fn put_aside(&self, thread: u32, message: Vec<u8>) -> Result<(), ChannelError> {
        let mut aside = self.aside.borrow_mut();
        let expected = self.awaited.borrow().contains(&thread);
        if !expected || aside.iter().any(|(known, _)| *known == thread) {
            return Err(ChannelError::Broken(format!("an answer of thread {thread}, which was not asked")));
        }
        aside.push((thread, message));
        Ok(())
    }

    fn take_aside(&self, thread: u32) -> Option<Vec<u8>> {
        let mut aside = self.aside.borrow_mut();
        let place = aside.iter().position(|(known, _)| *known == thread)?;
        Some(aside.swap_remove(place).1)
    }

    fn buffer(&self) -> Vec<u8> {
        self.spare.borrow_mut().pop().unwrap_or_default()
    }

    fn give_back(&self, mut buffer: Vec<u8>) {
        if buffer.capacity() <= KEEP {
            buffer.clear();
            self.spare.borrow_mut().push(buffer);
        }
    }
}
