//! Calls prepared once and made often.

use std::ffi::c_void;

use moonglue_abi::Abi;

use crate::assignment::{self, Assignment};
use crate::cif::{Cif, frame_layout};
use crate::error::Error;
use crate::registers::RegisterCall;
use crate::signature::Signature;

/// A signature prepared once for calling.
///
/// # The argument frame
///
/// The caller of [`invoke`](PreparedCall::invoke) provides [`frame_size`](PreparedCall::frame_size) bytes, aligned to
/// 16, and writes argument `i` at byte [`slot(i)`](PreparedCall::slot):
///
/// | argument | bytes to write |
/// |---|---|
/// | integers, `_Bool`, pointers | 8, sign- or zero-extended from the type's width |
/// | `float` | 8: its 4 bytes, then zeros |
/// | `double` | 8 |
/// | `long double` | its size, 16-aligned in the frame where the type is |
/// | complex numbers, structs and unions | their size; the slot is rounded up to 8 and the rest may stay unwritten |
///
/// A frame may be written again after a call, but must be: `invoke` uses it as scratch space.
///
/// # The result
///
/// `result` has [`result_size`](PreparedCall::result_size) bytes, any alignment the result type is content with.
/// Integers (and `_Bool`, pointers) fill 8 bytes, of which only the type's width is meaningful; a `float` its first 4
/// bytes (what follows up to 8 is rubbish); `double` 8; `long double` its size. Of a struct, union or complex number
/// exactly its size is written, so that the buffer may be the object that receives it. `void` writes nothing.
pub struct PreparedCall {
    path: Path,
    slots: Box<[u32]>,
    frame_size: usize,
    result_size: usize,
}

/// Both give the same results; which one serves a signature is only a matter of speed.
enum Path {
    Registers(RegisterCall),
    Libffi(Cif),
}

impl PreparedCall {
    /// Prepares the fastest way of calling that fits the signature.
    ///
    /// # Errors
    /// [`Error::NotAValue`] for `void` or array parameters, [`Error::Unpromoted`] for a variadic argument of a type
    /// that C promotes, [`Error::Unsupported`] for values this platform's port cannot pass, and
    /// [`Error::ParameterCount`] or [`Error::Prepare`] for signatures that are impossible.
    pub fn new(signature: &Signature) -> Result<PreparedCall, Error> {
        signature.check()?;
        // A variadic callee wants the number of vector registers in al, which libffi sets.
        if assignment::APPLIES && !signature.is_variadic() {
            let assignment = Assignment::of(signature)?;
            if let Some((call, slots, frame_size)) = RegisterCall::new(signature, &assignment) {
                let result_size = result_size(signature);
                return Ok(PreparedCall { path: Path::Registers(call), slots, frame_size, result_size });
            }
        }
        PreparedCall::through_libffi(signature)
    }

    /// Prepares the general way of calling even where a faster one fits: the reference that the others are measured
    /// against.
    ///
    /// # Errors
    /// As for [`PreparedCall::new`].
    pub fn with_libffi(signature: &Signature) -> Result<PreparedCall, Error> {
        signature.check()?;
        PreparedCall::through_libffi(signature)
    }

    fn through_libffi(signature: &Signature) -> Result<PreparedCall, Error> {
        let cif = Cif::new(signature)?;
        let (slots, frame_size) = frame_layout(&signature.params);
        Ok(PreparedCall { path: Path::Libffi(cif), slots, frame_size, result_size: result_size(signature) })
    }

    /// Bytes of argument frame that [`invoke`](PreparedCall::invoke) wants: a multiple of 16, 0 possible.
    #[inline]
    pub fn frame_size(&self) -> usize {
        self.frame_size
    }

    /// Where in the frame argument `i` is written, in bytes from its start.
    ///
    /// # Panics
    /// When there is no parameter `i`.
    #[inline]
    pub fn slot(&self, i: usize) -> usize {
        self.slots[i] as usize
    }

    /// Bytes the result buffer must have: the result's size, and never less than 16.
    #[inline]
    pub fn result_size(&self) -> usize {
        self.result_size
    }

    /// Whether the call goes straight through registers rather than through libffi.
    #[inline]
    pub fn in_registers(&self) -> bool {
        matches!(self.path, Path::Registers(_))
    }

    /// Calls `code`.
    ///
    /// # Safety
    /// - `code` is the address of a function with the signature this call was prepared from, and calling it with
    ///   these arguments is sound. It must not unwind into this frame.
    /// - `frame` is writable for [`frame_size`](PreparedCall::frame_size) bytes and aligned to 16, and every argument
    ///   has been written to its slot as the table above says.
    /// - `result` is writable for [`result_size`](PreparedCall::result_size) bytes and does not overlap the frame.
    #[inline]
    pub unsafe fn invoke(&self, code: *const c_void, frame: *mut u8, result: *mut u8) {
        match &self.path {
            // SAFETY: the same contract.
            Path::Registers(call) => unsafe { call.invoke(code, frame, result) },
            // SAFETY: the same contract; the slots are the ones the caller wrote to.
            Path::Libffi(cif) => unsafe { cif.invoke(code, frame, &self.slots, result) },
        }
    }
}

impl std::fmt::Debug for PreparedCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PreparedCall")
            .field("in_registers", &self.in_registers())
            .field("slots", &self.slots)
            .field("frame_size", &self.frame_size)
            .field("result_size", &self.result_size)
            .finish()
    }
}

/// libffi widens small results to a whole register, and pairs of registers are stored whole.
const LEAST_RESULT: usize = 16;

fn result_size(signature: &Signature) -> usize {
    signature.result.size(Abi::HOST).max(LEAST_RESULT)
}
