//! Functions of this side that the bridge's libraries call.

use std::ops::Range;
use std::rc::Rc;

use moonglue_ffi::Signature;
use moonglue_wire::channel::ChannelError;
use moonglue_wire::{Callback, NewCallback, Request, argument_places};
use rustc_hash::FxHashMap;

use super::aligned::Aligned;
use super::calls::describe;
use super::conversation::Serve;
use super::{Bridge, Error};

/// What runs when C calls back.
pub(crate) trait CallbackHandler {
    /// Runs the callback and puts its result into `result`, which is empty: integers extended to 8 bytes, a `float` in 4,
    /// other types their size on the target, nothing for `void`; what is missing is zeros. Gives the `errno` that C is to
    /// find, `None` to leave it as it is.
    fn handle(&mut self, incoming: &Incoming<'_>, result: &mut Vec<u8>) -> Option<i32>;
}

/// A call of a callback.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Incoming<'a> {
    /// The callback's number, as [`Bridge::new_callback`] gave it.
    pub(crate) id: u32,
    /// The `errno` C had, where the callback wants it.
    pub(crate) errno: Option<i32>,
    arguments: &'a [u8],
    places: &'a [Range<usize>],
}

/// The callbacks C may call.
#[derive(Debug, Default)]
pub(super) struct Callbacks {
    /// The places of their arguments; `None` for those that were freed, whose last calls may still be on their way.
    known: FxHashMap<u32, Option<Rc<[Range<usize>]>>>,
    last: u32,
}

impl<'a> Incoming<'a> {
    /// The bytes of argument `i`, as many as its type has on the target, at a multiple of 16.
    ///
    /// # Panics
    /// When there is no parameter `i`.
    pub(crate) fn argument(&self, i: usize) -> &'a [u8] {
        &self.arguments[self.places[i].clone()]
    }
}

impl Bridge {
    /// Makes a function that C can call there; its number and its address. With `errno`, that travels with its calls.
    ///
    /// # Errors
    /// [`Error::Refused`] for a signature that no function there can have.
    pub(crate) fn new_callback(&self, signature: &Signature, errno: bool) -> Result<(u32, u64), Error> {
        let sizes = signature.params.iter().map(|param| param.size(self.abi()));
        let places: Rc<[Range<usize>]> = argument_places(sizes).collect();
        let id = self.callbacks.borrow_mut().add(places);
        let request = Request::NewCallback(NewCallback { id, signature: describe(signature), errno });
        let made = match self.address("making a callback", &request) {
            Ok(0) => Err(self.broken("a callback without an address")),
            made => made,
        };
        if made.is_err() {
            self.callbacks.borrow_mut().known.remove(&id);
        }
        Ok((id, made?))
    }

    /// C will not call it any more; if it does, the bridge ends with a message that says so.
    ///
    /// # Errors
    /// As every request.
    pub(crate) fn free_callback(&self, id: u32) -> Result<(), Error> {
        match self.callbacks.borrow_mut().known.get_mut(&id) {
            Some(places) if places.is_some() => *places = None,
            _ => return Ok(()),
        }
        self.done("freeing a callback", &Request::FreeCallback { id })
    }

    /// Serves callbacks that are waiting: a library's own threads may call while this side does something else. Gives their
    /// number.
    ///
    /// # Errors
    /// [`Error::Dead`] when the bridge has ended.
    pub(crate) fn poll(&self, handler: &mut dyn CallbackHandler) -> Result<usize, Error> {
        self.check_alive()?;
        let served = self.conversation.poll(&mut Checked::new(self, handler));
        served.map_err(|error| self.over(error, &|| "serving callbacks".to_owned(), None))
    }
}

impl Callbacks {
    fn add(&mut self, places: Rc<[Range<usize>]>) -> u32 {
        // Numbers in use are passed over when they have gone round.
        loop {
            self.last = self.last.wrapping_add(1);
            if !self.known.contains_key(&self.last) {
                self.known.insert(self.last, Some(places));
                return self.last;
            }
        }
    }
}

/// Believes a callback only when there is such a one and all its arguments are there.
pub(super) struct Checked<'a> {
    bridge: &'a Bridge,
    handler: &'a mut dyn CallbackHandler,
}

impl<'a> Checked<'a> {
    pub(super) fn new(bridge: &'a Bridge, handler: &'a mut dyn CallbackHandler) -> Checked<'a> {
        Checked { bridge, handler }
    }
}

impl Serve for Checked<'_> {
    fn serve(&mut self, callback: &Callback<'_>, result: &mut Vec<u8>) -> Result<Option<i32>, ChannelError> {
        let id = callback.id;
        let known = self.bridge.callbacks.borrow().known.get(&id).cloned();
        let Some(places) = known.ok_or_else(|| ChannelError::Broken(format!("there is no callback {id}")))? else {
            return Ok(None);
        };
        if callback.arguments.len() != places.last().map_or(0, |last| last.end) {
            return Err(ChannelError::Broken(format!("callback {id} without its arguments")));
        }
        let arguments = Aligned::copy(callback.arguments);
        let incoming = Incoming { id, errno: callback.errno, arguments: arguments.bytes(), places: &places };
        let counter = &self.bridge.counters.callbacks;
        counter.set(counter.get() + 1);
        let errno = self.handler.handle(&incoming, result);
        self.bridge.print_first();
        Ok(errno)
    }
}
