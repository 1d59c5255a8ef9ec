//! Types as they are described to another process.

use moonglue_abi::{Abi, BitRules, ByteOrder, Prim, RecordKind};
use rustc_hash::FxHashMap;

use super::graph::{FieldNode, Order, RecordNode, TypeEntry, TypeNode};
use crate::lua::ctype::{CType, Kind, TypeRef};
use crate::lua::error::{Kind as ErrorKind, Res, fail};
use crate::lua::record::RecordInfo;

/// The list of types being filled: each is entered once.
#[derive(Default)]
pub(super) struct TypeList {
    pub(super) entries: Vec<TypeEntry<'static>>,
    known: FxHashMap<*const CType, u32>,
}

impl TypeList {
    /// The place of a complete type; it is entered, after those it is made of, when it is new.
    pub(super) fn place(&mut self, ty: TypeRef) -> Res<u32> {
        if let Some(place) = self.known.get(&std::ptr::from_ref(ty)) {
            return Ok(*place);
        }
        let node = match &ty.kind {
            Kind::Simple(_) if ty.holds_pointers.get() => return no_addresses(ty),
            Kind::Simple(simple) => {
                TypeNode::Simple { name: &ty.name, prim: number_in(&Prim::ALL, &simple.prim), swapped: simple.swapped }
            }
            Kind::Array(element, count) => {
                let element = self.place(element).map_err(|e| e.in_part("[0]"))?;
                TypeNode::Array { element, count: *count as u64 }
            }
            Kind::Record(record) => TypeNode::Record(self.record(record)?),
            Kind::Pointer(_) | Kind::Function(_) | Kind::Void => return no_addresses(ty),
        };
        let place = self.entries.len() as u32;
        self.entries.push(TypeEntry { abi: number_in(&Abi::ALL, &ty.abi), node });
        self.known.insert(std::ptr::from_ref(ty), place);
        Ok(place)
    }

    fn record(&mut self, record: &'static RecordInfo) -> Res<RecordNode<'static>> {
        let base = record.base.map(|base| self.place(base)).transpose()?;
        let mut fields = Vec::new();
        for field in record.fields().all.iter().filter(|field| !field.inherited && field.position.is_some()) {
            let ty = self.place(field.ty).map_err(|e| e.in_part(&field.name))?;
            fields.push(FieldNode { name: &field.name, ty, bits: field.bits.map(|bits| bits.width.into()) });
        }
        let options = record.options.borrow();
        let anonymous = record.fields().all.iter().filter(|field| field.anonymous && field.position.is_some());
        Ok(RecordNode {
            union: record.kind == RecordKind::Union,
            name: &record.name,
            base,
            fields,
            anonymous: anonymous.filter(|field| !field.inherited).map(|field| &*field.name).collect(),
            pack: options.layout.pack,
            align: options.layout.align,
            ms_rules: options.layout.bit_rules.map(|rules| rules == BitRules::Ms),
            order: match options.layout.order {
                ByteOrder::Native => Order::Native,
                ByteOrder::Little => Order::Little,
                ByteOrder::Big => Order::Big,
            },
        })
    }
}

fn number_in<T: PartialEq>(all: &[T], one: &T) -> u8 {
    let place = all.iter().position(|known| known == one);
    place.expect("the list has all of them") as u8
}

fn no_addresses<T>(ty: TypeRef) -> Res<T> {
    fail(ErrorKind::TypeError, format_args!("a pointer ({}) cannot be sent", ty.name))
}
