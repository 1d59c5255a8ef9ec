//! Values on their way between targets: every scalar of a value lands where the other target's compiler would look for it.

use std::sync::Arc;

use moonglue_abi::{
    Abi, ByteOrder, FieldDef, Place, Prim, Record, RecordDef, RecordKind, RecordOptions, Step, Transfer, Type,
};

fn record(kind: RecordKind, fields: &[(&str, Type)], order: ByteOrder) -> Type {
    let fields = fields.iter().map(|(n, t)| FieldDef { name: (*n).into(), ty: t.clone(), bits: None }).collect();
    let options = RecordOptions { order, ..RecordOptions::default() };
    Record::new(RecordDef { kind, name: "R".into(), base: None, fields, options }).expect("a sound declaration").into()
}

fn structure(fields: &[(&str, Type)]) -> Type {
    record(RecordKind::Struct, fields, ByteOrder::Native)
}

fn to_i386(ty: &Type) -> Transfer {
    Transfer::new(ty, Abi::X86_64Linux, Abi::I386Linux)
}

#[test]
fn doubles_move_to_where_i386_has_them() {
    let ty = structure(&[("c", Prim::Char.into()), ("d", Prim::Double.into()), ("i", Prim::Int.into())]);
    let way = to_i386(&ty);
    assert_eq!((way.from_size(), way.to_size()), (24, 16));
    assert_eq!(
        way.steps(),
        [Step::Copy { at: Place { from: 0, to: 0 }, len: 1 }, Step::Copy { at: Place { from: 8, to: 4 }, len: 12 },]
    );
    assert!(!way.is_copy());
    assert_eq!(way.offset_at(16), Some(12));
    assert_eq!(way.offset_at(4), None);
    assert_eq!(way.offset_at(24), Some(16));
    assert_eq!((way.offset_back(12), way.offset_back(16), way.offset_back(1)), (Some(16), Some(24), None));
}

#[test]
fn what_lies_alike_is_one_copy() {
    let point = structure(&[("x", Prim::Int.into()), ("y", Prim::Float.into())]);
    let points = Type::array(point, 1000).expect("a sound array");
    assert!(to_i386(&points).is_copy());
    let doubles = Type::array(Prim::Double.into(), 1 << 20).expect("a sound array");
    assert!(to_i386(&doubles).is_copy());
    for abi in Abi::ALL {
        let mixed = structure(&[("c", Prim::Char.into()), ("l", Prim::Long.into())]);
        assert!(Transfer::new(&mixed, abi, abi).is_copy(), "{abi:?}");
    }
}

#[test]
fn longs_and_pointers_are_steps_of_their_own() {
    let ty = structure(&[("l", Prim::Long.into()), ("p", Prim::Pointer.into()), ("u", Prim::ULong.into())]);
    let integer =
        |from, to, signed| Step::Integer { at: Place { from, to }, from_size: 8, to_size: 4, signed, swapped: false };
    assert_eq!(
        to_i386(&ty).steps(),
        [integer(0, 0, true), Step::Pointer { at: Place { from: 8, to: 4 } }, integer(16, 8, false)]
    );
}

#[test]
fn arrays_of_structs_repeat() {
    let ty = structure(&[("i", Prim::Int.into()), ("d", Prim::Double.into())]);
    let way = to_i386(&Type::array(ty, 100).expect("a sound array"));
    let [Step::Repeat { count: 100, stride: Place { from: 16, to: 12 }, steps, .. }] = way.steps() else {
        panic!("{:?}", way.steps());
    };
    assert_eq!(steps.len(), 2);
    assert_eq!(way.offset_at(16 * 7 + 8), Some(12 * 7 + 4));
    assert_eq!(way.offset_at(16 * 7), Some(12 * 7));
}

#[test]
fn a_union_is_one_copy_only_while_its_members_lie_alike() {
    let number = record(RecordKind::Union, &[("d", Prim::Double.into()), ("i", Prim::Int.into())], ByteOrder::Native);
    assert!(to_i386(&number).is_copy());
    let word = record(RecordKind::Union, &[("p", Prim::Pointer.into()), ("i", Prim::Int.into())], ByteOrder::Native);
    let way = to_i386(&word);
    let [Step::Union { at: Place { from: 0, to: 0 }, from_size: 8, to_size: 4, pointer: true, members }] = way.steps()
    else {
        panic!("{:?}", way.steps());
    };
    let start = Place { from: 0, to: 0 };
    assert_eq!(*members[0], [Step::Pointer { at: start }]);
    assert_eq!(*members[1], [Step::Copy { at: start, len: 4 }]);
}

#[test]
fn big_endian_longs_are_marked() {
    let ty = record(RecordKind::Struct, &[("l", Prim::Long.into())], ByteOrder::Big);
    assert!(matches!(to_i386(&ty).steps(), [Step::Integer { swapped: true, .. }]));
}

#[test]
fn bit_fields_move_between_units() {
    let fields = [("a", 3), ("b", 40), ("c", 7)].map(|(n, bits)| FieldDef {
        name: n.into(),
        ty: Prim::ULongLong.into(),
        bits: Some(bits),
    });
    let def = RecordDef {
        kind: RecordKind::Struct,
        name: "B".into(),
        base: None,
        fields: fields.into(),
        options: RecordOptions::default(),
    };
    let ty = Type::Record(Arc::new(Record::new(def).expect("a sound declaration")));
    // The last field's unit is another one on i386, the bytes are the same.
    assert!(matches!(to_i386(&ty).steps(), [Step::Copy { len: 8, .. }, Step::Bits { .. }]));
    let windows = Transfer::new(&ty, Abi::X86_64Linux, Abi::I386Windows);
    assert_eq!(windows.to_size(), ty.size(Abi::I386Windows));
}

#[test]
fn the_padding_of_a_long_double_is_not_carried() {
    let ty = structure(&[("x", Prim::LongDouble.into()), ("i", Prim::Int.into())]);
    assert_eq!(
        to_i386(&ty).steps(),
        [Step::Copy { at: Place { from: 0, to: 0 }, len: 10 }, Step::Copy { at: Place { from: 16, to: 12 }, len: 4 },]
    );
}

#[test]
fn arrays_of_few_items_nest_without_growing() {
    let mut ty = Type::from(Prim::Long);
    for _ in 0..200 {
        ty = Type::array(ty, 1).expect("a sound array");
    }
    assert!(matches!(to_i386(&ty).steps(), [Step::Integer { .. }]));
    let pairs = Type::array(Type::array(Prim::Long.into(), 2).expect("a sound array"), 2).expect("a sound array");
    let places: Vec<_> = to_i386(&pairs)
        .steps()
        .iter()
        .map(|step| match step {
            Step::Integer { at, .. } => (at.from, at.to),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(places, [(0, 0), (8, 4), (16, 8), (24, 12)]);
}
