//! Types from their descriptions.

use moonglue_abi::{Abi, BitRules, ByteOrder, FieldDef, Prim, Record, RecordDef, RecordKind, RecordOptions, Type};

use super::graph::{Order, RecordNode, TypeEntry, TypeNode};
use crate::lua::array::array_of;
use crate::lua::context::Context;
use crate::lua::ctype::{Kind, TypeRef};
use crate::lua::error::{Kind as ErrorKind, Res, fail};
use crate::lua::record::Options;
use crate::lua::record::define::{NewField, check_bits, complete, declare, in_order};
use crate::lua::simple::simple_types;
use crate::lua::state::State;

/// A type of the sender as the receiver has it.
pub(super) struct Rebuilt {
    /// What objects of it become.
    pub(super) ty: TypeRef,
    /// The ABI its objects' bytes are laid out for.
    pub(super) abi: Abi,
    /// The type as data; its layout for the sender's ABI is the sender's, and for this one that of `ty`.
    pub(super) data: Type,
}

/// All types of a list.
pub(super) fn rebuild(state: State, context: &'static Context, entries: &[TypeEntry<'_>]) -> Res<Vec<Rebuilt>> {
    let mut types: Vec<Rebuilt> = Vec::with_capacity(entries.len());
    for entry in entries {
        let Some(&abi) = Abi::ALL.get(usize::from(entry.abi)) else { return nonsense("an unknown ABI") };
        let (ty, data) = match &entry.node {
            TypeNode::Simple { name, prim, swapped } => simple(context, name, *prim, *swapped)?,
            TypeNode::Array { element, count } => {
                let element = earlier(&types, *element)?;
                let Ok(count) = usize::try_from(*count) else {
                    return fail(ErrorKind::OverflowError, format_args!("an array of {count} items has no room here"));
                };
                let data = Type::array(element.data.clone(), count).or_else(refused)?;
                (array_of(element.ty, count)?, data)
            }
            TypeNode::Record(node) => record(state, context, abi, node, &types)?,
        };
        types.push(Rebuilt { ty, abi, data });
    }
    Ok(types)
}

fn simple(context: &'static Context, name: &str, prim: u8, swapped: bool) -> Res<(TypeRef, Type)> {
    let Some(&prim) = Prim::ALL.get(usize::from(prim)) else { return nonsense("an unknown scalar") };
    let Some(ty) = simple_types(context, Abi::HOST).get(name) else {
        return fail(ErrorKind::TypeError, format_args!("there is no type '{name}' here"));
    };
    let Kind::Simple(own) = &ty.kind else { return nonsense("a simple type that is none") };
    // Types of one name may be different ones of C, as long as they are alike here.
    if ty.holds_pointers.get() || own.prim.repr(Abi::HOST) != prim.repr(Abi::HOST) || ty.size() != prim.size(Abi::HOST)
    {
        return nonsense("a type whose name and content disagree");
    }
    let ty = match (swapped, own.twin.get()) {
        (false, _) => ty,
        (true, Some(twin)) => twin,
        (true, None) => return nonsense("a byte order of a type that has none"),
    };
    Ok((ty, Type::Prim(prim)))
}

/// A record: one that is declared here the same way, or a new one.
fn record(
    state: State,
    context: &'static Context,
    abi: Abi,
    node: &RecordNode<'_>,
    types: &[Rebuilt],
) -> Res<(TypeRef, Type)> {
    if node.name.is_empty() || node.name.contains('\0') {
        return nonsense("a record without a name");
    }
    let layout = RecordOptions {
        pack: node.pack,
        align: node.align,
        bit_rules: node.ms_rules.map(|ms| if ms { BitRules::Ms } else { BitRules::SysV }),
        order: match node.order {
            Order::Native => ByteOrder::Native,
            Order::Little => ByteOrder::Little,
            Order::Big => ByteOrder::Big,
        },
    };
    let base = node.base.map(|base| earlier(types, base)).transpose()?;
    let base_record = match base.map(|base| &base.data) {
        None => None,
        Some(Type::Record(record)) => Some(record.clone()),
        Some(_) => return nonsense("a base that is no record"),
    };
    let mut fields = Vec::with_capacity(node.fields.len());
    let mut new = Vec::with_capacity(node.fields.len());
    for field in &node.fields {
        let known = earlier(types, field.ty)?;
        let ty = in_order(known.ty, layout.order)?;
        let bits = field.bits.map(|bits| check_bits(field.name, ty, bits.into())).transpose()?;
        if field.name.is_empty() {
            return nonsense("a field without a name");
        }
        fields.push(FieldDef { name: field.name.to_owned(), ty: known.data.clone(), bits });
        new.push(NewField { name: field.name.to_owned(), ty, bits });
    }
    let kind = if node.union { RecordKind::Union } else { RecordKind::Struct };
    let def = RecordDef { kind, name: node.name.to_owned(), base: base_record, fields, options: layout };
    let data = Type::from(Record::new(def).or_else(refused)?);
    let known = context.newest_type(|ty| {
        ty.abi == Abi::HOST
            && ty.complete.get()
            && !ty.holds_pointers.get()
            && ty.record().is_some_and(|own| *own.name == *node.name)
            && same_on(abi, &data, ty.as_abi())
    });
    if let Some(ty) = known {
        return Ok((ty, ty.as_abi().clone()));
    }
    let options = Options {
        layout,
        anonymous: node.anonymous.iter().map(|name| (*name).to_owned()).collect(),
        base: base.map(|base| base.ty),
    };
    let ty = declare(state, context, (kind, Abi::HOST), node.name, options);
    complete(state, ty, &new)?;
    Ok((ty, data))
}

/// Whether both are the same on that target: they may differ in types that differ elsewhere only, as `int` and `long`.
fn same_on(abi: Abi, a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Prim(a), Type::Prim(b)) => {
            let text = |prim: &Prim| matches!(prim, Prim::Char | Prim::WChar);
            a == b || (a.repr(abi) == b.repr(abi) && !text(a) && !text(b))
        }
        (Type::Array(a, n), Type::Array(b, m)) => n == m && same_on(abi, a, b),
        (Type::Record(a), Type::Record(b)) => same_records(abi, a, b),
        _ => false,
    }
}

fn same_records(abi: Abi, a: &Record, b: &Record) -> bool {
    let (a, b) = (a.def(), b.def());
    let base = match (&a.base, &b.base) {
        (None, None) => true,
        (Some(a), Some(b)) => same_records(abi, a, b),
        _ => false,
    };
    base && a.kind == b.kind
        && a.name == b.name
        && a.options == b.options
        && a.fields.len() == b.fields.len()
        && a.fields
            .iter()
            .zip(&b.fields)
            .all(|(a, b)| a.name == b.name && a.bits == b.bits && same_on(abi, &a.ty, &b.ty))
}

fn earlier(types: &[Rebuilt], place: u32) -> Res<&Rebuilt> {
    match types.get(place as usize) {
        Some(ty) => Ok(ty),
        None => nonsense("a type that refers to no earlier one"),
    }
}

fn refused<T>(error: moonglue_abi::Error) -> Res<T> {
    fail(ErrorKind::ValueError, format_args!("a type that was sent: {error}"))
}

/// The error for what no sender of ours sends.
pub(super) fn nonsense<T>(what: &str) -> Res<T> {
    fail(ErrorKind::ValueError, format_args!("what was received makes no sense: {what}"))
}
