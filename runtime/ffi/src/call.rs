//! Calls prepared once and made often.

use std::ffi::c_void;

use moonglue_abi::Abi;

use crate::assignment::{self, Assignment, STACK_ALIGN};
use crate::cif::{Cif, frame_layout};
use crate::error::Error;
use crate::image::Image;
use crate::registers::RegisterCall;
use crate::signature::Signature;
use crate::stacked::StackCall;

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
/// `result` has [`result_size`](PreparedCall::result_size) bytes, at a multiple of [`result_align`](PreparedCall::result_align).
/// Integers (and `_Bool`, pointers) fill 8 bytes, of which only the type's width is meaningful; a `float` its first 4
/// bytes (what follows up to 8 is rubbish); `double` 8; `long double` its size. Of a struct, union or complex number
/// exactly its size is written, so that the buffer may be the object that receives it. `void` writes nothing.
pub struct PreparedCall {
    path: Path,
    slots: Box<[u32]>,
    frame_size: usize,
    result_size: usize,
    result_align: usize,
}

/// All give the same results; which one serves a signature is a matter of speed, but for alignments that libffi has no
/// stack for.
enum Path {
    Registers(RegisterCall),
    Stack(StackCall),
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
        if assignment::APPLIES {
            let assignment = Assignment::of(signature)?;
            let image = Image::of(signature, &assignment);
            // A variadic callee wants the number of vector registers in al.
            if !signature.is_variadic()
                && let Some(call) = RegisterCall::new(signature, &assignment, &image)
            {
                return Ok(PreparedCall::with_image(signature, Path::Registers(call), image));
            }
            if let Some(call) = StackCall::new(signature, &assignment, &image) {
                return Ok(PreparedCall::with_image(signature, Path::Stack(call), image));
            }
        }
        PreparedCall::through_libffi(signature)
    }

    /// Prepares a call through libffi even where a faster one fits: the reference that the others are measured against.
    /// Only what libffi cannot call, arguments on a stack aligned to more than 16 bytes, goes the way it always goes.
    ///
    /// # Errors
    /// As for [`PreparedCall::new`].
    pub fn with_libffi(signature: &Signature) -> Result<PreparedCall, Error> {
        signature.check()?;
        if assignment::APPLIES && Assignment::of(signature)?.stack.align > STACK_ALIGN {
            return PreparedCall::new(signature);
        }
        PreparedCall::through_libffi(signature)
    }

    fn with_image(signature: &Signature, path: Path, image: Image) -> PreparedCall {
        PreparedCall::with_frame(signature, path, image.slots, image.size)
    }

    fn through_libffi(signature: &Signature) -> Result<PreparedCall, Error> {
        let cif = Cif::new(signature)?;
        let (slots, frame_size) = frame_layout(&signature.params);
        Ok(PreparedCall::with_frame(signature, Path::Libffi(cif), slots, frame_size))
    }

    fn with_frame(signature: &Signature, path: Path, slots: Box<[u32]>, frame_size: usize) -> PreparedCall {
        let result = &signature.result;
        let (result_size, result_align) = (result.size(Abi::HOST).max(LEAST_RESULT), result.align(Abi::HOST));
        PreparedCall { path, slots, frame_size, result_size, result_align }
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

    /// What the address of the result buffer must be a multiple of: the result's alignment, a power of two. Functions that
    /// write their result to memory count on it.
    #[inline]
    pub fn result_align(&self) -> usize {
        self.result_align
    }

    /// Whether arguments and result travel in registers alone, and straight there.
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
    /// - `result` is writable for [`result_size`](PreparedCall::result_size) bytes, aligned to
    ///   [`result_align`](PreparedCall::result_align), and does not overlap the frame.
    #[inline]
    pub unsafe fn invoke(&self, code: *const c_void, frame: *mut u8, result: *mut u8) {
        match &self.path {
            // SAFETY: the same contract.
            Path::Registers(call) => unsafe { call.invoke(code, frame, result) },
            // SAFETY: the same contract.
            Path::Stack(call) => unsafe { call.invoke(code, frame, result) },
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
