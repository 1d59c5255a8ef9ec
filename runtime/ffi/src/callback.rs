//! Native function pointers that call back into this program.

mod general;
#[cfg(all(target_arch = "x86_64", target_pointer_width = "64", not(windows)))]
mod pool;
#[cfg(all(target_arch = "x86_64", target_pointer_width = "64", not(windows)))]
mod precompiled;
#[cfg(not(all(target_arch = "x86_64", target_pointer_width = "64", not(windows))))]
#[path = "callback/no_precompiled.rs"]
mod precompiled;
mod target;

use std::ffi::c_void;

use general::General;
use precompiled::Precompiled;
use target::Target;

use crate::error::Error;
use crate::signature::Signature;

/// What a [`Closure`] calls.
///
/// - `user` is the pointer given to [`Closure::new`].
/// - `args[i]` points at the bytes of argument `i`: as many as its type has, good until the handler returns. They may
///   be less aligned than the type (never less than 4 bytes on 32-bit and 8 bytes on 64-bit processors).
/// - `result` has room for the result, and for at least 16 bytes; it is all zero before the call, and no more aligned
///   than the arguments are. The handler writes integers extended to 8 bytes, a `float` as 4, and of a struct, union
///   or complex number exactly its size.
///
/// It must not unwind. It may be called on any thread, and on several at once.
pub type Handler = unsafe extern "C" fn(user: *mut c_void, args: *const *const u8, result: *mut u8);

/// A native function pointer that calls a [`Handler`]; good as long as this value lives.
///
/// Not even the call under way survives it: a handler must not drop the closure it was called through.
pub struct Closure(Way);

/// All give the handler the same; which one serves a signature is only a matter of speed.
enum Way {
    Precompiled(Precompiled),
    Libffi(General),
}

// SAFETY: nothing in it changes after `new`; the pointers are to memory it owns. What `user` leads to is guarded by the
// contract of `Closure::new`.
unsafe impl Send for Closure {}
// SAFETY: as above.
unsafe impl Sync for Closure {}

impl Closure {
    /// Makes a function pointer of that signature, by the fastest way that fits it.
    ///
    /// `user` is handed to each call of `handler`. The caller sees to it that what it points to outlives the closure,
    /// and may be used by every thread that calls the function pointer.
    ///
    /// # Errors
    /// [`Error::ExecutableMemory`] when the system gives no memory for code, with its reason. Otherwise as for
    /// [`PreparedCall::new`](crate::PreparedCall::new).
    pub fn new(signature: &Signature, handler: Handler, user: *mut c_void) -> Result<Closure, Error> {
        signature.check()?;
        let target = Target::new(handler, user, &signature.result);
        Ok(Closure(match Precompiled::new(signature, target)? {
            Some(precompiled) => Way::Precompiled(precompiled),
            None => Way::Libffi(General::new(signature, target)?),
        }))
    }

    /// Makes one the general way even where a faster one fits: the reference that the others are measured against.
    ///
    /// # Errors
    /// As for [`Closure::new`].
    pub fn with_libffi(signature: &Signature, handler: Handler, user: *mut c_void) -> Result<Closure, Error> {
        signature.check()?;
        let target = Target::new(handler, user, &signature.result);
        Ok(Closure(Way::Libffi(General::new(signature, target)?)))
    }

    /// The function pointer. Calling it after the closure is gone is undefined.
    #[inline]
    pub fn code(&self) -> *const c_void {
        match &self.0 {
            Way::Precompiled(precompiled) => precompiled.code(),
            Way::Libffi(general) => general.code(),
        }
    }

    /// Whether C comes in through a precompiled entry rather than through libffi.
    #[inline]
    pub fn is_precompiled(&self) -> bool {
        matches!(self.0, Way::Precompiled(_))
    }
}

impl std::fmt::Debug for Closure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Closure")
            .field("code", &self.code())
            .field("precompiled", &self.is_precompiled())
            .finish_non_exhaustive()
    }
}
