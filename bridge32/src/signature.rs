//! From signatures on the wire to native ones.

use moonglue_ffi::{Convention, Signature};

/// The signature for this process, with its own layouts.
pub(crate) fn native(signature: &moonglue_wire::Signature) -> Result<Signature, moonglue_wire::Error> {
    let types = signature.types()?;
    let convention = match types.convention {
        moonglue_wire::Convention::C => Convention::C,
        moonglue_wire::Convention::Stdcall => Convention::Stdcall,
    };
    Ok(Signature { result: types.result, params: types.params, fixed: types.fixed, convention })
}
