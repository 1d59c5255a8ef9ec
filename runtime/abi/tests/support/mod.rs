//! Shared by the tests: random records, their spelling in C, and the compilers that judge them.
#![allow(dead_code, reason = "each test program uses its own part")]
#![allow(unreachable_pub, reason = "test programs have no outside")]

pub mod compilers;
pub mod observe;
pub mod random;
pub mod spell;

use std::sync::Arc;

use moonglue_abi::{FieldDef, Prim, Record, RecordDef, RecordKind, RecordOptions, Type};

/// An ordinary field.
pub fn field(name: &str, ty: impl Into<Type>) -> FieldDef {
    FieldDef { name: name.to_owned(), ty: ty.into(), bits: None }
}

/// A bit field.
pub fn bits(name: &str, prim: Prim, width: u32) -> FieldDef {
    FieldDef { name: name.to_owned(), ty: prim.into(), bits: Some(width) }
}

/// A declaration without a base.
pub fn def(kind: RecordKind, options: RecordOptions, fields: Vec<FieldDef>) -> RecordDef {
    RecordDef { kind, name: "T".to_owned(), base: None, fields, options }
}

/// A checked record without a base.
pub fn record(kind: RecordKind, options: RecordOptions, fields: Vec<FieldDef>) -> Record {
    Record::new(def(kind, options, fields)).expect("a valid record")
}

/// A plain struct as a type.
pub fn structure(fields: Vec<FieldDef>) -> Type {
    record(RecordKind::Struct, RecordOptions::default(), fields).into()
}

/// A plain union as a type.
pub fn union(fields: Vec<FieldDef>) -> Type {
    record(RecordKind::Union, RecordOptions::default(), fields).into()
}

/// A struct under `#pragma pack(n)` as a type.
pub fn packed(pack: u32, fields: Vec<FieldDef>) -> Type {
    let options = RecordOptions { pack: Some(pack), ..RecordOptions::default() };
    record(RecordKind::Struct, options, fields).into()
}

/// An array of a valid size.
pub fn array(elem: impl Into<Type>, count: usize) -> Type {
    Type::array(elem.into(), count).expect("a valid array")
}

/// The record a type is.
pub fn as_record(ty: &Type) -> Arc<Record> {
    match ty {
        Type::Record(record) => record.clone(),
        other => panic!("{other:?} is no record"),
    }
}
