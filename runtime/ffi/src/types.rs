//! libffi's type descriptions, made up so that libffi decides what we decided.
//!
//! libffi classifies aggregates by their elements and is wrong about unions, packed structs and `long double` inside
//! structs. It takes size and alignment as given, though, when they are already filled in. So an aggregate is
//! described by elements that lead libffi to the classes known to be right, whatever its real fields are.

use std::ptr::{self, NonNull};

use libffi::raw;
use libffi::raw::ffi_type;
use moonglue_abi::{FloatRepr, Repr};

/// A value at a fixed address, whose address may be handed out before the value is used again.
pub(crate) struct Pinned<T: ?Sized>(NonNull<T>);

impl<T: ?Sized> Pinned<T> {
    pub(crate) fn new(value: Box<T>) -> Pinned<T> {
        Pinned(NonNull::from(Box::leak(value)))
    }

    pub(crate) fn as_ptr(&self) -> *mut T {
        self.0.as_ptr()
    }
}

impl<T: ?Sized> Drop for Pinned<T> {
    fn drop(&mut self) {
        // SAFETY: the pointer came out of a box in `new` and nobody else frees it.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

/// The most elements a description needs: four floats of a homogeneous aggregate on 64-bit ARM.
const MAX_ELEMENTS: usize = 4;

/// An aggregate's description together with its null-terminated list of elements.
struct Node {
    ty: ffi_type,
    elements: [*mut ffi_type; MAX_ELEMENTS + 1],
}

/// Owns the made-up descriptions; pointers into it are good as long as it lives.
#[derive(Default)]
pub(crate) struct Types {
    nodes: Vec<Pinned<Node>>,
}

impl Types {
    /// An aggregate of that size (not zero) and alignment, classified by libffi as its elements say.
    pub(crate) fn aggregate(&mut self, size: usize, align: usize, elements: &[*mut ffi_type]) -> *mut ffi_type {
        let mut list = [ptr::null_mut(); MAX_ELEMENTS + 1];
        for (place, element) in list.iter_mut().take(MAX_ELEMENTS).zip(elements) {
            *place = *element;
        }
        let node = Pinned::new(Box::new(Node {
            ty: ffi_type { size, alignment: align as u16, type_: raw::FFI_TYPE_STRUCT, elements: ptr::null_mut() },
            elements: list,
        }));
        let at = node.as_ptr();
        self.nodes.push(node);
        // SAFETY: `at` is a live node at a fixed address that nothing else refers to yet; the raw places derive from it.
        unsafe {
            (*at).ty.elements = (&raw mut (*at).elements).cast();
            &raw mut (*at).ty
        }
    }

    /// An aggregate that System V's classification puts in memory, however small it is.
    pub(crate) fn in_memory(&mut self, size: usize, align: usize) -> *mut ffi_type {
        // An element larger than 32 bytes: libffi answers "memory" for it and for what contains it, and copies only
        // the outer size.
        let large = self.aggregate(64, 1, &[&raw mut raw::ffi_type_uint8]);
        self.aggregate(size, align, &[large])
    }
}

/// libffi's own description of a scalar; `None` for a complex type that libffi does not know on this platform.
pub(crate) fn scalar(repr: Repr) -> Option<*mut ffi_type> {
    Some(match repr {
        Repr::Bool => &raw mut raw::ffi_type_uint8,
        Repr::Int { size: 1, signed: true } => &raw mut raw::ffi_type_sint8,
        Repr::Int { size: 1, signed: false } => &raw mut raw::ffi_type_uint8,
        Repr::Int { size: 2, signed: true } => &raw mut raw::ffi_type_sint16,
        Repr::Int { size: 2, signed: false } => &raw mut raw::ffi_type_uint16,
        Repr::Int { size: 4, signed: true } => &raw mut raw::ffi_type_sint32,
        Repr::Int { size: 4, signed: false } => &raw mut raw::ffi_type_uint32,
        Repr::Int { signed: true, .. } => &raw mut raw::ffi_type_sint64,
        Repr::Int { signed: false, .. } => &raw mut raw::ffi_type_uint64,
        Repr::Pointer { .. } => &raw mut raw::ffi_type_pointer,
        Repr::F32 => float(FloatRepr::F32),
        Repr::F64 => float(FloatRepr::F64),
        Repr::X87 | Repr::F128 => float(FloatRepr::X87),
        Repr::Complex(part) => return complex(part),
    })
}

/// libffi's description of a real floating-point number; the two wide formats are its `long double`.
pub(crate) fn float(repr: FloatRepr) -> *mut ffi_type {
    match repr {
        FloatRepr::F32 => &raw mut raw::ffi_type_float,
        FloatRepr::F64 => &raw mut raw::ffi_type_double,
        FloatRepr::X87 | FloatRepr::F128 => &raw mut raw::ffi_type_longdouble,
    }
}

#[cfg(not(windows))]
fn complex(part: FloatRepr) -> Option<*mut ffi_type> {
    Some(match part {
        FloatRepr::F32 => &raw mut raw::ffi_type_complex_float,
        FloatRepr::F64 => &raw mut raw::ffi_type_complex_double,
        FloatRepr::X87 | FloatRepr::F128 => &raw mut raw::ffi_type_complex_longdouble,
    })
}

#[cfg(windows)]
fn complex(_: FloatRepr) -> Option<*mut ffi_type> {
    None
}
