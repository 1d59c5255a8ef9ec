//! Function pointers that lead to the host.

use std::collections::VecDeque;
use std::ffi::c_void;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use moonglue_abi::{Abi, Prim, Type};
use moonglue_ffi::{Closure, Error, Signature, errno, flush_output, set_errno};
use moonglue_wire::{Callback, CallbackReturn, Reply, argument_places};
use rustc_hash::FxHashMap;

use crate::bridge::Bridge;
use crate::{crash, thread};

/// How many freed ones are kept: C that calls one of them is told so. The code of older ones serves others.
const MOST_FREED: usize = 4096;

/// The callbacks of one bridge.
#[derive(Default)]
pub(crate) struct Callbacks {
    state: Mutex<State>,
    arrived: AtomicU64,
}

#[derive(Default)]
struct State {
    /// Those that can be called now, by the host's numbers.
    live: FxHashMap<u32, Function>,
    /// Those that the host has freed, the oldest first.
    freed: VecDeque<Function>,
}

/// A function pointer and what it leads to.
struct Function {
    entry: Arc<Entry>,
    _closure: Closure,
}

/// What a callback needs to know.
struct Entry {
    bridge: &'static Bridge,
    id: u32,
    /// Where each argument's bytes go in the message.
    places: Box<[Range<usize>]>,
    /// The most bytes that may be written as the result.
    result: usize,
    /// Whether `errno` travels with it.
    errno: bool,
    freed: AtomicBool,
    /// Calls of it that have not ended.
    under_way: AtomicU32,
}

impl Callbacks {
    /// Makes a function pointer; `Ok(None)` when the number is in use.
    pub(crate) fn make(
        &self,
        bridge: &'static Bridge,
        id: u32,
        signature: &Signature,
        errno: bool,
    ) -> Result<Option<u64>, Error> {
        if self.state().live.contains_key(&id) {
            return Ok(None);
        }
        let places: Vec<_> = argument_places(signature.params.iter().map(|param| param.size(Abi::HOST))).collect();
        let result = match &signature.result {
            Type::Prim(prim) if is_integer(*prim) => 8,
            other => other.size(Abi::HOST),
        };
        let (freed, under_way) = (false.into(), 0.into());
        let entry = Arc::new(Entry { bridge, id, places: places.into(), result, errno, freed, under_way });
        let user = Arc::as_ptr(&entry).cast_mut().cast();
        let closure = Closure::new(signature, arrive, user)?;
        let code = closure.code() as u64;
        self.state().live.insert(id, Function { entry, _closure: closure });
        Ok(Some(code))
    }

    /// Serves that one no more; whether there was one.
    pub(crate) fn free(&self, id: u32) -> bool {
        let mut state = self.state();
        let Some(function) = state.live.remove(&id) else { return false };
        function.entry.freed.store(true, Ordering::Release);
        state.freed.push_back(function);
        // One that is being called keeps its code; it comes round again.
        if state.freed.len() > MOST_FREED
            && let Some(oldest) = state.freed.pop_front()
            && oldest.entry.under_way.load(Ordering::Acquire) > 0
        {
            state.freed.push_back(oldest);
        }
        true
    }

    /// How many can be called now.
    pub(crate) fn count(&self) -> usize {
        self.state().live.len()
    }

    /// How often C called one.
    pub(crate) fn arrived(&self) -> u64 {
        self.arrived.load(Ordering::Relaxed)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_integer(prim: Prim) -> bool {
    use Prim::{Double, DoubleComplex, Float, FloatComplex, LongDouble, LongDoubleComplex};
    !matches!(prim, Float | Double | LongDouble | FloatComplex | DoubleComplex | LongDoubleComplex)
}

/// Where C comes in.
///
/// # Safety
/// Called by a closure of [`Callbacks::make`]: `user` is its entry, `args` has a pointer to each argument of its
/// signature, and `result` has room for as many bytes as that signature's result, zeroed.
unsafe extern "C" fn arrive(user: *mut c_void, args: *const *const u8, result: *mut u8) {
    let before = errno();
    // SAFETY: an entry stays where it is as long as its closure, which `free` leaves alone while it is called; nobody changes
    // more of it than its atomics.
    let entry = unsafe { &*user.cast::<Entry>() };
    entry.under_way.fetch_add(1, Ordering::AcqRel);
    if entry.freed.load(Ordering::Acquire) {
        crash::freed_callback(entry.id);
    }
    let bridge = entry.bridge;
    bridge.callbacks.arrived.fetch_add(1, Ordering::Relaxed);
    // What C has printed comes before what the callback prints.
    flush_output();
    let mut message = bridge.buffer();
    for (index, place) in entry.places.iter().enumerate() {
        message.resize(place.start, 0);
        // SAFETY: there is a pointer for each parameter.
        let argument = unsafe { *args.add(index) };
        // SAFETY: it points at as many bytes as the parameter's type has, which `place` was made of.
        message.extend_from_slice(unsafe { std::slice::from_raw_parts(argument, place.len()) });
    }
    let thread = thread::number();
    let errno = entry.errno.then_some(before);
    bridge.send(thread, &Reply::Callback(Callback { id: entry.id, arguments: &message, errno }));
    bridge.serve_until_return(thread, &mut message, |returned: CallbackReturn<'_>| {
        let bytes = &returned.result[..returned.result.len().min(entry.result)];
        // SAFETY: no more bytes than there is room for; the message is elsewhere.
        unsafe { result.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        set_errno(returned.errno.unwrap_or(before));
    });
    entry.under_way.fetch_sub(1, Ordering::AcqRel);
    // Giving the buffer back frees memory at most, which leaves errno alone.
    bridge.give_back(message);
}
