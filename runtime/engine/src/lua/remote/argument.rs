//! One argument, converted and carried over.

use std::ffi::c_int;

use moonglue_abi::{Abi, Transfer};

use super::carry::{Sides, narrow, send};
use super::crossing::Crossing;
use super::plan::{Travel, extended};
use super::session::Session;
use super::word::is_remote_pointer;
use crate::lua::bounds::kept_holds;
use crate::lua::ctype::Kind;
use crate::lua::error::Res;
use crate::lua::function::argument::{convert_whole, record_argument};
use crate::lua::function::plan::Param;
use crate::lua::simple::simple_types;
use crate::lua::state::State;

/// Converts one argument and carries it over.
pub(super) fn pass(state: State, session: &Session, param: &Param, travel: &Travel, i: c_int, sides: Sides) -> Res<()> {
    let before = state.top();
    if let Travel::Record(way) = travel {
        return pass_record(state, session, param, way, i, sides);
    }
    match reference_to_target(state, session, param, i) {
        Some(p) => {
            // SAFETY: both frames have at least eight bytes at each slot.
            unsafe { sides.here.cast::<u64>().write(p as u64) };
        }
        None => {
            let i = as_host_value(state, session, param, i)?;
            convert_whole(state, param, i, sides.here)?;
        }
    }
    let mut crossing = Crossing { state, session, object: 0 };
    // SAFETY (of all below): both frames have at least eight bytes at each slot, and the value's size.
    match travel {
        Travel::Same => {
            // SAFETY: see above.
            unsafe { std::ptr::copy_nonoverlapping(sides.here, sides.there, 8) };
        }
        Travel::Narrow { bits, signed } => {
            // SAFETY: see above.
            let v = unsafe { sides.here.cast::<u64>().read() };
            let v = narrow(v, *bits, *signed)?;
            // SAFETY: see above.
            unsafe { sides.there.cast::<u64>().write(extended(v, *bits, *signed)) };
        }
        Travel::Address => {
            // SAFETY: see above.
            let word = unsafe { sides.here.cast::<u64>().read() };
            push_owner(state, i, before, word as *const u8);
            let owner = state.abs(-1);
            let there = session.outgoing(state, word, owner)?;
            state.set_top(owner - 1);
            // SAFETY: see above.
            unsafe { sides.there.cast::<u64>().write(there) };
        }
        Travel::Value(way) => {
            // SAFETY: see above.
            unsafe { send(way.steps(), sides, &mut crossing)? };
        }
        Travel::Record(_) => {}
    }
    Ok(())
}

/// Carries a struct or union over from its object, where it is known what its slots keep.
fn pass_record(state: State, session: &Session, param: &Param, way: &Transfer, i: c_int, sides: Sides) -> Res<()> {
    let before = state.top();
    let here = record_argument(state, param, i)?;
    let candidates = (before + 1..=state.top()).rev().chain([i]);
    let object = candidates.into_iter().find(|&k| state.object(k).is_some_and(|o| o.addr == here)).unwrap_or(0);
    let mut crossing = Crossing { state, session, object };
    // SAFETY: an instance has its type's bytes, the slot has its size on the other side.
    unsafe { send(way.steps(), Sides { here, ..sides }, &mut crossing) }
}

/// The address in a pointer to, or of an array of, a simple type of the library's own target, where the parameter is a
/// pointer to this process's type of that name.
fn reference_to_target(state: State, session: &Session, param: &Param, i: c_int) -> Option<*const u8> {
    let Kind::Pointer(wanted) = &param.ty.kind else { return None };
    let o = state.object(i)?;
    let (given, p) = match &o.ty.kind {
        Kind::Pointer(given) => (given, o.address_value().cast_const()),
        Kind::Array(given, _) => (given, o.addr.cast_const()),
        _ => return None,
    };
    let counterpart = || simple_types(session.context, session.abi).get(&wanted.name);
    let same = given.abi == session.abi && session.abi != Abi::HOST && counterpart().is_some_and(|ty| ty.is(given));
    same.then_some(p)
}

/// An object of a simple type of the library's own target is passed as its value.
fn as_host_value(state: State, session: &Session, param: &Param, i: c_int) -> Res<c_int> {
    let Some(o) = state.object(i) else { return Ok(i) };
    if o.ty.abi == Abi::HOST || o.ty.abi != session.abi {
        return Ok(i);
    }
    if o.ty.conv().is_some() && !o.ty.holds_pointers.get() && param.ty.conv().is_some() {
        state.push_from(o.ty, o.addr, Some(i))?;
        return Ok(state.abs(-1));
    }
    Ok(i)
}

/// Pushes what the address `p`, made from the argument at `i`, belongs to: the argument itself, what it keeps, or what
/// converting it pushed above `before`; nil when nothing is known.
fn push_owner(state: State, i: c_int, before: c_int, p: *const u8) {
    if p.is_null() || is_remote_pointer(p) {
        return state.push_nil();
    }
    for candidate in (before + 1..=state.top()).rev().chain([i]) {
        match state.object(candidate) {
            Some(o) if o.is_function() => {
                if o.address_value().cast_const() == p {
                    return state.push_value(candidate);
                }
            }
            Some(o) => {
                let memory = o.addr as usize..=(o.addr as usize).wrapping_add(o.size);
                if memory.contains(&(p as usize)) {
                    return state.push_root(candidate);
                }
                if o.ty.holds_pointers.get() && !o.ty.is_aggregate() {
                    state.push_keeper(candidate, o.addr, p);
                    if !state.is_nil(-1) {
                        return;
                    }
                    state.pop(1);
                }
            }
            None => {
                state.push_value(candidate);
                if kept_holds(state, p) {
                    return;
                }
                state.pop(1);
            }
        }
    }
    state.push_nil();
}
