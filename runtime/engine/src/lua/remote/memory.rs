//! Typed values in the memory of another process.

use std::ffi::c_int;
use std::rc::Rc;

use moonglue_abi::Abi;
use moonglue_ffi::scalar::BitField;

use super::carry::{Sides, Words, receive, send};
use super::crossing::Crossing;
use super::failure::failure;
use super::overlay::Overlay;
use super::session::Session;
use super::word::{BridgeNumber, RemoteAddress};
use crate::lua::context::Context;
use crate::lua::convert::{Mode, Role, pointer_target};
use crate::lua::ctype::TypeRef;
use crate::lua::error::{Kind as ErrorKind, Res, fail};
use crate::lua::record::Field;
use crate::lua::state::State;
use crate::remote::Bridge;

/// So many bytes with that value.
pub(crate) fn filled(len: usize, byte: u8) -> Res<Vec<u8>> {
    let mut bytes = Vec::new();
    if bytes.try_reserve_exact(len).is_err() {
        return fail(ErrorKind::MemoryError, format_args!("no memory for {len} bytes"));
    }
    bytes.resize(len, byte);
    Ok(bytes)
}

/// A place in the memory of a living process.
pub(crate) struct RemotePlace {
    pub(crate) session: Rc<Session>,
    bridge: Rc<Bridge>,
    pub(crate) address: u64,
}

impl RemotePlace {
    /// The place that a word means; an error when its process has ended.
    pub(crate) fn of_word(context: &Context, word: u64) -> Res<RemotePlace> {
        let Some(there) = RemoteAddress::of_word(word) else {
            return fail(ErrorKind::InternalError, "an address of this process was taken for a remote one");
        };
        let Some(session) = context.session_of(there.bridge) else {
            return fail(
                ErrorKind::BridgeError,
                format_args!("{:#x} points into a process that is not known", there.address),
            );
        };
        let address = session.own_address(there)?;
        let bridge = session.bridge();
        Ok(RemotePlace { session, bridge, address })
    }

    /// The word for it.
    pub(crate) fn word(&self) -> u64 {
        self.session.word(self.address)
    }

    /// The place so many bytes on.
    pub(crate) fn at(&self, offset: usize) -> RemotePlace {
        let address = self.address.wrapping_add(offset as u64);
        RemotePlace { session: self.session.clone(), bridge: self.bridge.clone(), address }
    }

    /// The place of item `k` of an array of `ty`.
    pub(crate) fn item(&self, ty: TypeRef, k: i64) -> RemotePlace {
        let distance = k.wrapping_mul(self.session.size_there(ty) as i64);
        let mask = if self.session.abi.pointer_size() == 4 { u64::from(u32::MAX) } else { u64::MAX };
        let address = self.address.wrapping_add_signed(distance) & mask;
        RemotePlace { session: self.session.clone(), bridge: self.bridge.clone(), address }
    }

    /// Reads its bytes. Where they are a copy of an object of this process, the object's own are meant.
    pub(crate) fn read(&self, state: State, bytes: &mut [u8]) -> Res<()> {
        self.session.refresh_copy(state, self.address)?;
        self.bridge.read(self.address, bytes).map_err(failure)
    }

    /// Writes bytes to it, and where they are a copy of an object of this process, to that.
    pub(crate) fn write(&self, state: State, bytes: &[u8]) -> Res<()> {
        self.bridge.write(self.address, bytes).map_err(failure)?;
        self.session.refresh_object(state, self.address)
    }

    /// The bytes up to a unit of `width` bytes that is zero, `limit` units at most.
    pub(crate) fn read_string(&self, state: State, width: usize, limit: u64) -> Res<Vec<u8>> {
        self.session.refresh_copy(state, self.address)?;
        self.bridge.read_string(self.address, width as u8, limit).map_err(failure)
    }

    /// Pushes the value of type `ty` there: what is no aggregate as it reads from memory, an aggregate as a view.
    pub(crate) fn push(&self, state: State, ty: TypeRef) -> Res<()> {
        if ty.is_aggregate() {
            super::view::push(state, ty, self.word());
            return Ok(());
        }
        let mut scratch = [0u128; 2];
        self.receive(state, ty, scratch.as_mut_ptr().cast(), 0)?;
        state.push_from(ty, scratch.as_mut_ptr().cast(), None)
    }

    /// Pushes a local object with the value of type `ty` there.
    pub(crate) fn push_copy(&self, state: State, ty: TypeRef) -> Res<()> {
        ty.require_complete()?;
        let new = state.push_new(ty)?.addr;
        let object = state.abs(-1);
        self.receive(state, ty, new, object)
    }

    /// Reads a value of type `ty` into the zeroed memory at `here`, which belongs to the object at `object` (0: to none).
    fn receive(&self, state: State, ty: TypeRef, here: *mut u8, object: c_int) -> Res<()> {
        let way = self.session.way(ty);
        let mut bytes = filled(way.to_size(), 0)?;
        self.read(state, &mut bytes)?;
        let sides = Sides { here, there: bytes.as_mut_ptr() };
        let mut crossing = Crossing { state, session: &self.session, object };
        // SAFETY: the callers give memory of the type's size; `bytes` has its size on the other side.
        unsafe { receive(way.steps(), sides, &mut crossing) }
    }

    /// Stores the value at `i` there, as type `ty`.
    pub(crate) fn store(&self, state: State, ty: TypeRef, i: c_int) -> Res<()> {
        let i = state.abs(i);
        let way = self.session.way(ty);
        let mut bytes = filled(way.to_size(), 0)?;
        if ty.holds_pointers.get() && !ty.is_aggregate() {
            let p = pointer_target(state, i, ty, Role::Store)?;
            let owner = state.abs(-1);
            let word = self.session.outgoing_for_good(state, p as u64, owner)?;
            state.set_top(owner - 1);
            let size = self.session.abi.pointer_size();
            bytes[..size].copy_from_slice(&word.to_le_bytes()[..size]);
            return self.write(state, &bytes);
        }
        if ty.is_aggregate() {
            // What the value leaves to padding stays.
            self.read(state, &mut bytes)?;
            let there = bytes.as_mut_ptr();
            let here = state.push_new(ty)?.addr;
            let object = state.abs(-1);
            state.store(ty, here, i, Some(object), Mode::Checked)?;
            let mut words = ForGood { crossing: Crossing { state, session: &self.session, object } };
            // SAFETY: the new object has the type's size, `bytes` its size on the other side.
            unsafe { send(way.steps(), Sides { here, there }, &mut words)? };
            state.set_top(object - 1);
        } else {
            let mut scratch = [0u128; 2];
            let (here, there) = (scratch.as_mut_ptr().cast(), bytes.as_mut_ptr());
            state.store(ty, here, i, None, Mode::Checked)?;
            let mut words = ForGood { crossing: Crossing { state, session: &self.session, object: 0 } };
            // SAFETY: a scalar has at most 32 bytes; `bytes` has its size on the other side.
            unsafe { send(way.steps(), Sides { here, there }, &mut words)? };
        }
        self.write(state, &bytes)
    }

    /// Pushes the field of a record there.
    pub(crate) fn push_field(&self, state: State, record: TypeRef, field: &Field) -> Res<()> {
        let place = field_there(self.session.abi, record, field)?;
        let Some(bits) = place.bits else { return self.at(place.offset).push(state, field.ty) };
        let mut unit = [0; 16];
        self.at(place.offset).read(state, &mut unit[..bits.size.into()])?;
        // SAFETY: the unit's bytes are in `unit`.
        let v = unsafe { bits.load(unit.as_ptr()) } as i64;
        field.push_bits(state, v);
        Ok(())
    }

    /// Stores the value at `i` in the field of a record there.
    pub(crate) fn store_field(&self, state: State, record: TypeRef, field: &Field, i: c_int) -> Res<()> {
        let place = field_there(self.session.abi, record, field)?;
        let at = self.at(place.offset);
        let Some(bits) = place.bits else { return at.store(state, field.ty, i) };
        let v = field.bits_at(state, i, bits.width.into())?;
        let mut unit = [0; 16];
        let size = usize::from(bits.size);
        at.read(state, &mut unit[..size])?;
        // SAFETY: the unit's bytes are in `unit`.
        unsafe { bits.store(unit.as_mut_ptr(), v) };
        at.write(state, &unit[..size])
    }
}

/// Where a field is on the other side.
struct FieldThere {
    offset: usize,
    bits: Option<BitField>,
}

/// The place of `field`, one of `record`'s or of its base or anonymous members, in the layout of `abi`.
fn field_there(abi: Abi, record: TypeRef, field: &Field) -> Res<FieldThere> {
    match find_field(abi, record, &field.name) {
        Some(place) => Ok(place),
        None => fail(
            ErrorKind::InternalError,
            format_args!("{}.{} has no place in {}", record.name, field.name, abi.name()),
        ),
    }
}

fn find_field(abi: Abi, record: TypeRef, name: &str) -> Option<FieldThere> {
    let info = record.record()?;
    let abi_record = info.abi_record.get()?;
    let layout = abi_record.layout(abi);
    let fields = info.fields();
    let own = abi_record.def().fields.iter().zip(&layout.fields);
    for (def, place) in own.clone() {
        if def.name == name {
            let ty = fields.by_name(name.as_bytes())?.ty;
            let swapped = matches!(&ty.kind, crate::lua::ctype::Kind::Simple(s) if s.swapped);
            let bits = place.bits.map(|b| BitField {
                offset: 0,
                size: place.size as u8,
                bit_offset: b.offset as u8,
                width: b.width as u8,
                signed: Field::signed(ty),
                swapped,
            });
            return Some(FieldThere { offset: place.offset, bits });
        }
    }
    if let Some(found) = info.base.and_then(|base| find_field(abi, base, name)) {
        return Some(found);
    }
    own.filter_map(|(def, place)| Some((fields.by_name(def.name.as_bytes()).filter(|f| f.anonymous)?, place))).find_map(
        |(member, place)| {
            let inner = find_field(abi, member.ty, name)?;
            Some(FieldThere { offset: place.offset + inner.offset, ..inner })
        },
    )
}

/// Addresses that stay on the other side: copies that go when a call ends will not do.
struct ForGood<'a> {
    crossing: Crossing<'a>,
}

impl Words for ForGood<'_> {
    fn outgoing(&mut self, slot: *const u8, word: u64) -> Res<u64> {
        let state = self.crossing.state;
        self.crossing.push_owner(slot, word);
        let owner = state.abs(-1);
        let there = self.crossing.session.outgoing_for_good(state, word, owner);
        state.set_top(owner - 1);
        there
    }

    fn is_address(&mut self, slot: *const u8, word: u64) -> bool {
        self.crossing.is_address(slot, word)
    }

    fn incoming(&mut self, slot: *mut u8, there: u64) -> Res<()> {
        self.crossing.incoming(slot, there)
    }

    fn pointer_size(&self) -> usize {
        self.crossing.pointer_size()
    }

    fn process(&self) -> BridgeNumber {
        self.crossing.process()
    }

    fn overlay(&self, slot: *const u8, size: usize) -> Option<Overlay> {
        self.crossing.overlay(slot, size)
    }

    fn came(&mut self, slot: *mut u8, here: Vec<u8>, there: Vec<u8>) {
        self.crossing.came(slot, here, there);
    }

    fn incoming_own(&mut self, slot: *mut u8, there: u64) -> Res<bool> {
        self.crossing.incoming_own(slot, there)
    }
}

impl Session {
    /// What a word is on the other side where it is to stay: an address of this process is refused, a callback is not.
    fn outgoing_for_good(&self, state: State, word: u64, owner: c_int) -> Res<u64> {
        let copied = !state.is_nil(owner)
            && word != 0
            && !super::word::is_remote(word)
            && crate::lua::function::function_at(state, owner).is_none();
        if copied {
            return fail(
                ErrorKind::ValueError,
                "an object of this process cannot be reached from the library's memory: allocate it there (bridge.alloc)",
            );
        }
        self.outgoing(state, word, owner)
    }
}
