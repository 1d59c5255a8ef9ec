//! Platforms without calls of our own: libffi makes every one that does not go through registers alone.

use std::convert::Infallible;
use std::ffi::c_void;

use crate::assignment::Assignment;
use crate::image::Image;
use crate::signature::Signature;

/// There is none.
pub(crate) struct StackCall(Infallible);

impl StackCall {
    pub(crate) fn new(_: &Signature, _: &Assignment, _: &Image) -> Option<StackCall> {
        None
    }

    pub(crate) unsafe fn invoke(&self, _: *const c_void, _: *mut u8, _: *mut u8) {
        match self.0 {}
    }
}
