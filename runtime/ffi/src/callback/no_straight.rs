//! Platforms without entries that lead straight to a handler.

use std::convert::Infallible;
use std::ffi::c_void;

use super::RegisterHandlers;
use crate::error::Error;
use crate::signature::Signature;

/// There is none.
pub(super) struct Straight(Infallible);

impl Straight {
    pub(super) fn new(_: &Signature, _: &RegisterHandlers, _: *mut c_void) -> Result<Option<Straight>, Error> {
        Ok(None)
    }

    pub(super) fn code(&self) -> *const c_void {
        match self.0 {}
    }
}
