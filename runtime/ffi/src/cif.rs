//! A signature prepared for libffi: the base of general calls and of callbacks.

use std::ffi::c_void;
use std::mem::MaybeUninit;

use libffi::raw::{self, ffi_cif, ffi_type};
use moonglue_abi::{Abi, Type};

use crate::describe::describe;
use crate::error::Error;
use crate::signature::{Convention, Signature};
use crate::types::{Pinned, Types};

/// Calls with up to this many arguments need no memory from the heap.
const STACK_ARGUMENTS: usize = 32;

/// A libffi call interface and all it points to.
pub(crate) struct Cif {
    cif: Pinned<ffi_cif>,
    /// For each argument libffi knows, the index of the parameter; values without bytes are not among them.
    params: Box<[u32]>,
    // Only pointed to by `cif`:
    _arguments: Pinned<[*mut ffi_type]>,
    _types: Types,
}

// SAFETY: after `new` nothing changes what the pointers lead to: libffi reads a prepared call interface and its types.
unsafe impl Send for Cif {}
// SAFETY: as above; `invoke` and closures only read.
unsafe impl Sync for Cif {}

impl Cif {
    /// Prepares a signature that passed [`Signature::check`].
    pub(crate) fn new(signature: &Signature) -> Result<Cif, Error> {
        let mut types = Types::default();
        let described = describe(signature, &mut types)?;
        let mut params = Vec::with_capacity(described.params.len());
        let mut arguments = Vec::with_capacity(described.params.len());
        let mut fixed = 0;
        for (index, ty) in described.params.into_iter().enumerate() {
            if let Some(ty) = ty {
                params.push(index as u32);
                arguments.push(ty);
                fixed += u32::from(index < signature.fixed);
            }
        }
        let count = arguments.len() as u32;
        let arguments = Pinned::new(arguments.into_boxed_slice());
        let cif = Pinned::new(Box::new(ffi_cif::default()));
        let abi = libffi_abi(signature.convention);
        let list = arguments.as_ptr().cast();
        // SAFETY: `cif` and `arguments` have fixed addresses and live, with `types`, as long as the result; the list
        // has `count` entries; every description is complete (static ones of libffi, or made in `describe`).
        let status = unsafe {
            if signature.is_variadic() {
                raw::ffi_prep_cif_var(cif.as_ptr(), abi, fixed, count, described.result, list)
            } else {
                raw::ffi_prep_cif(cif.as_ptr(), abi, count, described.result, list)
            }
        };
        if status != raw::ffi_status_FFI_OK {
            return Err(Error::Prepare { status });
        }
        Ok(Cif { cif, params: params.into(), _arguments: arguments, _types: types })
    }

    /// libffi's own structure. It is never written to.
    pub(crate) fn as_ptr(&self) -> *mut ffi_cif {
        self.cif.as_ptr()
    }

    /// For each argument libffi knows, the parameter it belongs to.
    pub(crate) fn params(&self) -> &[u32] {
        &self.params
    }

    /// Calls `code`; the argument of parameter `i` lies at `frame + slots[i]`.
    ///
    /// # Safety
    /// `code` is a function of the signature given to [`Cif::new`]. Every slot holds a value of its parameter's type.
    /// `result` is writable for the result's size and for at least 16 bytes.
    pub(crate) unsafe fn invoke(&self, code: *const c_void, frame: *mut u8, slots: &[u32], result: *mut u8) {
        let count = self.params.len();
        if count <= STACK_ARGUMENTS {
            let mut values = [const { MaybeUninit::uninit() }; STACK_ARGUMENTS];
            // SAFETY: passed on; `values` has room for `count`.
            unsafe { self.invoke_through(&mut values[..count], code, frame, slots, result) };
        } else {
            let mut values = vec![MaybeUninit::uninit(); count];
            // SAFETY: passed on; `values` has room for `count`.
            unsafe { self.invoke_through(&mut values, code, frame, slots, result) };
        }
    }

    /// # Safety
    /// As for [`Cif::invoke`]; `values` has one place for each argument.
    unsafe fn invoke_through(
        &self,
        values: &mut [MaybeUninit<*mut c_void>],
        code: *const c_void,
        frame: *mut u8,
        slots: &[u32],
        result: *mut u8,
    ) {
        for (value, param) in values.iter_mut().zip(&self.params) {
            let slot = slots[*param as usize] as usize;
            // SAFETY: the caller's frame reaches over all its slots.
            value.write(unsafe { frame.add(slot) }.cast());
        }
        // SAFETY: a function pointer and a data pointer have one size on every platform with `dlsym`; the option is
        // null-safe, and that `code` is callable is the caller's promise.
        let code = unsafe { std::mem::transmute::<*const c_void, Option<unsafe extern "C" fn()>>(code) };
        // SAFETY: the call interface was prepared in `new`; `values` now has a pointer for each argument; the rest is
        // the caller's promise.
        unsafe { raw::ffi_call(self.as_ptr(), code, result.cast(), values.as_mut_ptr().cast()) };
    }
}

fn libffi_abi(convention: Convention) -> raw::ffi_abi {
    match convention {
        Convention::C => raw::ffi_abi_FFI_DEFAULT_ABI,
        #[cfg(target_arch = "x86")]
        Convention::Stdcall => raw::ffi_abi_FFI_STDCALL,
        #[cfg(not(target_arch = "x86"))]
        Convention::Stdcall => raw::ffi_abi_FFI_DEFAULT_ABI,
    }
}

/// Where each argument lies when libffi takes it: in order, each at a multiple of 8 (16 for what is aligned so), and
/// the size of the whole.
pub(crate) fn frame_layout(params: &[Type]) -> (Box<[u32]>, usize) {
    let mut end = 0usize;
    let slots = params.iter().map(|param| {
        let align = if param.align(Abi::HOST) >= 16 { 16 } else { 8 };
        let slot = end.next_multiple_of(align);
        end = slot + param.size(Abi::HOST).max(1).next_multiple_of(8);
        slot as u32
    });
    (slots.collect(), end.next_multiple_of(16))
}
