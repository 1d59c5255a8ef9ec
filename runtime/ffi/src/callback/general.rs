//! Function pointers that libffi provides: for every signature, on every platform.

use std::ffi::c_void;
use std::ptr;

use libffi::raw::{self, ffi_cif, ffi_closure};

use super::target::Target;
use crate::cif::Cif;
use crate::error::Error;
use crate::executable::why_refused;
use crate::signature::Signature;
use crate::types::Pinned;

/// A libffi closure and all it points to.
pub(super) struct General {
    closure: *mut ffi_closure,
    code: *const c_void,
    // Only pointed to by `closure`:
    _context: Pinned<Context>,
}

/// What the function on the other side of the pointer needs.
struct Context {
    cif: Cif,
    target: Target,
    params: usize,
    /// Some parameters have no bytes: libffi does not know of them, the handler does.
    gaps: bool,
}

impl General {
    /// The signature passed [`Signature::check`].
    pub(super) fn new(signature: &Signature, target: Target) -> Result<General, Error> {
        let cif = Cif::new(signature)?;
        let params = signature.params.len();
        let gaps = cif.params().len() != params;
        let context = Pinned::new(Box::new(Context { cif, target, params, gaps }));
        let mut code = ptr::null_mut();
        // SAFETY: asks for memory of that size; both results are checked.
        let closure: *mut ffi_closure = unsafe { raw::ffi_closure_alloc(size_of::<ffi_closure>(), &mut code) }.cast();
        if closure.is_null() || code.is_null() {
            return Err(Error::ExecutableMemory { reason: why_refused(&std::io::Error::last_os_error()) });
        }
        let this = General { closure, code, _context: context };
        let at = this._context.as_ptr();
        // SAFETY: the closure and its code address come from libffi; the prepared call interface and the context have
        // fixed addresses and live as long as `this`, whose drop frees the closure first.
        let status = unsafe { raw::ffi_prep_closure_loc(closure, (*at).cif.as_ptr(), Some(arrive), at.cast(), code) };
        if status != raw::ffi_status_FFI_OK {
            return Err(Error::Prepare { status });
        }
        Ok(this)
    }

    #[inline]
    pub(super) fn code(&self) -> *const c_void {
        self.code
    }
}

impl Drop for General {
    fn drop(&mut self) {
        // SAFETY: it came from `ffi_closure_alloc` and is freed once; C no longer calls it, as `Closure::code` demands.
        unsafe { raw::ffi_closure_free(self.closure.cast()) }
    }
}

/// Where libffi's trampolines lead.
///
/// # Safety
/// Called by libffi: `user` is the context given to `ffi_prep_closure_loc`, `args` has a pointer for each argument of
/// its call interface, and `result` is where the result's bytes belong.
unsafe extern "C" fn arrive(_: *mut ffi_cif, result: *mut c_void, args: *mut *mut c_void, user: *mut c_void) {
    // SAFETY: the context lives as long as the closure, and nobody writes to it.
    let context = unsafe { &*user.cast::<Context>() };
    if context.gaps {
        // SAFETY: passed on.
        unsafe { arrive_with_gaps(context, args.cast(), result.cast()) }
    } else {
        // SAFETY: passed on; there is an argument for each parameter.
        unsafe { context.target.hand_over(args.cast(), result.cast()) }
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
    unsafe { context.target.hand_over(all.as_ptr(), result) }
}
