//! Fields: where they lie, how they are read and written, and how a name finds its field.

use std::ffi::c_int;

use moonglue_abi::RecordKind;
use moonglue_ffi::scalar::BitField;
use rustc_hash::FxHashMap;

use crate::lua::convert::{Mode, Plain, integer_in_range};
use crate::lua::ctype::{Conv, Kind, TypeRef};
use crate::lua::error::Res;
use crate::lua::remote::overlay::{UnionMember, push_member, wrote_member};
use crate::lua::state::{State, ffi};

/// One field, its offset counted from the start of the record that it is looked up in.
pub(crate) struct Field {
    pub(crate) name: Box<str>,
    pub(crate) ty: TypeRef,
    pub(crate) offset: usize,
    /// Bytes of the field, or of its storage unit when it is a bit field.
    pub(crate) size: usize,
    /// Counted from the field's own offset.
    pub(crate) bits: Option<BitField>,
    /// Place among the positional values; none for a member that surfaces from an anonymous one.
    pub(crate) position: Option<usize>,
    pub(crate) inherited: bool,
    pub(crate) anonymous: bool,
    /// Where the field belongs to a union that is not the same bytes in every process.
    pub(crate) member: Option<UnionMember>,
}

impl Field {
    /// Pushes the field's value from the record at `base`, which belongs to the object at `source`.
    #[inline]
    pub(crate) fn push(&self, state: State, base: *mut u8, source: Option<c_int>) -> Res<()> {
        // Inside the record: offsets come from its layout.
        let addr = base.wrapping_add(self.offset);
        if let (Some(member), Some(source)) = (&self.member, source)
            && member.union.context.has_bridges()
            && push_member(state, self, member, base.wrapping_add(member.offset), source)?
        {
            return Ok(());
        }
        match self.bits {
            None => state.push_from(self.ty, addr, source),
            Some(bits) => {
                // SAFETY: the layout puts the unit of `size` bytes inside the record, whose bytes the caller may read.
                let v = unsafe { bits.load(addr) } as i64;
                self.push_bits(state, v);
                Ok(())
            }
        }
    }

    /// Pushes a bit field's value.
    pub(crate) fn push_bits(&self, state: State, v: i64) {
        if self.ty.conv() == Some(Conv::Bool) { state.push_boolean(v != 0) } else { state.push_integer(v) }
    }

    /// The value at `i` for a bit field of `width` bits.
    pub(crate) fn bits_at(&self, state: State, i: c_int, width: u32) -> Res<u64> {
        if self.ty.conv() == Some(Conv::Bool) && state.tag(i) == ffi::LUA_TBOOLEAN {
            return Ok(state.boolean(i).into());
        }
        let name = format!("{}:{width}", self.ty.name);
        integer_in_range(state, i, width, Mode::Checked, &name)
    }

    /// Converts the value at `i` into the field of the record at `base`, which belongs to the object at `dest`.
    #[inline]
    pub(crate) fn store(&self, state: State, base: *mut u8, i: c_int, dest: Option<c_int>) -> Res<()> {
        let addr = base.wrapping_add(self.offset);
        match self.bits {
            None => state.store(self.ty, addr, i, dest, Mode::Checked)?,
            Some(bits) => {
                let v = self.bits_at(state, i, bits.width.into())?;
                // SAFETY: as in `push`; the caller may write the record's bytes.
                unsafe { bits.store(addr, v) };
            }
        }
        if let (Some(member), Some(dest)) = (&self.member, dest)
            && member.union.context.has_bridges()
        {
            wrote_member(state, member, base.wrapping_add(member.offset), dest);
        }
        Ok(())
    }

    /// Whether the type is signed, which a bit field's reading needs.
    pub(crate) fn signed(ty: TypeRef) -> bool {
        matches!(ty.conv(), Some(Conv::I8 | Conv::I16 | Conv::I32 | Conv::I64 | Conv::HResult))
    }
}

/// All fields of a record and the ways to find one.
#[derive(Default)]
pub(crate) struct Fields {
    /// Inherited ones first, then own ones, then members that surface from anonymous fields.
    pub(crate) all: Vec<Field>,
    /// Indices of the fields that positional values fill, in order.
    pub(crate) positional: Vec<usize>,
    names: FxHashMap<Box<[u8]>, usize>,
    keys: Vec<Key>,
}

/// A name by where Lua keeps it, with what access to a plain number needs.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    /// 0: nobody's.
    address: usize,
    index: usize,
    pub(crate) offset: usize,
    pub(crate) plain: Option<Plain>,
}

impl Key {
    const NONE: Key = Key { address: 0, index: 0, offset: 0, plain: None };
}

impl Fields {
    pub(crate) fn new(all: Vec<Field>) -> Fields {
        let mut positional: Vec<usize> = (0..all.len()).filter(|&k| all[k].position.is_some()).collect();
        positional.sort_by_key(|&k| all[k].position);
        let mut names = FxHashMap::default();
        for (k, field) in all.iter().enumerate() {
            names.entry(field.name.as_bytes().into()).or_insert(k);
        }
        Fields { all, positional, names, keys: Vec::new() }
    }

    pub(crate) fn by_name(&self, name: &[u8]) -> Option<&Field> {
        self.names.get(name).map(|&k| &self.all[k])
    }

    /// Whether fields may lie on the same bytes: in a union, or where members surface beside the field they are in.
    pub(crate) fn share_bytes(&self, kind: RecordKind) -> bool {
        kind == RecordKind::Union || self.positional.len() < self.all.len()
    }

    /// Remembers where Lua keeps each (interned) name, so that access compares addresses. The names are anchored in the
    /// type's registry table for as long as the state lives.
    pub(crate) fn intern(&mut self, state: State) {
        let capacity = (self.names.len() * 2).next_power_of_two().max(4);
        self.keys = vec![Key::NONE; capacity];
        state.new_table(self.names.len(), 0);
        for (n, (name, &k)) in self.names.iter().enumerate() {
            state.push_bytes(name);
            if let Some(bytes) = state.bytes(-1) {
                let address = bytes.as_ptr() as usize;
                let mut at = slot(address) & (capacity - 1);
                while self.keys[at].address != 0 {
                    at = (at + 1) & (capacity - 1);
                }
                let field = &self.all[k];
                let plain = field.ty.plain.filter(|_| field.bits.is_none() && field.member.is_none());
                self.keys[at] = Key { address, index: k, offset: field.offset, plain };
            }
            state.raw_seti(-2, n as i64 + 1);
        }
        state.make_ref();
    }

    /// The field named by the string at `i`: by the string's address, else (names too long to be interned) by its bytes.
    #[inline]
    pub(crate) fn find(&self, state: State, i: c_int) -> Option<&Field> {
        if let Some(key) = self.find_key(state.string_address(i)) {
            return self.all.get(key.index);
        }
        // Lua interns up to 40 bytes; a longer name may be another string with the same text.
        state.bytes(i).filter(|name| name.len() > 40).and_then(|name| self.by_name(name))
    }
}

impl Fields {
    /// The field whose name Lua keeps at that address; 0 is nobody's.
    #[inline(always)]
    pub(crate) fn find_key(&self, address: usize) -> Option<&Key> {
        let mask = self.keys.len().wrapping_sub(1);
        let mut at = slot(address) & mask;
        while let Some(key) = self.keys.get(at) {
            if key.address == address {
                return if address == 0 { None } else { Some(key) };
            }
            if key.address == 0 {
                return None;
            }
            at = (at + 1) & mask;
        }
        None
    }
}

/// Where a key's search starts: strings are 8-aligned, so the low bits say nothing.
#[inline(always)]
fn slot(key: usize) -> usize {
    (key >> 4) ^ (key >> 9)
}

/// Whether a type holds pointers anywhere, so that copies must carry what their slots keep.
pub(crate) fn holds_pointers(fields: &[Field]) -> bool {
    fields.iter().any(|f| f.ty.holds_pointers.get() || matches!(f.ty.kind, Kind::Pointer(_) | Kind::Function(_)))
}
