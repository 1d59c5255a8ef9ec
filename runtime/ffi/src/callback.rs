//! Native function pointers that call back into this program.

use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::ptr;

use libffi::raw::{self, ffi_cif, ffi_closure};
use moonglue_abi::{Abi, Passing, Prim, Type, result_passing};

use crate::cif::Cif;
use crate::error::Error;
use crate::executable::why_refused;
use crate::signature::Signature;
use crate::types::Pinned;

/// What a [`Closure`] calls.
///
/// - `user` is the pointer given to [`Closure::new`].
/// - `args[i]` points at the bytes of argument `i`: as many as its type has, good until the handler returns. They may
///   be less aligned than the type (never less than 4 bytes on 32-bit and 8 bytes on 64-bit processors).
/// - `result` has room for the result, and for at least 16 bytes; it is all zero before the call. The handler writes
///   integers extended to 8 bytes, a `float` as 4, and of a struct, union or complex number exactly its size.
///
/// It must not unwind. It may be called on any thread, and on several at once.
pub type Handler = unsafe extern "C" fn(user: *mut c_void, args: *const *const u8, result: *mut u8);

/// A native function pointer that calls a [`Handler`]; good as long as this value lives.
///
/// Not even the call under way survives it: a handler must not drop the closure it was called through.
pub struct Closure {
    closure: *mut ffi_closure,
    code: *const c_void,
    // Only pointed to by `closure`:
    _context: Pinned<Context>,
}

// SAFETY: nothing in it changes after `new`; the pointers are to memory it owns. What `user` leads to is guarded by the
// contract of `Closure::new`.
unsafe impl Send for Closure {}
// SAFETY: as above.
unsafe impl Sync for Closure {}

/// What the function on the other side of the pointer needs.
struct Context {
    cif: Cif,
    handler: Handler,
    user: *mut c_void,
    params: usize,
    /// Some parameters have no bytes: libffi does not know of them, the handler does.
    gaps: bool,
    result: ResultBuffer,
}

/// Who provides the memory the handler writes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum ResultBuffer {
    /// libffi or the caller behind it, and it is large enough; so many bytes are cleared.
    Direct { clear: usize },
    /// We do, because the handler is promised more room than there may be; then so many bytes are copied.
    Copied { size: usize },
}

/// Bytes the handler may write whatever the result is.
const LEAST_RESULT: usize = 16;

impl Closure {
    /// Makes a function pointer of that signature.
    ///
    /// `user` is handed to each call of `handler`. The caller sees to it that what it points to outlives the closure,
    /// and may be used by every thread that calls the function pointer.
    ///
    /// # Errors
    /// [`Error::ExecutableMemory`] when the system gives no memory for code, with its reason. Otherwise as for
    /// [`PreparedCall::new`](crate::PreparedCall::new).
    pub fn new(
        signature: &Signature,
        handler: Handler,
        user: *mut c_void,
    ) -> Result<Closure, Error> {
        signature.check()?;
        let cif = Cif::new(signature)?;
        let params = signature.params.len();
        let gaps = cif.params().len() != params;
        let result = result_buffer(&signature.result);
        let context = Pinned::new(Box::new(Context {
            cif,
            handler,
            user,
            params,
            gaps,
            result,
        }));
        let mut code = ptr::null_mut();
        // SAFETY: asks for memory of that size; both results are checked.
        let closure: *mut ffi_closure =
            unsafe { raw::ffi_closure_alloc(size_of::<ffi_closure>(), &mut code) }.cast();
        if closure.is_null() || code.is_null() {
            return Err(Error::ExecutableMemory {
                reason: why_refused(&std::io::Error::last_os_error()),
            });
        }
        let this = Closure {
            closure,
            code,
            _context: context,
        };
        let at = this._context.as_ptr();
        // SAFETY: the closure and its code address come from libffi; the prepared call interface and the context have
        // fixed addresses and live as long as `this`, whose drop frees the closure first.
        let status = unsafe {
            raw::ffi_prep_closure_loc(closure, (*at).cif.as_ptr(), Some(arrive), at.cast(), code)
        };
        if status != raw::ffi_status_FFI_OK {
            return Err(Error::Prepare { status });
        }
        Ok(this)
    }

    /// The function pointer. Calling it after the closure is gone is undefined.
    #[inline]
    pub fn code(&self) -> *const c_void {
        self.code
    }
}

impl Drop for Closure {
    fn drop(&mut self) {
        // SAFETY: it came from `ffi_closure_alloc` and is freed once; C no longer calls it, as `code` demands.
        unsafe { raw::ffi_closure_free(self.closure.cast()) }
    }
}

impl std::fmt::Debug for Closure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Closure")
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}

/// Where libffi's trampolines lead.
///
/// # Safety
/// Called by libffi: `user` is the context given to `ffi_prep_closure_loc`, `args` has a pointer for each argument of
/// its call interface, and `result` is where the result's bytes belong.
unsafe extern "C" fn arrive(
    _: *mut ffi_cif,
    result: *mut c_void,
    args: *mut *mut c_void,
    user: *mut c_void,
) {
    // SAFETY: the context lives as long as the closure, and nobody writes to it.
    let context = unsafe { &*user.cast::<Context>() };
    if context.gaps {
        // SAFETY: passed on.
        unsafe { arrive_with_gaps(context, args.cast(), result.cast()) }
    } else {
        // SAFETY: passed on; there is an argument for each parameter.
        unsafe { hand_over(context, args.cast(), result.cast()) }
    }
}

/// # Safety
/// As for [`arrive`], with the context read.
#[cold]
unsafe fn arrive_with_gaps(context: &Context, args: *const *const u8, result: *mut u8) {
    let nowhere = 0u64; // a parameter without bytes still has an address
    let mut all = vec![(&raw const nowhere).cast::<u8>(); context.params];
    for (argument, param) in context.cif.params().iter().enumerate() {
        // SAFETY: libffi gave a pointer for each argument of the call interface.
        all[*param as usize] = unsafe { *args.add(argument) };
    }
    // SAFETY: passed on; now there is an argument for each parameter.
    unsafe { hand_over(context, all.as_ptr(), result) }
}

/// # Safety
/// `args` has a pointer to a value for each parameter; `result` is libffi's.
#[inline]
unsafe fn hand_over(context: &Context, args: *const *const u8, result: *mut u8) {
    #[repr(align(16))]
    struct Room(MaybeUninit<[u8; 32]>);

    match context.result {
        // SAFETY: `result_buffer` chose this where the memory is that large; the handler was vouched for in `new`.
        ResultBuffer::Direct { clear } => unsafe {
            result.write_bytes(0, clear);
            (context.handler)(context.user, args, result);
        },
        ResultBuffer::Copied { size } => {
            let mut room = Room(MaybeUninit::zeroed());
            let at = room.0.as_mut_ptr().cast::<u8>();
            // SAFETY: the handler writes no more than 16 bytes or the result's size, which is no more than the room
            // there; `size` bytes are what libffi, or the caller's own memory, takes.
            unsafe {
                (context.handler)(context.user, args, at);
                result.copy_from_nonoverlapping(at, size);
            }
        }
    }
}

fn result_buffer(ty: &Type) -> ResultBuffer {
    let size = ty.size(Abi::HOST);
    let integer = match ty {
        Type::Void => return ResultBuffer::Copied { size: 0 },
        Type::Prim(prim) => !matches!(
            prim,
            Prim::Float
                | Prim::Double
                | Prim::LongDouble
                | Prim::FloatComplex
                | Prim::DoubleComplex
                | Prim::LongDoubleComplex
        ),
        _ => false,
    };
    let in_memory = matches!(
        result_passing(ty, Abi::HOST),
        Passing::Memory | Passing::Reference
    );
    if Abi::HOST == Abi::X86_64Linux && !in_memory {
        return ResultBuffer::Direct {
            clear: size.max(LEAST_RESULT),
        }; // libffi has 32 bytes for what goes to registers
    }
    match size {
        0..LEAST_RESULT if integer => ResultBuffer::Copied {
            size: size.max(raw::FFI_SIZEOF_ARG),
        },
        0..LEAST_RESULT => ResultBuffer::Copied { size },
        _ => ResultBuffer::Direct { clear: size },
    }
}
