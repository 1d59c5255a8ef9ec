//! Addresses that come out of a call and lie in what its arguments lent it: the end that `strtol` stores, what `strstr` returns.
//!
//! An argument is alive during the call: the private copy of a string, the array made of a table, an object that nobody else has.
//! A pointer into it that a script holds afterwards keeps it from then on.

use std::ffi::c_int;
use std::ops::Range;

use moonglue_abi::Abi;

use super::plan::{Give, Param, Pass, Plan};
use crate::lua::bounds::{kept_holds, kept_range};
use crate::lua::ctype::{Kind, TypeRef};
use crate::lua::error::{Kind as ErrorKind, Res, fail};
use crate::lua::state::State;

/// Memory of an argument, and the stack position of what keeps it.
struct Lent {
    memory: Range<usize>,
    keeper: c_int,
}

/// Whether a call with these parameters and this result may give back an address that it was lent.
pub(super) fn may_give_back(params: &[Param], give: Give, result: TypeRef) -> bool {
    let lenders = params.iter().filter(|p| lends(p)).count();
    let result_may = match give {
        Give::Value => matches!(result.kind, Kind::Pointer(_)),
        Give::Record => result.holds_pointers.get(),
        _ => false,
    };
    lenders > 0 && result_may || lenders > 1 && params.iter().any(|p| receiver(p).is_some())
}

fn lends(param: &Param) -> bool {
    match param.pass {
        Pass::CharP | Pass::Array | Pass::InOut | Pass::Out(_) => true,
        Pass::Address => !matches!(param.ty.kind, Kind::Function(_)),
        _ => false,
    }
}

/// The type of what a parameter points at, where C can store addresses in it.
fn receiver(param: &Param) -> Option<TypeRef> {
    match (param.pass, &param.ty.kind) {
        (Pass::Address | Pass::Array, Kind::Pointer(t) | Kind::Array(t, _)) => Some(*t),
        _ => None,
    }
    .filter(|t| t.holds_pointers.get() && t.abi == Abi::HOST)
}

/// After a call by `plan` with the arguments from `first` on: makes its `results` on the top of the stack, and what C stored
/// through its arguments, keep what they point into. What was converted for the call lies on the stack from `base` on.
pub(super) fn keep_lent(state: State, plan: &Plan, first: c_int, base: c_int, results: c_int) -> Res<()> {
    let top = state.top();
    let count = plan.params.len() as c_int;
    if !state.reserve(2 * count + (top - base) + 30) {
        return fail(ErrorKind::MemoryError, "the Lua stack is full");
    }
    let mut lent = Vec::new();
    for (param, i) in plan.params.iter().zip(first..) {
        lent.extend(lent_at(state, i, is_pointee(state, param, i)));
    }
    lent.extend((base + 1..=top - results).filter_map(|i| lent_at(state, i, false)));
    if !lent.is_empty() {
        if results > 0 {
            keep_in_result(state, top, &lent);
        }
        for (param, i) in plan.params.iter().zip(first..).filter(|(p, _)| receiver(p).is_some()) {
            keep_in_argument(state, i, is_pointee(state, param, i), &lent);
        }
    }
    state.set_top(top);
    Ok(())
}

/// Whether the object at `i` is passed by its own address, as what `param` points at.
fn is_pointee(state: State, param: &Param, i: c_int) -> bool {
    let Kind::Pointer(target) = &param.ty.kind else { return false };
    state.object(i).is_some_and(|o| !o.by_reference && o.ty.derives_from(target))
}

/// What the value at `i` lends C: itself where it `is_pointee`, what a pointer points at else. Leaves its keeper on the stack.
fn lent_at(state: State, i: c_int, is_pointee: bool) -> Option<Lent> {
    match state.object(i) {
        Some(o) if !is_pointee && !o.ty.is_aggregate() && (o.ty.holds_pointers.get() || o.ty.function().is_some()) => {
            state.push_kept(i, o.addr)
        }
        Some(_) => state.push_anchor(i),
        None if state.is_table(i) && !is_anchor(state, i) => state.push_nil(),
        None => state.push_value(i),
    }
    match kept_range(state) {
        Some(memory) => Some(Lent { memory, keeper: state.top() }),
        None => {
            state.pop(1);
            None
        }
    }
}

/// Whether the table at `i` is an object's anchor, rather than a script's own, which may change.
fn is_anchor(state: State, i: c_int) -> bool {
    let top = state.top();
    state.raw_geti(i, 1);
    state.push_anchor(-1);
    let same = state.raw_equal(-1, i);
    state.set_top(top);
    same
}

/// What keeps the memory at `p`: one past the end is an address too, when it is no other's beginning.
fn keeper_of(lent: &[Lent], p: usize) -> Option<&Lent> {
    lent.iter().find(|l| l.memory.contains(&p)).or_else(|| lent.iter().find(|l| l.memory.end == p))
}

fn keep_in_result(state: State, result: c_int, lent: &[Lent]) {
    let Some(o) = state.object(result) else { return };
    if o.ty.is_aggregate() {
        return each_slot(o.ty, o.addr, &mut |slot| keep_in_slot(state, result, slot, lent));
    }
    if let Some(l) = keeper_of(lent, o.address_value() as usize).filter(|_| matches!(o.ty.kind, Kind::Pointer(_))) {
        state.push_value(l.keeper);
        state.keep_one(result);
    }
}

/// The same in the argument at `i`: in itself where it `is_pointee`, in what a pointer points at else.
fn keep_in_argument(state: State, i: c_int, is_pointee: bool, lent: &[Lent]) {
    let Some(o) = state.object(i) else { return };
    let target = match &o.ty.kind {
        Kind::Pointer(target) if !is_pointee => *target,
        _ => return each_slot(o.ty, o.addr, &mut |slot| keep_in_slot(state, i, slot, lent)),
    };
    // A pointer or `byref`: what it keeps is the anchor of the object it points into.
    state.push_kept(i, o.addr);
    if state.is_table(-1) {
        state.raw_geti(-1, 1);
        let root = state.top();
        each_slot(target, o.address_value(), &mut |slot| keep_in_slot(state, root, slot, lent));
    }
}

/// Makes the slot at `slot`, if it lies in the object at `i`, keep the lent memory that it points into.
fn keep_in_slot(state: State, i: c_int, slot: *mut u8, lent: &[Lent]) {
    let Some(o) = state.object(i) else { return };
    let memory = o.addr as usize..o.addr as usize + o.size;
    let width = size_of::<usize>();
    if (slot as usize) < memory.start || slot as usize + width > memory.end {
        return;
    }
    // SAFETY: the slot lies in the object's memory, as was just checked.
    let p = unsafe { slot.cast::<*const u8>().read_unaligned() };
    let Some(l) = keeper_of(lent, p as usize).filter(|_| !p.is_null() && !memory.contains(&(p as usize))) else {
        return;
    };
    state.push_kept(i, slot);
    let kept = kept_holds(state, p);
    state.pop(1);
    if kept {
        return;
    }
    if o.size > width {
        state.set_aside(i, slot);
    }
    state.push_value(l.keeper);
    state.keep(i, slot);
}

/// Calls `visit` with every place in a value of type `ty` at `addr` where an address of this process lies.
fn each_slot(ty: TypeRef, addr: *mut u8, visit: &mut dyn FnMut(*mut u8)) {
    match &ty.kind {
        Kind::Pointer(_) => visit(addr),
        Kind::Simple(_) if ty.holds_pointers.get() => visit(addr),
        Kind::Array(elem, n) if elem.holds_pointers.get() => {
            for k in 0..*n {
                each_slot(elem, addr.wrapping_add(k * elem.size()), visit);
            }
        }
        Kind::Record(info) if ty.holds_pointers.get() => {
            let fields = info.fields();
            for &k in &fields.positional {
                each_slot(fields.all[k].ty, addr.wrapping_add(fields.all[k].offset), visit);
            }
        }
        _ => {}
    }
}
