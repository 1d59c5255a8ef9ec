//! What a closure leads to, whichever way C comes in.

use std::ffi::c_void;
use std::mem::MaybeUninit;

use libffi::raw;
use moonglue_abi::{Abi, Passing, Prim, Type, result_passing};

use super::Handler;

/// The handler, and how it gets its result buffer.
#[derive(Clone, Copy)]
pub(super) struct Target {
    pub(super) handler: Handler,
    pub(super) user: *mut c_void,
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

impl Target {
    pub(super) fn new(handler: Handler, user: *mut c_void, result: &Type) -> Target {
        Target { handler, user, result: result_buffer(result) }
    }

    /// Runs the handler.
    ///
    /// # Safety
    /// `args` has a pointer to a value for each parameter. `result` is libffi's result memory, or the caller's own
    /// memory for a result that travels there.
    #[inline]
    pub(super) unsafe fn hand_over(&self, args: *const *const u8, result: *mut u8) {
        #[repr(align(16))]
        struct Room(MaybeUninit<[u8; 32]>);

        match self.result {
            // SAFETY: `result_buffer` chose this where the memory is that large; the handler was vouched for where the
            // closure was made.
            ResultBuffer::Direct { clear } => unsafe {
                result.write_bytes(0, clear);
                (self.handler)(self.user, args, result);
            },
            ResultBuffer::Copied { size } => {
                let mut room = Room(MaybeUninit::zeroed());
                let at = room.0.as_mut_ptr().cast::<u8>();
                // SAFETY: the handler writes no more than 16 bytes or the result's size, which is no more than the room
                // there; `size` bytes are what libffi, or the caller's own memory, takes.
                unsafe {
                    (self.handler)(self.user, args, at);
                    result.copy_from_nonoverlapping(at, size);
                }
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
    let in_memory = matches!(result_passing(ty, Abi::HOST), Passing::Memory | Passing::Reference);
    if Abi::HOST == Abi::X86_64Linux && !in_memory {
        return ResultBuffer::Direct { clear: size.max(LEAST_RESULT) }; // libffi has 32 bytes for what goes to registers
    }
    match size {
        0..LEAST_RESULT if integer => ResultBuffer::Copied { size: size.max(raw::FFI_SIZEOF_ARG) },
        0..LEAST_RESULT => ResultBuffer::Copied { size },
        _ => ResultBuffer::Direct { clear: size },
    }
}
