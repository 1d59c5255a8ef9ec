//! Where no code can be made.

use std::convert::Infallible;

use super::super::plan::Plan;
use super::Gate;
use crate::lua::context::Context;
use crate::lua::state::ffi;

pub(super) const POSSIBLE: bool = false;

pub(super) struct Code(Infallible);

impl Code {
    pub(super) fn entry(&self) -> ffi::lua_CFunction {
        match self.0 {}
    }
}

pub(super) fn serves(_: &Plan) -> bool {
    false
}

pub(super) fn make(_: &'static Context, _: &Plan, _: &Gate) -> Option<Code> {
    None
}
