//! What travels: a closed schema. Numbers that refer to a node or a type are places in their lists.

use serde::{Deserialize, Serialize};

/// Values, and what they refer to.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Graph<'a> {
    /// Types in an order in which each comes after those it is made of.
    #[serde(borrow)]
    pub(super) types: Vec<TypeEntry<'a>>,
    pub(super) nodes: Vec<Node<'a>>,
    /// The values themselves, nils included.
    pub(super) values: Vec<Value<'a>>,
}

/// One value.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) enum Value<'a> {
    Nil,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Bytes(#[serde(with = "serde_bytes")] &'a [u8]),
    Complex {
        re: f64,
        im: f64,
    },
    /// A table, an error or a C object.
    Node(u32),
}

/// A value that has an identity.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Node<'a> {
    #[serde(borrow)]
    Table(Items<'a>),
    /// An error value: the fields it has.
    Error(Items<'a>),
    Object {
        ty: u32,
        #[serde(with = "serde_bytes")]
        bytes: &'a [u8],
    },
}

/// What a table has.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Items<'a> {
    /// Items 1 to n.
    #[serde(borrow)]
    pub(super) list: Vec<Value<'a>>,
    /// Key and value of the rest.
    pub(super) pairs: Vec<(Value<'a>, Value<'a>)>,
}

/// A type and the ABI it is of: the bytes of its objects are laid out for that.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct TypeEntry<'a> {
    /// A place in `Abi::ALL`.
    pub(super) abi: u8,
    #[serde(borrow)]
    pub(super) node: TypeNode<'a>,
}

/// A type. What holds addresses has no description, because an address means nothing elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum TypeNode<'a> {
    Simple {
        /// Its name in the module.
        name: &'a str,
        /// The place in `Prim::ALL` of what it is to the sender's C.
        prim: u8,
        /// Whether its bytes are in the order that is not the machine's.
        swapped: bool,
    },
    Array {
        element: u32,
        count: u64,
    },
    Record(#[serde(borrow)] RecordNode<'a>),
}

/// A structure or union.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct RecordNode<'a> {
    pub(super) union: bool,
    pub(super) name: &'a str,
    pub(super) base: Option<u32>,
    /// Without the base's.
    #[serde(borrow)]
    pub(super) fields: Vec<FieldNode<'a>>,
    pub(super) anonymous: Vec<&'a str>,
    pub(super) pack: Option<u32>,
    pub(super) align: Option<u32>,
    /// Whether the rules asked for are Microsoft's.
    pub(super) ms_rules: Option<bool>,
    pub(super) order: Order,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct FieldNode<'a> {
    pub(super) name: &'a str,
    pub(super) ty: u32,
    pub(super) bits: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Order {
    Native,
    Little,
    Big,
}
