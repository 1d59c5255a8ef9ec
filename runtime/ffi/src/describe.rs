//! From C types to what libffi must be told.

use libffi::raw::{self, ffi_type};
use moonglue_abi::{Abi, Class, Passing, Prim, Type, passing, result_passing};

use crate::assignment::{self, Assignment, Home, ResultHome};
use crate::error::{Error, Place};
use crate::signature::Signature;
use crate::types::{Types, float, scalar};

/// A signature in libffi's terms; `None` is a parameter without bytes, which is not passed.
pub(crate) struct Described {
    pub(crate) result: *mut ffi_type,
    pub(crate) params: Vec<Option<*mut ffi_type>>,
}

/// Describes a whole signature; the descriptions belong to `types`.
pub(crate) fn describe(signature: &Signature, types: &mut Types) -> Result<Described, Error> {
    if assignment::APPLIES { system_v(signature, types) } else { elsewhere(signature, types) }
}

fn system_v(signature: &Signature, types: &mut Types) -> Result<Described, Error> {
    let call = Assignment::of(signature)?;
    let size = signature.result.size(Abi::HOST);
    let result = match call.result {
        ResultHome::Nothing => &raw mut raw::ffi_type_void,
        ResultHome::Registers(classes) => match real_scalar(&signature.result) {
            Some(ty) => ty,
            None => in_registers(types, size, &classes),
        },
        ResultHome::X87 => &raw mut raw::ffi_type_longdouble,
        ResultHome::ComplexX87 => complex_long_double()?,
        ResultHome::Memory => types.in_memory(size, 8),
    };
    let mut params = Vec::with_capacity(signature.params.len());
    for (param, home) in signature.params.iter().zip(call.params) {
        let (size, align) = (param.size(Abi::HOST), param.align(Abi::HOST));
        params.push(match home {
            Home::Nothing => None,
            Home::Registers(registers) => Some(match real_scalar(param) {
                Some(ty) => ty,
                None => {
                    let classes: Vec<Class> = registers.iter().map(|register| register.class()).collect();
                    in_registers(types, size, &classes)
                }
            }),
            Home::Stack(_) => Some(match real_scalar(param) {
                Some(ty) => ty,
                None => types.in_memory(size, align),
            }),
        });
    }
    Ok(Described { result, params })
}

/// An aggregate that travels in registers of these classes, one for each eight bytes.
fn in_registers(types: &mut Types, size: usize, classes: &[Class]) -> *mut ffi_type {
    let elements: Vec<_> = classes
        .iter()
        .map(|class| match class {
            Class::Integer => &raw mut raw::ffi_type_sint64,
            Class::Sse => &raw mut raw::ffi_type_double,
        })
        .collect();
    // Behind the last class there may be padding of an over-aligned aggregate. It takes no register, but libffi's
    // closures would step over one for it: leave it out.
    types.aggregate(size.min(8 * classes.len()), 8, &elements)
}

/// Anything but System V x86-64: libffi's own rules look at sizes and at homogeneous floats only.
fn elsewhere(signature: &Signature, types: &mut Types) -> Result<Described, Error> {
    let result = match result_passing(&signature.result, Abi::HOST) {
        // libffi returns everything of that size in a register there, gcc does not.
        Passing::Memory
            if Abi::HOST == Abi::X86_64Windows && matches!(signature.result.size(Abi::HOST), 1 | 2 | 4 | 8) =>
        {
            return Err(Error::Unsupported { place: Place::Result, what: "a small complex number".into() });
        }
        Passing::Nothing => &raw mut raw::ffi_type_void,
        passing => plain(&signature.result, &passing, types),
    };
    let params = signature.params.iter().map(|param| match passing(param, Abi::HOST) {
        Passing::Nothing => None,
        passing => Some(plain(param, &passing, types)),
    });
    Ok(Described { result, params: params.collect() })
}

fn plain(ty: &Type, passing: &Passing, types: &mut Types) -> *mut ffi_type {
    if let Type::Prim(prim) = ty
        && let Some(ty) = scalar(prim.repr(Abi::HOST))
    {
        return ty;
    }
    // Empty structs have their place here and there; libffi takes no size of zero, and one byte makes no difference to it.
    let size = ty.size(Abi::HOST).max(1);
    if let Passing::Hfa { count, float: format } = passing {
        let elements = vec![float(*format); (*count).into()];
        return types.aggregate(size, ty.align(Abi::HOST), &elements);
    }
    // On 32-bit x86 every aggregate on the stack is aligned to 4, whatever it holds.
    let most = if Abi::HOST.pointer_size() == 4 { 4 } else { usize::MAX };
    types.aggregate(size, ty.align(Abi::HOST).min(most), &[&raw mut raw::ffi_type_uint8])
}

/// The description of a scalar that is not complex; complex numbers are aggregates to the classification.
fn real_scalar(ty: &Type) -> Option<*mut ffi_type> {
    match ty {
        Type::Prim(Prim::FloatComplex | Prim::DoubleComplex | Prim::LongDoubleComplex) => None,
        Type::Prim(prim) => scalar(prim.repr(Abi::HOST)),
        _ => None,
    }
}

fn complex_long_double() -> Result<*mut ffi_type, Error> {
    let what = Prim::LongDoubleComplex;
    scalar(what.repr(Abi::HOST))
        .ok_or_else(|| Error::Unsupported { place: Place::Result, what: what.c_name().to_owned() })
}
