//! C types as a table: each entry refers only to entries before it, so that no message can nest without end.

use std::sync::Arc;

use moonglue_abi::{BitRules, ByteOrder, FieldDef, Prim, Record, RecordDef, RecordKind, RecordOptions, Type};
use serde::{Deserialize, Serialize};

use crate::Error;

/// Types in an order in which each comes after those it is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TypeTable {
    nodes: Vec<TypeNode>,
}

/// One type. Numbers that refer to types are places in the table, all before this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum TypeNode {
    /// No value.
    Void,
    /// A scalar: its place in [`Prim::ALL`].
    Prim(u8),
    /// An array.
    Array {
        /// The elements' type.
        element: u32,
        /// How many.
        count: u64,
    },
    /// A struct or union.
    Record(RecordNode),
}

/// A struct or union.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RecordNode {
    union: bool,
    name: String,
    base: Option<u32>,
    fields: Vec<FieldNode>,
    pack: Option<u32>,
    align: Option<u32>,
    /// Whether the rules asked for are Microsoft's.
    ms_rules: Option<bool>,
    order: Order,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct FieldNode {
    name: String,
    ty: u32,
    bits: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Order {
    Native,
    Little,
    Big,
}

/// A table being filled: types met again are entered once.
#[derive(Debug, Default)]
pub(crate) struct TableBuilder {
    nodes: Vec<TypeNode>,
    /// Records already entered, by identity.
    records: Vec<(*const Record, u32)>,
}

impl TableBuilder {
    /// Enters a type and those it is made of, and says where it is.
    pub(crate) fn add(&mut self, ty: &Type) -> u32 {
        let node = match ty {
            Type::Void => TypeNode::Void,
            Type::Prim(prim) => TypeNode::Prim(scalar_number(*prim)),
            Type::Array(element, count) => TypeNode::Array { element: self.add(element), count: *count as u64 },
            Type::Record(record) => return self.add_record(record),
        };
        self.push(node)
    }

    /// The finished table.
    pub(crate) fn finish(self) -> TypeTable {
        TypeTable { nodes: self.nodes }
    }

    fn add_record(&mut self, record: &Arc<Record>) -> u32 {
        let key = Arc::as_ptr(record);
        if let Some(&(_, place)) = self.records.iter().find(|(known, _)| *known == key) {
            return place;
        }
        let def = record.def();
        let base = def.base.as_ref().map(|base| self.add_record(base));
        let fields = def.fields.iter().map(|field| FieldNode {
            name: field.name.clone(),
            ty: self.add(&field.ty),
            bits: field.bits,
        });
        let fields = fields.collect();
        let options = &def.options;
        let place = self.push(TypeNode::Record(RecordNode {
            union: def.kind == RecordKind::Union,
            name: def.name.clone(),
            base,
            fields,
            pack: options.pack,
            align: options.align,
            ms_rules: options.bit_rules.map(|rules| rules == BitRules::Ms),
            order: match options.order {
                ByteOrder::Native => Order::Native,
                ByteOrder::Little => Order::Little,
                ByteOrder::Big => Order::Big,
            },
        }));
        self.records.push((key, place));
        place
    }

    fn push(&mut self, node: TypeNode) -> u32 {
        // A scalar takes one entry however often it is used; tables are short, so looking is cheap.
        if let TypeNode::Void | TypeNode::Prim(_) = node
            && let Some(place) = self.nodes.iter().position(|known| *known == node)
        {
            return place as u32;
        }
        self.nodes.push(node);
        (self.nodes.len() - 1) as u32
    }
}

impl TypeTable {
    /// All the types, checked as if they had been declared here.
    pub(crate) fn types(&self) -> Result<Vec<Type>, Error> {
        let mut types = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let ty = build(node, &types)?;
            types.push(ty);
        }
        Ok(types)
    }
}

fn build(node: &TypeNode, before: &[Type]) -> Result<Type, Error> {
    Ok(match node {
        TypeNode::Void => Type::Void,
        TypeNode::Prim(number) => {
            Type::Prim(*Prim::ALL.get(usize::from(*number)).ok_or(Error::UnknownScalar(*number))?)
        }
        TypeNode::Array { element, count } => {
            let length = usize::try_from(*count).map_err(|_| Error::ArrayLength(*count))?;
            Type::array(find(before, *element)?.clone(), length)?
        }
        TypeNode::Record(record) => Type::Record(Arc::new(build_record(record, before)?)),
    })
}

fn build_record(node: &RecordNode, before: &[Type]) -> Result<Record, Error> {
    let base = match node.base {
        None => None,
        Some(place) => match find(before, place)? {
            Type::Record(record) => Some(record.clone()),
            _ => return Err(Error::NotARecord(place)),
        },
    };
    let mut fields = Vec::with_capacity(node.fields.len());
    for field in &node.fields {
        let ty = find(before, field.ty)?.clone();
        fields.push(FieldDef { name: field.name.clone(), ty, bits: field.bits });
    }
    let options = RecordOptions {
        pack: node.pack,
        align: node.align,
        bit_rules: node.ms_rules.map(|ms| if ms { BitRules::Ms } else { BitRules::SysV }),
        order: match node.order {
            Order::Native => ByteOrder::Native,
            Order::Little => ByteOrder::Little,
            Order::Big => ByteOrder::Big,
        },
    };
    let kind = if node.union { RecordKind::Union } else { RecordKind::Struct };
    Ok(Record::new(RecordDef { kind, name: node.name.clone(), base, fields, options })?)
}

/// The type at `place`, which has to be among those built so far.
fn find(before: &[Type], place: u32) -> Result<&Type, Error> {
    before.get(place as usize).ok_or(Error::TypeReference { node: before.len() as u32, to: place })
}

fn scalar_number(prim: Prim) -> u8 {
    let place = Prim::ALL.iter().position(|known| *known == prim);
    place.expect("the list has every scalar type") as u8
}
