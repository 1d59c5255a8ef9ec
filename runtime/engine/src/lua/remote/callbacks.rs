//! Lua functions that C in the other process calls.

use moonglue_abi::{Abi, Prim, Repr, Type};
use moonglue_ffi::Signature;

use super::carry::{Sides, receive, send};
use super::crossing::{Crossing, Wanted};
use super::failure::failure;
use super::result::receive_scalar;
use super::session::Session;
use super::staged::{self, stage, unstage};
use super::word::BridgeNumber;
use crate::lua::bounds::kept_holds;
use crate::lua::callback::Callback;
use crate::lua::ctype::{Kind, TypeRef};
use crate::lua::error::{Failure, Res};
use crate::lua::state::State;
use crate::remote::{CallbackHandler, Incoming};

/// Freed callbacks that are still known.
const MOST_FREED: usize = 64;

/// A parameter or result as C has it: arrays are pointers.
pub(super) fn decayed(ty: TypeRef) -> Type {
    match ty.kind {
        Kind::Array(..) => Type::Prim(Prim::Pointer),
        _ => ty.as_abi().clone(),
    }
}

impl Session {
    /// The address on the other side of a function that calls `callback`, which is made on first use.
    pub(super) fn address_of_callback(&self, callback: &Callback) -> Res<u64> {
        if let Some(address) = callback.address_there(self.bridge().number()) {
            return Ok(address);
        }
        let (result, params, settings) = callback.declared();
        let mut signature = Signature::new(decayed(result), params.iter().map(|t| decayed(t)).collect());
        signature.convention = settings.convention;
        let bridge = self.running()?;
        let (id, address) = bridge.new_callback(&signature, settings.use_errno).map_err(failure)?;
        self.callbacks.borrow_mut().insert((bridge.number(), id), std::ptr::from_ref(callback));
        callback.set_address_there(bridge.number(), address);
        Ok(address)
    }

    /// Notes that a callback was freed. The last ones stay known for a while: C calling one of those is told which it is.
    pub(crate) fn callback_freed(&self, number: BridgeNumber, callback: &Callback) {
        let bridge = self.bridge();
        if bridge.is_buried() || bridge.number() != number {
            return;
        }
        let entry =
            self.callbacks.borrow().iter().find(|(_, known)| std::ptr::eq(**known, callback)).map(|(key, _)| *key);
        let Some((_, id)) = entry else { return };
        let mut freed = self.freed_callbacks.borrow_mut();
        freed.push_back(id);
        if freed.len() > MOST_FREED
            && let Some(oldest) = freed.pop_front()
        {
            drop(freed);
            self.callbacks.borrow_mut().remove(&(number, oldest));
            // A bridge that has ended has nothing to free.
            let _ = bridge.free_callback(oldest);
        }
    }

    /// Runs the Lua function of one callback; the result's bytes as the other side has them.
    fn serve(&self, state: State, callback: &Callback, call: &Incoming, result: &mut Vec<u8>) -> Result<(), Failure> {
        let (result_type, params, _) = callback.declared();
        self.receive_changed(state)?;
        let types: Vec<Type> = params.iter().map(|t| decayed(t)).collect();
        let mut places: Vec<Vec<u128>> = Vec::with_capacity(types.len());
        let mut pointers: Vec<*const u8> = Vec::with_capacity(types.len());
        for (k, (ty, abi_type)) in params.iter().zip(&types).enumerate() {
            let mut place = vec![0u128; abi_type.size(Abi::HOST).max(16).div_ceil(16)];
            let here = place.as_mut_ptr().cast::<u8>();
            self.receive_parameter(state, ty, abi_type, here, call.argument(k))?;
            pointers.push(here);
            places.push(place);
        }
        let mut answer = vec![0u128; result_type.size().max(16).div_ceil(16)];
        let buffer = answer.as_mut_ptr().cast::<u8>();
        if result_type.record().is_some() && !self.way(result_type).is_copy() {
            stage(state, result_type, buffer)?;
            state.pop(1);
        }
        // SAFETY: the callback is alive or says that it is not; one pointer for each parameter, to memory with the type's
        // size; the result buffer has the type's size and at least sixteen bytes.
        unsafe { callback.call_from_there(pointers.as_ptr(), buffer) };
        let given = self.give_result(state, result_type, buffer, result);
        let structs = params.iter().zip(&pointers).filter(|(ty, _)| ty.record().is_some());
        structs.for_each(|(ty, p)| unstage(state, ty, *p));
        unstage(state, result_type, buffer);
        given?;
        self.send_changed(state)
    }

    fn receive_parameter(&self, state: State, ty: TypeRef, abi_type: &Type, here: *mut u8, there: &[u8]) -> Res<()> {
        match abi_type {
            Type::Prim(Prim::Pointer) => {
                let mut word = [0; 8];
                word[..there.len().min(8)].copy_from_slice(&there[..there.len().min(8)]);
                let wanted = match &ty.kind {
                    Kind::Pointer(target) => Wanted::Pointee(target),
                    _ => Wanted::Nothing,
                };
                let word = self.incoming(state, u64::from_le_bytes(word), wanted);
                state.pop(1);
                // SAFETY: the place has at least sixteen bytes.
                unsafe { here.cast::<u64>().write(word) };
            }
            Type::Prim(prim) if !matches!(prim.repr(Abi::HOST), Repr::Complex(_)) => {
                // SAFETY: the place has at least sixteen bytes, a scalar of either side no more.
                unsafe { std::ptr::copy_nonoverlapping(there.as_ptr(), here, there.len().min(16)) };
                receive_scalar(state, self, *prim, here, Wanted::Nothing);
            }
            Type::Record(_) if !self.way(ty).is_copy() => {
                let way = self.way(ty);
                let object = stage(state, ty, here)?;
                let here = state.object(object).map_or(here, |o| o.addr);
                let mut crossing = Crossing { state, session: self, object };
                // SAFETY: the new object has the type's size here, `there` has it there; nothing is written to it.
                unsafe { receive(way.steps(), Sides { here, there: there.as_ptr().cast_mut() }, &mut crossing)? };
                state.set_top(object - 1);
            }
            _ => {
                let way = self.way(ty);
                let mut crossing = Crossing { state, session: self, object: 0 };
                let sides = Sides { here, there: there.as_ptr().cast_mut() };
                // SAFETY: the place has the type's size here, `there` has it there; nothing is written to it.
                unsafe { receive(way.steps(), sides, &mut crossing)? };
            }
        }
        Ok(())
    }

    fn give_result(&self, state: State, ty: TypeRef, buffer: *mut u8, result: &mut Vec<u8>) -> Res<()> {
        let abi_type = decayed(ty);
        let size = abi_type.size(self.abi);
        result.clear();
        result.resize(size.max(8).next_multiple_of(16), 0);
        match &abi_type {
            Type::Void => {}
            Type::Prim(Prim::Pointer) => {
                // SAFETY: the buffer has at least sixteen bytes.
                let word = unsafe { buffer.cast::<u64>().read() };
                state.push_ref(ty.context.refs.pinned.get());
                state.raw_field(-1, "result");
                if !kept_holds(state, word as *const u8) {
                    state.pop(1);
                    state.push_nil();
                }
                let owner = state.abs(-1);
                let there = self.outgoing(state, word, owner)?;
                state.set_top(owner - 2);
                result[..8].copy_from_slice(&there.to_le_bytes());
            }
            Type::Prim(prim) if !matches!(prim.repr(Abi::HOST), Repr::Complex(_)) => {
                // SAFETY: as above.
                let bytes = unsafe { std::slice::from_raw_parts(buffer, 16) };
                if let (Repr::Int { signed, .. }, Repr::Int { size, .. }) = (prim.repr(Abi::HOST), prim.repr(self.abi))
                {
                    let v = u64::from_le_bytes(bytes[..8].try_into().unwrap_or_default());
                    super::carry::narrow(v, u32::from(size) * 8, signed)?;
                }
                result[..16].copy_from_slice(bytes);
            }
            Type::Record(_) if staged::push(state, ty, buffer) => {
                let way = self.way(ty);
                let object = state.abs(-1);
                let here = state.object(object).map_or(buffer, |o| o.addr);
                let mut crossing = Crossing { state, session: self, object };
                // SAFETY: the object has the type's size here, `result` at least its size there.
                unsafe { send(way.steps(), Sides { here, there: result.as_mut_ptr() }, &mut crossing)? };
                // What the object keeps lasts until the next result.
                state.push_ref(ty.context.refs.pinned.get());
                state.push_value(object);
                state.set_raw_field(-2, "result");
                state.set_top(object - 1);
            }
            _ => {
                let way = self.way(ty);
                let mut crossing = Crossing { state, session: self, object: 0 };
                let sides = Sides { here: buffer, there: result.as_mut_ptr() };
                // SAFETY: the buffer has the type's size here, `result` at least its size there.
                unsafe { send(way.steps(), sides, &mut crossing)? };
            }
        }
        Ok(())
    }
}

/// Serves the callbacks of one call.
pub(super) struct Server<'a> {
    pub(super) state: State,
    pub(super) session: &'a Session,
}

impl CallbackHandler for Server<'_> {
    fn handle(&mut self, call: &Incoming, result: &mut Vec<u8>) -> Option<i32> {
        let number = self.session.bridge().number();
        let callback = self.session.callbacks.borrow().get(&(number, call.id)).copied();
        // SAFETY: a callback that reached the other side is pinned: it is never freed.
        let callback = unsafe { callback?.as_ref()? };
        if let Some(errno) = call.errno {
            moonglue_ffi::set_errno(errno);
        }
        let top = self.state.top();
        let served = callback.require_alive().and_then(|()| self.session.serve(self.state, callback, call, result));
        if let Err(failure) = served {
            result.clear();
            result.resize(16, 0);
            callback.keep_failure(self.state, failure);
        }
        let errno = moonglue_ffi::errno();
        self.state.set_top(top);
        call.errno.map(|_| errno)
    }
}
