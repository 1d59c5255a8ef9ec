//! What a declaration may say, what is refused, and how a base is laid out.

mod support;

use std::sync::Arc;

use moonglue_abi::{
    Abi, BitPlace, ByteOrder, Error, FieldDef, Prim, Record, RecordDef, RecordKind, RecordOptions, Type,
};
use support::{array, as_record, bits, def, field, record, structure};

fn refused(fields: Vec<FieldDef>) -> Error {
    Record::new(def(RecordKind::Struct, RecordOptions::default(), fields)).expect_err("a refusal")
}

#[test]
fn fields_must_make_sense() {
    assert!(matches!(refused(vec![field("x", Type::Void)]), Error::VoidField { field, .. } if field == "x"));
    let twice = vec![field("x", Prim::Int), field("y", Prim::Int), field("x", Prim::Char)];
    assert!(matches!(refused(twice), Error::DuplicateField { field, .. } if field == "x"));
    for prim in [Prim::Float, Prim::Pointer, Prim::Char, Prim::WChar, Prim::DoubleComplex] {
        assert!(matches!(refused(vec![bits("x", prim, 1)]), Error::BitFieldType { .. }), "{prim:?}");
    }
    let of_array = FieldDef { bits: Some(3), ..field("x", array(Prim::Int, 2)) };
    assert!(matches!(refused(vec![of_array]), Error::BitFieldType { .. }));
    assert!(matches!(refused(vec![bits("x", Prim::Int, 33)]), Error::BitWidth { bits: 33, max: 32, .. }));
    assert!(matches!(refused(vec![bits("x", Prim::Int, 0)]), Error::BitWidth { bits: 0, .. }));
    assert!(matches!(refused(vec![bits("", Prim::SChar, 9)]), Error::BitWidth { bits: 9, max: 8, .. }));
}

#[test]
fn members_without_names_do_not_collide() {
    let fields = vec![
        bits("", Prim::Int, 3),
        bits("", Prim::Int, 0),
        field("", structure(vec![field("a", Prim::Int)])),
        field("", structure(vec![field("b", Prim::Int)])),
    ];
    assert_eq!(structure(fields).size(Abi::X86_64Linux), 12);
}

#[test]
fn options_must_make_sense() {
    let with = |pack, align| {
        let options = RecordOptions { pack, align, ..RecordOptions::default() };
        Record::new(def(RecordKind::Struct, options, vec![field("x", Prim::Double)]))
    };
    assert!(matches!(with(Some(3), None), Err(Error::Pack { pack: 3, .. })));
    assert!(matches!(with(None, Some(12)), Err(Error::Align { align: 12, .. })));
    assert!(matches!(with(None, Some(1 << 31)), Err(Error::Align { .. })));
    let unchanged = with(Some(0), Some(0)).expect("0 is the same as none");
    assert_eq!(unchanged.layout(Abi::X86_64Linux).align, 8);
    assert_eq!(with(Some(2), None).expect("packed").layout(Abi::X86_64Linux).align, 2);
    let raised = with(Some(1), Some(64)).expect("packed inside, aligned outside");
    assert_eq!((raised.layout(Abi::X86_64Linux).size, raised.layout(Abi::X86_64Linux).align), (64, 64));
}

#[test]
fn no_type_is_larger_than_memory() {
    let huge = isize::MAX as usize;
    assert!(matches!(Type::array(Prim::Int.into(), huge / 2), Err(Error::TooLarge { .. })));
    assert!(matches!(Type::array(Prim::Char.into(), usize::MAX), Err(Error::TooLarge { .. })));
    assert_eq!(Type::array(Type::Void, 1), Err(Error::VoidArray));
    let half = array(Prim::Char, huge / 2 + 1);
    let both = refused(vec![field("a", half.clone()), field("b", half.clone())]);
    assert!(matches!(both, Error::TooLarge { .. }));
    // Hand-built, past the check that `Type::array` makes.
    let unchecked = Type::Array(Arc::new(half), 16);
    assert!(matches!(refused(vec![field("x", unchecked)]), Error::TooLarge { .. }));
    // A record of almost everything has no room left for its padding.
    let options = RecordOptions { align: Some(1 << 20), ..RecordOptions::default() };
    let all = def(RecordKind::Struct, options, vec![field("x", array(Prim::Char, huge))]);
    assert!(matches!(Record::new(all), Err(Error::TooLarge { .. })));
}

#[test]
fn nesting_ends() {
    let nest_arrays = (0..10_000).try_fold(Type::from(Prim::Char), |ty, _| Type::array(ty, 1));
    assert!(matches!(nest_arrays, Err(Error::TooDeep { .. })));
    let nest = |copies: usize| {
        (0..10_000).try_fold(Type::from(Prim::Char), |ty, _| {
            let empty = Type::array(ty, 0)?;
            let fields = (0..copies).map(|index| field(&format!("f{index}"), empty.clone())).collect();
            Record::new(def(RecordKind::Struct, RecordOptions::default(), fields)).map(Type::from)
        })
    };
    assert!(matches!(nest(1), Err(Error::TooDeep { .. })));
    // Each holds the one before twice, and none of them has a byte.
    assert!(matches!(nest(2), Err(Error::TooManyFields { .. })));
}

#[test]
fn a_base_keeps_its_tail_padding() {
    let base = structure(vec![field("a", Prim::Int), field("b", Prim::Char)]);
    let derive = |kind, name: &str| {
        let fields = vec![field(name, Prim::Char)];
        let base = Some(as_record(&base));
        Record::new(RecordDef { base, ..def(kind, RecordOptions::default(), fields) })
    };
    let derived = derive(RecordKind::Struct, "c").expect("a struct on a struct");
    let layout = derived.layout(Abi::X86_64Linux);
    assert_eq!((layout.size, layout.align, layout.fields.len(), layout.fields[0].offset), (12, 4, 1, 8));
    assert!(matches!(derive(RecordKind::Struct, "b"), Err(Error::DuplicateField { .. })));
    assert!(matches!(derive(RecordKind::Union, "c"), Err(Error::BaseKind { .. })));
}

#[test]
fn big_endian_bit_fields_start_at_the_top() {
    let fields = || vec![bits("a", Prim::UShort, 3), bits("b", Prim::UShort, 9)];
    let place = |order, index: usize| {
        let options = RecordOptions { order, ..RecordOptions::default() };
        record(RecordKind::Struct, options, fields()).layout(Abi::X86_64Linux).fields[index]
    };
    let at = |offset, width| Some(BitPlace { offset, width });
    assert_eq!(place(ByteOrder::Native, 0).bits, at(0, 3));
    assert_eq!(place(ByteOrder::Native, 1).bits, at(3, 9));
    assert_eq!(place(ByteOrder::Big, 0).bits, at(13, 3));
    assert_eq!(place(ByteOrder::Big, 1).bits, at(4, 9));
    assert_eq!((place(ByteOrder::Big, 1).offset, place(ByteOrder::Big, 1).size), (0, 2));
}

#[test]
#[cfg(all(target_pointer_width = "64", not(windows)))]
fn a_bit_field_too_wide_elsewhere_is_cut_there() {
    let wide = record(RecordKind::Struct, RecordOptions::default(), vec![bits("x", Prim::Long, 40)]);
    let width = |abi| wide.layout(abi).fields[0].bits.map(|bits| bits.width);
    assert_eq!((width(Abi::X86_64Linux), width(Abi::X86_64Windows)), (Some(40), Some(32)));
}
