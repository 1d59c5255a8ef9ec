//! Platforms without precompiled entries: libffi serves every closure.

use std::convert::Infallible;
use std::ffi::c_void;

use super::target::Target;
use crate::error::Error;
use crate::signature::Signature;

/// There is none.
pub(super) struct Precompiled(Infallible);

impl Precompiled {
    pub(super) fn new(_: &Signature, _: Target) -> Result<Option<Precompiled>, Error> {
        Ok(None)
    }

    pub(super) fn code(&self) -> *const c_void {
        match self.0 {}
    }
}
