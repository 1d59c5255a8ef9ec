//! A result, as this process has it.

use std::ffi::c_int;

use moonglue_abi::{Abi, Prim, Repr, Type};

use super::carry::{Sides, receive};
use super::crossing::{Crossing, Wanted};
use super::plan::{RemotePlan, extended};
use super::session::Session;
use crate::lua::error::Res;
use crate::lua::function::plan::Plan;
use crate::lua::state::State;

/// Turns the other side's result in the buffer into what it is here; what becomes an object is pushed, and counted.
pub(super) fn receive_result(
    state: State,
    session: &Session,
    plan: &Plan,
    remote: &RemotePlan,
    buffer: *mut u8,
) -> Res<Option<c_int>> {
    match remote.result() {
        Type::Void => {}
        Type::Record(_) => {
            let new = state.push_new(plan.result)?.addr;
            let object = state.abs(-1);
            let way = session.way(plan.result);
            let mut crossing = Crossing { state, session, object };
            // SAFETY: the buffer has the result's bytes, the new object its type's.
            unsafe { receive(way.steps(), Sides { here: new, there: buffer }, &mut crossing)? };
            return Ok(Some(1));
        }
        Type::Prim(prim) => receive_scalar(state, session, *prim, buffer, Wanted::Any),
        Type::Array(..) => {}
    }
    Ok(None)
}

/// Widens a scalar in place.
pub(super) fn receive_scalar(state: State, session: &Session, prim: Prim, buffer: *mut u8, wanted: Wanted) {
    match prim.repr(session.abi) {
        Repr::Int { size, signed } => {
            // SAFETY: every result buffer has at least sixteen bytes.
            unsafe {
                let v = buffer.cast::<u64>().read();
                buffer.cast::<u64>().write(extended(v, u32::from(size) * 8, signed));
            }
        }
        Repr::Pointer { size } => {
            // SAFETY: see above.
            let there = unsafe { buffer.cast::<u64>().read() };
            let there = if size == 4 { u64::from(there as u32) } else { there };
            let word = session.incoming(state, there, wanted);
            state.pop(1);
            // SAFETY: see above.
            unsafe { buffer.cast::<u64>().write(word) };
        }
        Repr::Complex(_) if prim.size(session.abi) != prim.size(Abi::HOST) => {
            let (from, to) = (prim.size(session.abi) / 2, prim.size(Abi::HOST) / 2);
            // SAFETY: the buffer has room for the larger of both, which the caller sees to.
            unsafe { std::ptr::copy(buffer.add(from), buffer.add(to), 10) };
        }
        _ => {}
    }
}
