//! The bridge itself: what it holds, and how each request is carried out.

use std::cell::RefCell;

use moonglue_wire::channel::{ChannelError, Switchboard};
use moonglue_wire::shared::SharedMemory;
use moonglue_wire::{
    Batch, CallbackReturn, MAX_MESSAGE, NewCallback, Reply, Request, Returned, Signature, Usage, decode,
};

use crate::callbacks::Callbacks;
use crate::calls::Calls;
use crate::libraries::Libraries;
use crate::memory::{self, Fault, Heap, Windows};
use crate::signature::native;
use crate::{barrier, end, modules, thread};

/// What one process holds for its host.
pub(crate) struct Bridge {
    switchboard: Switchboard,
    libraries: Libraries,
    calls: Calls,
    pub(crate) callbacks: Callbacks,
    heap: Heap,
    windows: Windows,
}

thread_local! {
    /// Message buffers not in use.
    static BUFFERS: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// What is kept of a buffer that a large message has filled.
const KEEP: usize = 1 << 20;

/// The most bytes that are read at once: with what goes around them they make a message.
const MOST_READ: usize = MAX_MESSAGE - 64;

impl Bridge {
    pub(crate) fn new(switchboard: Switchboard, memory: SharedMemory) -> Bridge {
        Bridge {
            switchboard,
            libraries: Libraries::default(),
            calls: Calls::default(),
            callbacks: Callbacks::default(),
            heap: Heap::default(),
            windows: Windows::new(memory),
        }
    }

    /// Serves the calling thread until the host says that it is enough.
    pub(crate) fn serve(&'static self) {
        let mut message = self.buffer();
        loop {
            match self.next(thread::CALLING, &mut message) {
                Request::Shutdown => {
                    barrier::behind(modules::end);
                    return self.send(thread::CALLING, &Reply::Done);
                }
                Request::CallbackReturn(_) => end::broken("the end of a callback that nobody waits for"),
                request => barrier::behind(|| self.carry_out(thread::CALLING, request)),
            }
        }
    }

    /// Serves a thread that is in a callback until the callback's end, which goes to `then`.
    pub(crate) fn serve_until_return(
        &'static self,
        thread: u32,
        message: &mut Vec<u8>,
        then: impl FnOnce(CallbackReturn<'_>),
    ) {
        loop {
            match self.next(thread, message) {
                Request::CallbackReturn(returned) => return then(returned),
                Request::Shutdown => self.send(thread, &Reply::Refused("a callback is under way")),
                request => barrier::behind(|| self.carry_out(thread, request)),
            }
        }
    }

    /// Sends from `thread`. Without a host there is nothing left to do.
    pub(crate) fn send(&self, thread: u32, reply: &Reply<'_>) {
        match self.switchboard.send(thread, reply) {
            Ok(()) => {}
            // Nothing of it was sent.
            Err(ChannelError::Message(error)) => {
                if let Err(error) = self.switchboard.send(thread, &Reply::Refused(&error.to_string())) {
                    end::without_host(&error);
                }
            }
            Err(error) => end::without_host(&error),
        }
    }

    fn next<'m>(&self, thread: u32, message: &'m mut Vec<u8>) -> Request<'m> {
        if let Err(error) = self.switchboard.receive(thread, message) {
            end::without_host(&error);
        }
        decode(message).unwrap_or_else(|error| end::broken(&error.to_string()))
    }

    fn carry_out(&'static self, thread: u32, request: Request<'_>) {
        let send = |reply: Reply<'_>| self.send(thread, &reply);
        let refuse = |why: &str| send(Reply::Refused(why));
        let done_or = |done: bool, why: &str| if done { send(Reply::Done) } else { refuse(why) };
        match request {
            Request::Call(call) => match self.calls.find(&call) {
                Ok(prepared) => self.calls.call(prepared, &call, |returned| send(Reply::Returned(returned))),
                Err(why) => refuse(&why),
            },
            Request::Batch(batch) => self.batch(thread, &batch),
            Request::Load(load) => self.libraries.load(load, send),
            Request::Symbol { library, name } => match self.libraries.symbol(library, name) {
                Some(address) => send(Reply::Address(address)),
                None => refuse(&no_library(library)),
            },
            Request::Close { library } => match self.libraries.close(library) {
                Some(Ok(())) => send(Reply::Done),
                Some(Err(error)) => refuse(&error.to_string()),
                None => refuse(&no_library(library)),
            },
            Request::Prepare(signature) => match self.prepare(&signature) {
                Ok(prepared) => send(Reply::Prepared(prepared)),
                Err(why) => refuse(&why),
            },
            Request::NewCallback(new) => match self.new_callback(&new) {
                Ok(address) => send(Reply::Address(address)),
                Err(why) => refuse(&why),
            },
            Request::FreeCallback { id } => done_or(self.callbacks.free(id), "there is no such callback"),
            Request::Allocate(wanted) => {
                send(self.heap.allocate(wanted.len, wanted.align).map_or(Reply::NoMemory, Reply::Address));
            }
            Request::Free { address } => done_or(self.heap.free(address), "nothing was allocated at that address"),
            Request::Read { len, .. } if len > MOST_READ as u64 => refuse("more bytes than a message carries"),
            Request::Read { address, len } => {
                self.read(thread, address, len, |to| memory::read(address, len as usize, to));
            }
            Request::ReadString(string) => {
                if !matches!(string.width, 1 | 2 | 4) {
                    return refuse("units of a string have 1, 2 or 4 bytes");
                }
                let width = usize::from(string.width);
                let limit = string.limit.min((MOST_READ / width) as u64) as usize;
                self.read(thread, string.address, width as u64, |to| {
                    memory::read_string(string.address, width, limit, to)
                });
            }
            Request::Write { address, bytes } => match memory::write(address, bytes) {
                Ok(()) => send(Reply::Done),
                Err(fault) => send(faulted(fault, address, bytes.len() as u64)),
            },
            Request::Map { offset, len } => {
                send(self.windows.map(offset, len).map_or(Reply::NoMemory, Reply::Address));
            }
            Request::Unmap { address, len } => done_or(self.windows.unmap(address, len), "no such window is mapped"),
            Request::Ping => send(Reply::Done),
            Request::Usage => send(Reply::Usage(self.usage())),
            Request::Server(_) if thread != thread::CALLING => refuse("modules run on the calling thread"),
            Request::Server(request) => {
                if let Err(why) = modules::answer(request, |answer| send(Reply::Server(answer))) {
                    refuse(&why);
                }
            }
            Request::Hello(_) => refuse("the host has introduced itself already"),
            Request::Shutdown | Request::CallbackReturn(_) => unreachable!("taken by the loops above"),
        }
    }

    fn read(&self, thread: u32, address: u64, len: u64, read: impl FnOnce(&mut Vec<u8>) -> Result<(), Fault>) {
        let mut bytes = self.buffer();
        match read(&mut bytes) {
            Ok(()) => self.send(thread, &Reply::Bytes(&bytes)),
            Err(fault) => self.send(thread, &faulted(fault, address, len)),
        }
        self.give_back(bytes);
    }

    fn prepare(&self, signature: &Signature) -> Result<moonglue_wire::Prepared, String> {
        let signature = native(signature).map_err(|error| error.to_string())?;
        self.calls.prepare(&signature).map_err(|error| error.to_string())
    }

    fn new_callback(&'static self, new: &NewCallback) -> Result<u64, String> {
        let signature = native(&new.signature).map_err(|error| error.to_string())?;
        let code = self.callbacks.make(self, new.id, &signature, new.errno).map_err(|error| error.to_string())?;
        code.ok_or_else(|| format!("callback {} exists already", new.id))
    }

    fn batch(&self, thread: u32, batch: &Batch<'_>) {
        let mut prepared = Vec::with_capacity(batch.calls.len());
        for call in &batch.calls {
            match self.calls.find(call) {
                Ok(found) => prepared.push(found),
                Err(why) => return self.send(thread, &Reply::Refused(&why)),
            }
        }
        // All results behind one another; where each ends, and its errno.
        let mut results = self.buffer();
        let mut ends = Vec::with_capacity(batch.calls.len());
        for (call, prepared) in batch.calls.iter().zip(prepared) {
            self.calls.call(prepared, call, |returned| {
                results.extend_from_slice(returned.result);
                ends.push((results.len(), returned.errno));
            });
        }
        let mut start = 0;
        let returned = ends.iter().map(|&(end, errno)| {
            let result = &results[start..end];
            start = end;
            Returned { result, errno }
        });
        self.send(thread, &Reply::Batched(returned.collect()));
        self.give_back(results);
    }

    fn usage(&self) -> Usage {
        let (allocations, allocated) = self.heap.usage();
        Usage {
            calls: self.calls.made(),
            callbacks: self.callbacks.arrived(),
            libraries: self.libraries.count() as u32,
            signatures: self.calls.signatures() as u32,
            live_callbacks: self.callbacks.count() as u32,
            allocations,
            allocated,
            mapped: self.windows.mapped(),
        }
    }

    /// An empty buffer, with room from earlier use where there is one.
    #[inline]
    pub(crate) fn buffer(&self) -> Vec<u8> {
        BUFFERS.with_borrow_mut(Vec::pop).unwrap_or_default()
    }

    /// Takes a buffer back for the next use.
    #[inline]
    pub(crate) fn give_back(&self, mut buffer: Vec<u8>) {
        buffer.clear();
        buffer.shrink_to(KEEP);
        BUFFERS.with_borrow_mut(|buffers| buffers.push(buffer));
    }
}

fn faulted(fault: Fault, address: u64, len: u64) -> Reply<'static> {
    let passed = fault.address.wrapping_sub(address);
    Reply::Fault { address: fault.address, len: len.saturating_sub(passed) }
}

fn no_library(number: u32) -> String {
    format!("there is no library {number}")
}
