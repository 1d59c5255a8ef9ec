//! Messages come out as they went in, and nothing else is taken for one.

use std::sync::Arc;

use moonglue_abi::{Abi, BitRules, ByteOrder, FieldDef, Prim, Record, RecordDef, RecordKind, RecordOptions, Type};
use moonglue_wire::{Convention, Error, Reply, Request, Signature, decode, encode};

use super::samples::{replies, requests};

fn request_survives(request: &Request<'_>) {
    let mut bytes = Vec::new();
    encode(request, &mut bytes).unwrap();
    assert_eq!(&decode::<Request<'_>>(&bytes).unwrap(), request);
    for len in 0..bytes.len() {
        assert!(decode::<Request<'_>>(&bytes[..len]).is_err(), "{request:?} cut to {len} bytes");
    }
    bytes.push(0);
    assert!(matches!(decode::<Request<'_>>(&bytes), Err(Error::Trailing(1))));
}

fn reply_survives(reply: &Reply<'_>) {
    let mut bytes = Vec::new();
    encode(reply, &mut bytes).unwrap();
    assert_eq!(&decode::<Reply<'_>>(&bytes).unwrap(), reply);
    assert_eq!(Reply::is_callback(&bytes), matches!(reply, Reply::Callback(_)));
    for len in 0..bytes.len() {
        assert!(decode::<Reply<'_>>(&bytes[..len]).is_err(), "{reply:?} cut to {len} bytes");
    }
}

#[test]
fn requests_survive() {
    requests().iter().for_each(request_survives);
}

#[test]
fn replies_survive() {
    replies().iter().for_each(reply_survives);
}

fn field(name: &str, ty: Type, bits: Option<u32>) -> FieldDef {
    FieldDef { name: name.to_owned(), ty, bits }
}

fn record(name: &str, base: Option<Arc<Record>>, fields: Vec<FieldDef>, options: RecordOptions) -> Arc<Record> {
    let def = RecordDef { kind: RecordKind::Struct, name: name.to_owned(), base, fields, options };
    Arc::new(Record::new(def).unwrap())
}

#[test]
fn signatures_come_out_equal() {
    let base = record("Base", None, vec![field("c", Prim::Char.into(), None)], RecordOptions::default());
    let options = RecordOptions { pack: Some(2), align: Some(8), bit_rules: Some(BitRules::Ms), order: ByteOrder::Big };
    let fields = vec![
        field("a", Type::array(Prim::Double.into(), 3).unwrap(), None),
        field("bits", Prim::UInt.into(), Some(5)),
        field("", Prim::UInt.into(), Some(0)),
        field("again", Type::Record(base.clone()), None),
    ];
    let whole = Type::Record(record("Whole", Some(base), fields, options));
    let params = [whole.clone(), Prim::Long.into(), Prim::Int.into(), whole.clone()];
    let signature = Signature::new(&whole, &params, 2, Convention::Stdcall);
    request_survives(&Request::Prepare(signature.clone()));

    let types = signature.types().unwrap();
    assert_eq!((&types.result, types.params.as_slice()), (&whole, params.as_slice()));
    assert_eq!((types.fixed, types.convention), (2, Convention::Stdcall));
    for abi in Abi::ALL {
        assert_eq!(types.result.size(abi), whole.size(abi));
    }
}

#[test]
fn each_scalar_keeps_its_type() {
    for prim in Prim::ALL {
        let types = Signature::new(&Type::Void, &[prim.into()], 1, Convention::C).types().unwrap();
        assert_eq!(types.params, [Type::Prim(prim)]);
    }
}

#[test]
fn more_fixed_parameters_than_parameters_are_refused() {
    let signature = Signature::new(&Type::Void, &[Prim::Int.into()], 2, Convention::C);
    assert!(matches!(signature.types(), Err(Error::Fixed { fixed: 2, params: 1 })));
}
