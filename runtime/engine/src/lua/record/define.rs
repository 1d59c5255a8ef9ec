//! `ct.Structure` and its kin: making record types and giving them fields.

use std::cell::{OnceCell, RefCell};
use std::ffi::c_int;
use std::sync::Arc;

use moonglue_abi::{Abi, ByteOrder, FieldDef, Record, RecordDef, RecordKind, Step, Transfer, Type};
use moonglue_ffi::scalar::BitField;

use super::field::holds_pointers;
use super::{Field, Fields, Options, RecordInfo, metamethods};
use crate::lua::array;
use crate::lua::context::Context;
use crate::lua::ctype::{CType, Conv, Kind, TypeRef};
use crate::lua::error::{Failure, Kind as ErrorKind, Res, entry, fail, failure};
use crate::lua::module::context_of;
use crate::lua::remote::overlay::UnionMember;
use crate::lua::simple::simple_types;
use crate::lua::state::State;
use crate::lua::targets::upvalue_target;

entry! { pub(crate) fn structure(state) { define(state, RecordKind::Struct, ByteOrder::Native) } }
entry! { pub(crate) fn union(state) { define(state, RecordKind::Union, ByteOrder::Native) } }
entry! { pub(crate) fn big_endian_structure(state) { define(state, RecordKind::Struct, ByteOrder::Big) } }
entry! { pub(crate) fn little_endian_structure(state) { define(state, RecordKind::Struct, ByteOrder::Little) } }
entry! { pub(crate) fn big_endian_union(state) { define(state, RecordKind::Union, ByteOrder::Big) } }
entry! { pub(crate) fn little_endian_union(state) { define(state, RecordKind::Union, ByteOrder::Little) } }

/// `(name [, fields [, options]])`: pushes the new type.
fn define(state: State, kind: RecordKind, order: ByteOrder) -> Res {
    state.set_top(3);
    let context = context_of(state)?;
    let what = if kind == RecordKind::Struct { "Structure" } else { "Union" };
    let Some(name) = state.text(1).filter(|_| state.is_string(1)) else {
        return fail(ErrorKind::TypeError, format_args!("{what}: expected a name, got {}", state.describe(1)));
    };
    if name.is_empty() || name.contains('\0') {
        return fail(ErrorKind::ValueError, format_args!("{what}: the name is empty or contains a NUL"));
    }
    let options = Options::read(state, 3, order).map_err(|e| e.at(&name))?;
    let abi = options.base.map_or_else(|| upvalue_target(state), |b| b.abi);
    let ty = declare(state, context, (kind, abi), &name, options);
    state.push_type(ty);
    if !state.is_none_or_nil(2) {
        set_fields(state, ty, 2).map_err(|e| e.at(&name))?;
    }
    Ok(1)
}

/// Makes a record type for that ABI whose fields are not known yet.
pub(crate) fn declare(
    state: State,
    context: &'static Context,
    (kind, abi): (RecordKind, Abi),
    name: &str,
    options: Options,
) -> TypeRef {
    let base = options.base;
    let info = RecordInfo {
        name: name.into(),
        kind,
        base,
        derived: RefCell::default(),
        options: RefCell::new(options),
        fields: OnceCell::new(),
        abi_record: OnceCell::new(),
    };
    let ty = context.adopt(CType::new(context, name, Kind::Record(info), abi, 0, 1));
    ty.complete.set(false);
    if let Some(info) = base.and_then(|b| b.record()) {
        info.derived.borrow_mut().push(ty);
    }
    metamethods::make_metatable(state, ty);
    ty
}

/// Gives `ty` its fields from the list at `i`.
pub(crate) fn set_fields(state: State, ty: TypeRef, i: c_int) -> Res<()> {
    let Some(info) = ty.record() else { return fail(ErrorKind::TypeError, "only structures and unions have _fields_") };
    if info.fields.get().is_some() {
        return fail(ErrorKind::AttributeError, "_fields_ is final");
    }
    let order = info.options.borrow().layout.order;
    let fields = parse(state, ty, i, order)?;
    complete(state, ty, &fields)
}

/// Gives the declared record `ty` its fields, types of its ABI in its byte order.
pub(crate) fn complete(state: State, ty: TypeRef, new: &[NewField]) -> Res<()> {
    let Some(info) = ty.record() else { return fail(ErrorKind::TypeError, "only structures and unions have _fields_") };
    let options = info.options.borrow().clone();
    let def = RecordDef {
        kind: info.kind,
        name: info.name.to_string(),
        base: options.base.and_then(|b| b.record().and_then(|r| r.abi_record.get().cloned())),
        fields: new
            .iter()
            .map(|f| FieldDef { name: f.name.clone(), ty: f.ty.as_abi().clone(), bits: f.bits })
            .collect(),
        options: options.layout,
    };
    let record = Arc::new(Record::new(def).map_err(refused)?);
    let layout = record.layout(ty.abi);
    let mut all = inherited(options.base);
    let first = all.len();
    for (p, place) in new.iter().zip(&layout.fields) {
        let swapped = matches!(&p.ty.kind, Kind::Simple(s) if s.swapped);
        all.push(Field {
            name: p.name.as_str().into(),
            ty: p.ty,
            offset: place.offset,
            size: place.size,
            bits: place.bits.map(|b| BitField {
                offset: 0,
                size: place.size as u8,
                bit_offset: b.offset as u8,
                width: b.width as u8,
                signed: Field::signed(p.ty),
                swapped,
            }),
            position: Some(all.iter().filter(|f| f.position.is_some()).count()),
            inherited: false,
            anonymous: options.anonymous.contains(&p.name),
            member: None,
        });
    }
    if differs(ty, &record, &all) {
        for (index, field) in all[first..].iter_mut().enumerate() {
            let index = u16::try_from(index).ok().filter(|index| *index < 1 << 15);
            field.member = index.map(|index| UnionMember { union: ty, offset: 0, index, part: false });
        }
    }
    surface_anonymous(&mut all, first, &options.anonymous)?;
    let pointers = holds_pointers(&all);
    let mut fields = Fields::new(all);
    fields.intern(state);
    // Making objects above may have run finalizers, which are a script's code.
    if info.fields.get().is_some() {
        return fail(ErrorKind::AttributeError, "_fields_ is final");
    }
    ty.size.set(layout.size);
    ty.align.set(layout.align);
    ty.holds_pointers.set(pointers);
    // Both cells are empty, as was just checked.
    let _ = info.abi_record.set(record);
    let _ = info.fields.set(fields);
    ty.complete.set(true);
    Ok(())
}

/// A field as it is declared.
pub(crate) struct NewField {
    pub(crate) name: String,
    pub(crate) ty: TypeRef,
    pub(crate) bits: Option<u32>,
}

fn parse(state: State, owner: TypeRef, i: c_int, order: ByteOrder) -> Res<Vec<NewField>> {
    if !state.is_table(i) {
        let got = state.describe(i);
        return fail(
            ErrorKind::TypeError,
            format_args!("_fields_: expected a list of {{name, type [, bits]}}, got {got}"),
        );
    }
    let len = state.raw_len(i);
    state.push_nil();
    while state.next(i) {
        state.pop(1);
        if !state.is_integer(-1) || !(1..=len as i64).contains(&state.integer(-1)) {
            let key = state.key_text(-1);
            return fail(
                ErrorKind::TypeError,
                format_args!("_fields_: key {key}: fields need an order, write {{{{name, type}}, ...}}"),
            );
        }
    }
    let mut parsed: Vec<NewField> = Vec::with_capacity(len.min(1 << 16));
    let mut seen = rustc_hash::FxHashSet::default();
    for base_field in inherited(owner.record().and_then(|r| r.options.borrow().base)) {
        seen.insert(base_field.name.to_string());
    }
    for k in 1..=len as i64 {
        state.raw_geti(i, k);
        let item = state.abs(-1);
        let field = parse_one(state, owner, item, order).map_err(|e| e.at(format_args!("_fields_[{k}]")))?;
        if !seen.insert(field.name.clone()) {
            return fail(ErrorKind::ValueError, format_args!("_fields_[{k}]: duplicate field name '{}'", field.name));
        }
        parsed.push(field);
        state.pop(1);
    }
    Ok(parsed)
}

fn parse_one(state: State, owner: TypeRef, item: c_int, order: ByteOrder) -> Res<NewField> {
    let shape = || {
        failure(ErrorKind::TypeError, format_args!("expected {{name, type [, bits]}}, got {}", state.describe(item)))
    };
    if !state.is_table(item) {
        return Err(shape());
    }
    if state.raw_len(item) > 3 {
        return fail(ErrorKind::TypeError, "expected {name, type [, bits]}, got more than three items");
    }
    state.raw_geti(item, 1);
    let Some(name) = state.text(-1).filter(|_| state.is_string(-1)) else {
        return fail(ErrorKind::TypeError, format_args!("expected a field name, got {}", state.describe(-1)));
    };
    if name.is_empty() {
        return fail(ErrorKind::ValueError, "a field name is empty");
    }
    state.raw_geti(item, 2);
    let Some(ty) = state.type_at(-1) else {
        let got = state.describe(-1);
        return fail(ErrorKind::TypeError, format_args!("field '{name}': expected a C type, got {got}"));
    };
    if ty.is(owner) {
        return fail(ErrorKind::TypeError, format_args!("field '{name}': {} cannot contain itself", ty.name));
    }
    ty.require_complete().map_err(|e| e.at(format_args!("field '{name}'")))?;
    // This process's simple types stand for the target's.
    let ty = match ty.conv() {
        Some(_) if ty.abi != owner.abi => simple_types(ty.context, owner.abi).get(&ty.name).unwrap_or(ty),
        _ => ty,
    };
    if ty.abi != owner.abi {
        let (name_of_type, abi) = (&ty.name, ty.abi.name());
        return fail(
            ErrorKind::TypeError,
            format_args!(
                "field '{name}': {name_of_type} is a type of {abi}, the record is laid out for {}",
                owner.abi.name()
            ),
        );
    }
    let ty = in_order(ty, order).map_err(|e| e.at(format_args!("field '{name}'")))?;
    state.raw_geti(item, 3);
    let bits = if state.is_nil(-1) { None } else { Some(bits(state, &name, ty)?) };
    state.pop(3);
    Ok(NewField { name, ty, bits })
}

fn bits(state: State, name: &str, ty: TypeRef) -> Res<u32> {
    if !state.is_integer(-1) {
        let got = state.describe(-1);
        return fail(ErrorKind::TypeError, format_args!("field '{name}': expected a number of bits, got {got}"));
    }
    check_bits(name, ty, state.integer(-1))
}

/// The width of a bit field, if its type can have one of that width.
pub(crate) fn check_bits(name: &str, ty: TypeRef, width: i64) -> Res<u32> {
    let allowed = matches!(
        ty.conv(),
        Some(Conv::Bool | Conv::I8 | Conv::U8 | Conv::I16 | Conv::U16 | Conv::I32 | Conv::U32 | Conv::I64 | Conv::U64)
    );
    if !allowed {
        return fail(ErrorKind::TypeError, format_args!("field '{name}': bit fields are not allowed for {}", ty.name));
    }
    let most = if ty.conv() == Some(Conv::Bool) { 1 } else { ty.size() as i64 * 8 };
    if !(1..=most).contains(&width) {
        return fail(
            ErrorKind::ValueError,
            format_args!("field '{name}': {width} bits do not fit {}, which takes 1 to {most}", ty.name),
        );
    }
    Ok(width as u32)
}

/// The type that a field of `ty` has in a record of byte order `order`: the swapped twin where bytes have an order.
pub(crate) fn in_order(ty: TypeRef, order: ByteOrder) -> Res<TypeRef> {
    let foreign = match order {
        ByteOrder::Native | ByteOrder::Little => return Ok(ty),
        ByteOrder::Big => true,
    };
    match &ty.kind {
        Kind::Simple(s) if s.swapped == foreign => Ok(ty),
        Kind::Simple(s) => match (s.twin.get(), ty.size()) {
            (Some(twin), _) => Ok(twin),
            (None, 1) => Ok(ty),
            _ => fail(ErrorKind::TypeError, format_args!("{} has no other byte order", ty.name)),
        },
        Kind::Array(elem, n) => {
            let swapped = in_order(elem, order)?;
            if swapped.is(elem) { Ok(ty) } else { array::array_of(swapped, *n) }
        }
        Kind::Record(_) => Ok(ty),
        _ => fail(ErrorKind::TypeError, format_args!("{} has no other byte order", ty.name)),
    }
}

/// Whether it is a union of this process that is not the same bytes in every process.
fn differs(ty: TypeRef, record: &Arc<Record>, fields: &[Field]) -> bool {
    let elsewhere = || Transfer::new(&Type::Record(record.clone()), Abi::HOST, Abi::I386Linux);
    record.def().kind == RecordKind::Union
        && ty.abi == Abi::HOST
        && (holds_pointers(fields) || matches!(elsewhere().steps(), [Step::Union { .. }]))
}

fn inherited(base: Option<TypeRef>) -> Vec<Field> {
    let Some(fields) = base.and_then(|b| b.record()).map(RecordInfo::fields) else { return Vec::new() };
    let copy = |f: &Field| Field {
        name: f.name.clone(),
        ty: f.ty,
        offset: f.offset,
        size: f.size,
        bits: f.bits,
        position: f.position,
        inherited: true,
        anonymous: f.anonymous,
        member: f.member,
    };
    fields.all.iter().map(copy).collect()
}

/// Members of anonymous fields become fields of the record itself; a name the record already has stays the record's.
fn surface_anonymous(all: &mut Vec<Field>, first: usize, anonymous: &[String]) -> Res<()> {
    for name in anonymous {
        let Some(at) = all[first..].iter().position(|f| *f.name == **name).map(|k| k + first) else {
            return fail(ErrorKind::AttributeError, format_args!("anonymous: no field '{name}'"));
        };
        let (outer, ty, member) = (all[at].offset, all[at].ty, all[at].member);
        let Some(inner) = ty.record() else {
            return fail(
                ErrorKind::AttributeError,
                format_args!("anonymous: field '{name}' is {}, not a structure or union", ty.name),
            );
        };
        for f in &inner.fields().all {
            if all.iter().any(|g| g.name == f.name) {
                return fail(
                    ErrorKind::ValueError,
                    format_args!("anonymous: duplicate field name '{}' from '{name}'", f.name),
                );
            }
            all.push(Field {
                name: f.name.clone(),
                ty: f.ty,
                offset: outer + f.offset,
                size: f.size,
                bits: f.bits,
                position: None,
                inherited: false,
                anonymous: f.anonymous,
                member: match member {
                    Some(member) => Some(UnionMember { part: true, ..member }),
                    None => f.member.map(|m| UnionMember { offset: outer + m.offset, ..m }),
                },
            });
        }
    }
    Ok(())
}

fn refused(e: moonglue_abi::Error) -> Failure {
    use moonglue_abi::Error as E;
    let kind = match e {
        E::VoidField { .. } | E::VoidArray | E::BitFieldType { .. } | E::BaseKind { .. } => ErrorKind::TypeError,
        E::TooLarge { .. } => ErrorKind::OverflowError,
        _ => ErrorKind::ValueError,
    };
    failure(kind, e)
}
