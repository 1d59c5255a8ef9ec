//! Prepared signatures, and calls through them.

use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

use moonglue_ffi::{Error, PreparedCall, errno, flush_output, set_errno};
use moonglue_wire::{Call, Prepared, Returned};

use crate::thread;

/// Frames and results up to this many bytes need no memory from the heap.
const ON_STACK: usize = 512;

#[derive(Default)]
pub(crate) struct Calls {
    /// By number. They are never dropped: the host has one of each kind.
    prepared: RwLock<Vec<&'static PreparedCall>>,
    made: AtomicU64,
}

impl Calls {
    pub(crate) fn prepare(&self, signature: &moonglue_ffi::Signature) -> Result<Prepared, Error> {
        let call: &'static PreparedCall = Box::leak(Box::new(PreparedCall::new(signature)?));
        let mut prepared = self.prepared.write().unwrap_or_else(PoisonError::into_inner);
        prepared.push(call);
        Ok(Prepared {
            id: (prepared.len() - 1) as u32,
            frame_size: call.frame_size() as u32,
            result_size: call.result_size() as u32,
            slots: (0..signature.params.len()).map(|index| call.slot(index) as u32).collect(),
        })
    }

    /// The prepared signature of that number, if the frame fits it; else what is wrong.
    pub(crate) fn find(&self, call: &Call<'_>) -> Result<&'static PreparedCall, String> {
        let prepared = self.prepared.read().unwrap_or_else(PoisonError::into_inner);
        let Some(&found) = prepared.get(call.signature as usize) else {
            return Err(format!("there is no prepared signature {}", call.signature));
        };
        if call.frame.len() > found.frame_size() {
            let (len, size) = (call.frame.len(), found.frame_size());
            return Err(format!("a frame of {len} bytes for a signature whose frame has {size}"));
        }
        Ok(found)
    }

    /// Calls through what [`find`](Calls::find) found, and hands the outcome to `then`.
    pub(crate) fn call<T>(&self, prepared: &PreparedCall, call: &Call<'_>, then: impl FnOnce(Returned<'_>) -> T) -> T {
        let mut frame = Room::new(prepared.frame_size(), 1);
        frame.fill(call.frame);
        let mut result = Room::new(prepared.result_size(), prepared.result_align());
        result.fill(&[]);
        let code = call.code as usize as *const std::ffi::c_void;
        let (frame_at, result_at) = (frame.at(), result.at());
        let mut after = 0;
        thread::in_function(call.function, || {
            set_errno(call.errno.unwrap_or_else(thread::kept_errno));
            // SAFETY: the host says that a function of this signature is there, as any caller of C code says it of what it
            // calls; it wrote the arguments where `prepare` told it. Both rooms are as large and aligned as asked for,
            // filled and apart from each other.
            unsafe { prepared.invoke(code, frame_at, result_at) };
            after = errno();
        });
        thread::keep_errno(after);
        self.made.fetch_add(1, Ordering::Relaxed);
        // It comes before what the host prints next.
        flush_output();
        then(Returned { result: result.bytes(), errno: after })
    }

    /// Calls made.
    pub(crate) fn made(&self) -> u64 {
        self.made.load(Ordering::Relaxed)
    }

    /// Signatures prepared.
    pub(crate) fn signatures(&self) -> usize {
        self.prepared.read().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// Bytes aligned to 16 or more, on the stack where they fit and 16 is enough.
struct Room {
    stack: [MaybeUninit<u128>; ON_STACK / 16],
    heap: Vec<MaybeUninit<u128>>,
    len: usize,
    align: usize,
}

impl Room {
    #[inline]
    fn new(len: usize, align: usize) -> Room {
        let heap = if len <= ON_STACK && align <= 16 {
            Vec::new()
        } else {
            // There are `len` bytes behind the first that is so aligned.
            vec![MaybeUninit::uninit(); len.div_ceil(16) + align / 16]
        };
        Room { stack: [const { MaybeUninit::uninit() }; ON_STACK / 16], heap, len, align }
    }

    #[inline]
    fn at(&mut self) -> *mut u8 {
        if self.heap.is_empty() {
            return self.stack.as_mut_ptr().cast();
        }
        let start = self.heap.as_mut_ptr().cast::<u8>();
        start.wrapping_add(start.addr().next_multiple_of(self.align) - start.addr())
    }

    /// Begins with `bytes`, which are no more than there is room for; the rest is zero.
    #[inline]
    fn fill(&mut self, bytes: &[u8]) {
        let (at, rest) = (self.at(), self.len - bytes.len());
        // SAFETY: the room has `len` bytes there, of which these are the first; they come from elsewhere.
        unsafe { at.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        // SAFETY: the `rest` bytes behind them.
        unsafe { at.add(bytes.len()).write_bytes(0, rest) };
    }

    /// What was filled in, and written over since.
    #[inline]
    fn bytes(&mut self) -> &[u8] {
        // SAFETY: `fill` initialised all `len` bytes.
        unsafe { std::slice::from_raw_parts(self.at(), self.len) }
    }
}
