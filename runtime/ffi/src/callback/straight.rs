//! System V x86-64: closures whose handler is called as C called them, with one more argument.
//!
//! The last integer register that carries arguments is left to the handler's own pointer; the entry puts it there and
//! goes on to the handler, which finds every argument in the register that C put it in. Nothing is spilled for it.

use std::arch::naked_asm;
use std::ffi::c_void;
use std::mem::transmute;

use moonglue_abi::{Class, Prim, Type};

use super::pool::{Arrive, Entry, Head};
use super::{RegisterHandlers, WORDS};
use crate::assignment::{APPLIES, Assignment, ResultHome};
use crate::error::Error;
use crate::signature::Signature;
use crate::types::Pinned;

/// An entry that leads to a handler.
pub(super) struct Straight {
    // First, so that the entry is empty before the context goes.
    entry: Entry,
    _context: Pinned<Context>,
}

#[repr(C)]
struct Context {
    head: Head,
    user: *mut c_void,
}

impl Straight {
    /// The signature passed [`Signature::check`]. `None` when it has anything but scalars, too many of them, or a result
    /// that no handler returns; or when all entries are taken.
    pub(super) fn new(
        signature: &Signature,
        handlers: &RegisterHandlers,
        user: *mut c_void,
    ) -> Result<Option<Straight>, Error> {
        let is_scalar = |ty: &Type| matches!(ty, Type::Prim(prim) if !is_wide(*prim));
        let is_simple =
            signature.params.iter().all(is_scalar) && (signature.result == Type::Void || is_scalar(&signature.result));
        if !APPLIES || signature.is_variadic() || !is_simple {
            return Ok(None);
        }
        let call = Assignment::of(signature)?;
        if call.ints > WORDS || call.ints + call.sses < signature.params.len() {
            return Ok(None);
        }
        let vector_result = matches!(&call.result, ResultHome::Registers(classes) if classes[..] == [Class::Sse]);
        let handler = match (vector_result, call.sses) {
            (true, _) => handlers.vector as *const c_void,
            (false, 0) => handlers.words as *const c_void,
            (false, _) => handlers.mixed as *const c_void,
        };
        // SAFETY: both are addresses of code. `pass` goes on to the handler with the registers as they came; nothing
        // calls it as the type says.
        let arrive = unsafe { transmute::<*const c_void, Arrive>(handler) };
        let context = Pinned::new(Box::new(Context { head: Head::passing(pass, arrive), user }));
        // SAFETY: the context is pinned, nobody writes to it, and it is dropped after the entry. `pass` takes what it
        // needs from it.
        let entry = unsafe { Entry::take(context.as_ptr().cast()) };
        Ok(entry.map(|entry| Straight { entry, _context: context }))
    }

    #[inline]
    pub(super) fn code(&self) -> *const c_void {
        self.entry.code()
    }
}

/// Whether values of this kind take more than one register, or none of those that count.
fn is_wide(prim: Prim) -> bool {
    matches!(prim, Prim::LongDouble | Prim::FloatComplex | Prim::DoubleComplex | Prim::LongDoubleComplex)
}

/// Goes on to the handler, with the context's pointer in the sixth integer register.
#[unsafe(naked)]
unsafe extern "C" fn pass() {
    naked_asm!(
        ".cfi_startproc",
        "movq {user}(%r11), %r9",
        "jmpq *{arrive}(%r11)",
        ".cfi_endproc",
        user = const std::mem::offset_of!(Context, user),
        arrive = const Head::ARRIVE,
        options(att_syntax),
    )
}
