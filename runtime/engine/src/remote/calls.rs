//! Calls into a bridge.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use moonglue_abi::{Abi, Type};
use moonglue_ffi::{Convention, Signature};
use moonglue_wire::{Batch, Reply, Request, Returned, encode};
use rustc_hash::FxHashMap;

use super::callbacks::Checked;
use super::{Bridge, CallbackHandler, Error, Label};

/// The largest argument frame that is believed.
const LARGEST_FRAME: u32 = 64 << 20;

/// A signature that the bridge has prepared.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Prepared {
    id: u32,
    slots: Box<[u32]>,
    frame_size: usize,
    result_size: usize,
}

/// One call. Arguments and result are in the form that `moonglue_ffi::PreparedCall` has them, with the target's sizes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call<'a> {
    /// The function's signature.
    pub(crate) prepared: &'a Prepared,
    /// The function's address.
    pub(crate) code: u64,
    /// The `errno` it is to find; `None`: what the call before left.
    pub(crate) errno: Option<i32>,
    /// The arguments: [`Prepared::frame_size`] bytes.
    pub(crate) frame: &'a [u8],
    /// What is being called, for messages.
    pub(crate) label: &'a Rc<Label>,
}

/// The calls being made, innermost last, each with its number; and what was prepared for them.
#[derive(Debug, Default)]
pub(super) struct Calls {
    under_way: RefCell<Vec<(u32, Rc<Label>)>>,
    last: Cell<u32>,
    /// By the bytes that describe the signature to the bridge.
    prepared: RefCell<FxHashMap<Vec<u8>, Rc<Prepared>>>,
}

impl Prepared {
    /// Bytes of a frame of arguments.
    pub(crate) fn frame_size(&self) -> usize {
        self.frame_size
    }

    /// Where in the frame argument `i` lies.
    ///
    /// # Panics
    /// When there is no parameter `i`.
    pub(crate) fn slot(&self, i: usize) -> usize {
        self.slots[i] as usize
    }

    /// Bytes a result may have.
    pub(crate) fn result_size(&self) -> usize {
        self.result_size
    }
}

impl Bridge {
    /// Prepares a signature, once for all functions that have it.
    ///
    /// # Errors
    /// [`Error::Refused`] for one that cannot be called there.
    pub(crate) fn prepare(&self, signature: &Signature) -> Result<Rc<Prepared>, Error> {
        let described = describe(signature);
        let mut key = Vec::new();
        encode(&described, &mut key).map_err(|error| Error::Refused(error.to_string()))?;
        if let Some(known) = self.calls.prepared.borrow().get(&key) {
            self.check_alive()?;
            return Ok(known.clone());
        }
        let prepared = self.request("preparing a signature", &Request::Prepare(described), |reply| match reply {
            Reply::Prepared(prepared) => Some(Ok(prepared)),
            _ => None,
        })?;
        let Some(prepared) = check_prepared(prepared, signature, self.abi()) else {
            return Err(self.broken("arguments outside of their frame"));
        };
        let prepared = Rc::new(prepared);
        self.calls.prepared.borrow_mut().insert(key, prepared.clone());
        Ok(prepared)
    }

    /// Calls a function. Callbacks that come meanwhile are served by `handler`. The result goes into `result`, which has
    /// [`Prepared::result_size`] bytes; what the function's type does not fill is rubbish. Gives the `errno` it left.
    ///
    /// # Errors
    /// [`Error::Dead`] when the bridge has crashed, [`Error::Timeout`] when it took longer than `limit` and was killed.
    ///
    /// # Panics
    /// When the frame is not as long as the signature wants it.
    pub(crate) fn call(
        &self,
        call: &Call<'_>,
        result: &mut [u8],
        limit: Option<Duration>,
        handler: &mut dyn CallbackHandler,
    ) -> Result<i32, Error> {
        let request = Request::Call(call.to_wire(self.calls.begin(call.label)));
        let mut serve = Checked::new(self, handler);
        let returned = self.ask(&|| call.label.to_string(), &request, limit, Some(&mut serve), |reply| match reply {
            Reply::Returned(returned) => copy_result(&returned, result).map(Ok),
            _ => None,
        });
        self.calls.end(1);
        self.counters.calls.set(self.counters.calls.get() + 1);
        returned
    }

    /// Makes several calls in order with one message. `each` is given the number, the result and the `errno` of each when all
    /// have been made.
    ///
    /// # Errors
    /// As for [`call`](Bridge::call).
    ///
    /// # Panics
    /// When a frame is not as long as its signature wants it.
    pub(crate) fn batch(
        &self,
        calls: &[Call<'_>],
        limit: Option<Duration>,
        handler: &mut dyn CallbackHandler,
        mut each: impl FnMut(usize, &[u8], i32),
    ) -> Result<(), Error> {
        let batch = Batch { calls: calls.iter().map(|call| call.to_wire(self.calls.begin(call.label))).collect() };
        let what = || format!("a batch of {} calls", calls.len());
        let mut serve = Checked::new(self, handler);
        let done = self.ask(&what, &Request::Batch(batch), limit, Some(&mut serve), |reply| match reply {
            Reply::Batched(results)
                if results.len() == calls.len()
                    && results
                        .iter()
                        .zip(calls)
                        .all(|(result, call)| result.result.len() <= call.prepared.result_size) =>
            {
                for (index, result) in results.iter().enumerate() {
                    each(index, result.result, result.errno);
                }
                Some(Ok(()))
            }
            _ => None,
        });
        self.calls.end(calls.len());
        self.counters.calls.set(self.counters.calls.get() + calls.len() as u64);
        done
    }
}

impl<'a> Call<'a> {
    fn to_wire(self, number: u32) -> moonglue_wire::Call<'a> {
        assert_eq!(self.frame.len(), self.prepared.frame_size, "the frame of {}", self.label);
        moonglue_wire::Call {
            signature: self.prepared.id,
            code: self.code,
            function: number,
            errno: self.errno,
            frame: self.frame,
        }
    }
}

impl Calls {
    /// A call begins; its number.
    pub(super) fn begin(&self, label: &Rc<Label>) -> u32 {
        let number = self.last.get().wrapping_add(1);
        self.last.set(number);
        self.under_way.borrow_mut().push((number, label.clone()));
        number
    }

    /// The innermost calls have ended.
    pub(super) fn end(&self, count: usize) {
        let mut under_way = self.under_way.borrow_mut();
        let left = under_way.len() - count;
        under_way.truncate(left);
    }

    /// What a call under way calls: the one with that number, else the innermost.
    pub(super) fn find(&self, number: Option<u32>) -> Option<Label> {
        let under_way = self.under_way.borrow();
        let named = under_way.iter().find(|(known, _)| Some(*known) == number);
        named.or(under_way.last()).map(|(_, label)| Label::clone(label))
    }
}

/// In the bridge's words.
pub(super) fn describe(signature: &Signature) -> moonglue_wire::Signature {
    let convention = match signature.convention {
        Convention::C => moonglue_wire::Convention::C,
        Convention::Stdcall => moonglue_wire::Convention::Stdcall,
    };
    moonglue_wire::Signature::new(&signature.result, &signature.params, signature.fixed, convention)
}

/// Checks that each argument has room in its frame, and the result in its buffer.
fn check_prepared(prepared: moonglue_wire::Prepared, signature: &Signature, abi: Abi) -> Option<Prepared> {
    let moonglue_wire::Prepared { id, frame_size, result_size, slots } = prepared;
    // Scalars are extended to 8 bytes, other types rounded up to a multiple.
    let room = |ty: &Type| ty.size(abi).max(1).checked_next_multiple_of(8).map(|size| size as u64);
    let fits = |(slot, ty): (&u32, &Type)| {
        let size = room(ty)?;
        (u64::from(*slot) + size <= u64::from(frame_size)).then_some(())
    };
    let complete = slots.len() == signature.params.len() && frame_size <= LARGEST_FRAME;
    slots.iter().zip(&signature.params).try_for_each(fits)?;
    let least = signature.result.size(abi);
    let result = least..=least.saturating_add(64);
    (complete && result.contains(&(result_size as usize))).then(|| Prepared {
        id,
        slots: slots.into(),
        frame_size: frame_size as usize,
        result_size: result_size as usize,
    })
}

/// Copies what came back; `None` when that is more than there may be.
fn copy_result(returned: &Returned<'_>, result: &mut [u8]) -> Option<i32> {
    let (filled, rest) = result.split_at_mut_checked(returned.result.len())?;
    filled.copy_from_slice(returned.result);
    rest.fill(0);
    Some(returned.errno)
}
