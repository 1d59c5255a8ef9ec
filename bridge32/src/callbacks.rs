//! Function pointers that lead to the host.

use std::ffi::c_void;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use moonglue_abi::{Abi, Prim, Type};
use moonglue_ffi::{Closure, Error, Signature, errno, set_errno};
use moonglue_wire::{Callback, CallbackReturn, Reply, argument_places};
use rustc_hash::FxHashMap;

use crate::bridge::Bridge;
use crate::crash;
use crate::{output, thread};

/// The callbacks of one bridge.
#[derive(Default)]
pub(crate) struct Callbacks {
    /// Those that can be called now, by the host's numbers.
    live: Mutex<FxHashMap<u32, &'static Entry>>,
    arrived: AtomicU64,
}

/// One callback. It stays in place for ever, because C may keep its address longer than the host does.
struct Entry {
    bridge: &'static Bridge,
    id: u32,
    /// Where each argument's bytes go in the message.
    places: Box<[std::ops::Range<usize>]>,
    /// The most bytes that may be written as the result.
    result: usize,
    /// Whether `errno` travels with it.
    errno: bool,
    freed: std::sync::atomic::AtomicBool,
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
        if self.live().contains_key(&id) {
            return Ok(None);
        }
        let places: Vec<_> = argument_places(signature.params.iter().map(|param| param.size(Abi::HOST))).collect();
        let result = match &signature.result {
            Type::Prim(prim) if is_integer(*prim) => 8,
            other => other.size(Abi::HOST),
        };
        let freed = false.into();
        let entry = Box::new(Entry { bridge, id, places: places.into(), result, errno, freed });
        let entry: &'static Entry = Box::leak(entry);
        let user = (&raw const *entry).cast_mut().cast();
        let closure = Closure::new(signature, arrive, user)?;
        let code = closure.code() as u64;
        // The code stays even when the host has freed the callback: see `Entry`.
        std::mem::forget(closure);
        self.live().insert(id, entry);
        Ok(Some(code))
    }

    /// Serves that one no more; whether there was one.
    pub(crate) fn free(&self, id: u32) -> bool {
        let Some(entry) = self.live().remove(&id) else { return false };
        entry.freed.store(true, Ordering::Release);
        true
    }

    /// How many can be called now.
    pub(crate) fn count(&self) -> usize {
        self.live().len()
    }

    /// How often C called one.
    pub(crate) fn arrived(&self) -> u64 {
        self.arrived.load(Ordering::Relaxed)
    }

    fn live(&self) -> MutexGuard<'_, FxHashMap<u32, &'static Entry>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
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
    // SAFETY: a leaked entry, which nobody changes but for its flag.
    let entry: &'static Entry = unsafe { &*user.cast::<Entry>() };
    if entry.freed.load(Ordering::Acquire) {
        crash::freed_callback(entry.id);
    }
    let bridge = entry.bridge;
    bridge.callbacks.arrived.fetch_add(1, Ordering::Relaxed);
    // What C has printed comes before what the callback prints.
    output::flush();
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
    // Giving the buffer back frees memory at most, which leaves errno alone.
    bridge.give_back(message);
}
