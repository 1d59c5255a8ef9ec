//! Native function pointers that call back into this program.

mod general;
#[cfg(all(target_arch = "x86_64", target_pointer_width = "64", not(windows)))]
mod pool;
#[cfg(all(target_arch = "x86_64", target_pointer_width = "64", not(windows)))]
mod precompiled;
#[cfg(not(all(target_arch = "x86_64", target_pointer_width = "64", not(windows))))]
#[path = "callback/no_precompiled.rs"]
mod precompiled;
#[cfg(all(target_arch = "x86_64", target_pointer_width = "64", not(windows)))]
mod straight;
#[cfg(not(all(target_arch = "x86_64", target_pointer_width = "64", not(windows))))]
#[path = "callback/no_straight.rs"]
mod straight;
mod target;

use std::ffi::c_void;
use std::mem::MaybeUninit;

use general::General;
use precompiled::Precompiled;
use straight::Straight;
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

/// Integer arguments of a closure that leads straight to its handler.
pub const WORDS: usize = 5;
/// Floating-point arguments of such a closure.
pub const VECTORS: usize = 8;

/// An integer register as it came: it may hold nothing, and bits above the width of its argument mean nothing.
pub type Word = MaybeUninit<u64>;
/// The low half of a vector register as it came: it may hold nothing, and a `float` fills half of it.
pub type Vector = MaybeUninit<f64>;

/// For integer arguments alone; the last argument is the pointer that was given with the handlers. The result is that
/// of a function that returns an integer (extended to eight bytes) or an address; for one that returns nothing, anything.
pub type WordsHandler = unsafe extern "C" fn(Word, Word, Word, Word, Word, *mut c_void) -> u64;
/// The same where floating-point arguments come as well.
pub type MixedHandler = unsafe extern "C" fn(
    Word,
    Word,
    Word,
    Word,
    Word,
    *mut c_void,
    Vector,
    Vector,
    Vector,
    Vector,
    Vector,
    Vector,
    Vector,
    Vector,
) -> u64;
/// The same for functions that return a `double`, or a `float` in the low half of one.
pub type VectorHandler = unsafe extern "C" fn(
    Word,
    Word,
    Word,
    Word,
    Word,
    *mut c_void,
    Vector,
    Vector,
    Vector,
    Vector,
    Vector,
    Vector,
    Vector,
    Vector,
) -> f64;

/// What a closure made by [`Closure::straight`] calls: the one that fits its signature. They get arguments in the order
/// of each sort, must not unwind, and may be called on any thread, and on several at once.
#[derive(Clone, Copy, Debug)]
pub struct RegisterHandlers {
    /// Integers in, an integer or nothing out.
    pub words: WordsHandler,
    /// Floating-point numbers among the arguments.
    pub mixed: MixedHandler,
    /// A floating-point result.
    pub vector: VectorHandler,
}

/// A native function pointer that calls a [`Handler`]; good as long as this value lives.
///
/// Not even the call under way survives it: a handler must not drop the closure it was called through.
pub struct Closure(Way);

/// All give the handler the same; which one serves a signature is only a matter of speed.
enum Way {
    Straight(Straight),
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

    /// Makes one that leads to a handler with the arguments in the registers they came in, when the signature fits:
    /// scalars only, as many as [`WORDS`] and [`VECTORS`] say. What holds for `user` in [`Closure::new`] holds here.
    ///
    /// # Errors
    /// As for [`PreparedCall::new`](crate::PreparedCall::new).
    pub fn straight(
        signature: &Signature,
        handlers: &RegisterHandlers,
        user: *mut c_void,
    ) -> Result<Option<Closure>, Error> {
        signature.check()?;
        Ok(Straight::new(signature, handlers, user)?.map(|straight| Closure(Way::Straight(straight))))
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
            Way::Straight(straight) => straight.code(),
            Way::Precompiled(precompiled) => precompiled.code(),
            Way::Libffi(general) => general.code(),
        }
    }

    /// Whether C comes in through a precompiled entry rather than through libffi.
    #[inline]
    pub fn is_precompiled(&self) -> bool {
        !matches!(self.0, Way::Libffi(_))
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
