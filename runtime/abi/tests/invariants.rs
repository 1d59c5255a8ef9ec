//! Whatever is declared, sensible or not: nothing panics, and what is accepted keeps its promises.

mod support;

use moonglue_abi::{
    Abi, BitRules, ByteOrder, Error, FieldDef, Prim, Record, RecordDef, RecordKind, RecordOptions, Type, draw, passing,
    result_passing,
};
use proptest::prelude::*;

fn types() -> impl Strategy<Value = Type> {
    let leaf = prop_oneof![1 => Just(Type::Void), 30 => proptest::sample::select(&Prim::ALL[..]).prop_map(Type::Prim)];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let count = prop_oneof![4 => 0..5usize, 1 => any::<usize>()];
        let arrays = (inner.clone(), count).prop_map(|(elem, count)| Type::array(elem.clone(), count).unwrap_or(elem));
        let records = (declarations(inner.clone()), inner).prop_map(|(def, otherwise)| match Record::new(def) {
            Ok(record) => record.into(),
            Err(_) => otherwise,
        });
        prop_oneof![arrays, records]
    })
}

fn declarations(inner: impl Strategy<Value = Type>) -> impl Strategy<Value = RecordDef> {
    let name = prop_oneof![1 => Just(String::new()), 9 => "[a-z]{1,3}"];
    let width = proptest::option::of(prop_oneof![9 => 0..66u32, 1 => any::<u32>()]);
    let field = (name, inner, width).prop_map(|(name, ty, bits)| {
        // Widths on everything would leave few records to accept.
        let bits = bits.filter(|_| matches!(&ty, Type::Prim(prim) if prim.allows_bits()));
        FieldDef { name, ty, bits }
    });
    let power = || proptest::option::of(prop_oneof![9 => (0..6u32).prop_map(|bit| 1 << bit), 1 => any::<u32>()]);
    let rules = proptest::option::of(prop_oneof![Just(BitRules::SysV), Just(BitRules::Ms)]);
    let order = prop_oneof![4 => Just(ByteOrder::Native), 1 => Just(ByteOrder::Little), 1 => Just(ByteOrder::Big)];
    let options = (power(), power(), rules, order).prop_map(|(pack, align, bit_rules, order)| RecordOptions {
        pack,
        align,
        bit_rules,
        order,
    });
    let kind = prop_oneof![Just(RecordKind::Struct), Just(RecordKind::Union)];
    (kind, options, proptest::collection::vec(field, 0..6)).prop_map(|(kind, options, fields)| RecordDef {
        kind,
        name: "T".to_owned(),
        base: None,
        fields,
        options,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5000))]

    #[test]
    fn accepted_records_hold_their_fields(def in declarations(types())) {
        let record = match Record::new(def) {
            Ok(record) => record,
            Err(error) => {
                prop_assert!(!error.to_string().is_empty());
                return Ok(());
            }
        };
        for abi in Abi::ALL {
            let layout = record.layout(abi);
            prop_assert!(layout.align.is_power_of_two());
            prop_assert_eq!(layout.size % layout.align, 0);
            prop_assert_eq!(layout.fields.len(), record.def().fields.len());
            for place in &layout.fields {
                prop_assert!(place.offset + place.size <= layout.size);
                if let Some(bits) = place.bits {
                    prop_assert!(bits.width <= 64 && place.size <= 9);
                    prop_assert!((bits.offset + bits.width) as usize <= 8 * place.size);
                }
            }
            let ty = Type::from(record.clone());
            let (_, _) = (passing(&ty, abi), result_passing(&ty, abi));
        }
        prop_assert!(draw(&record, Abi::HOST, &|_| "t".to_owned()).lines().count() >= 2);
    }

    #[test]
    fn arrays_multiply_or_are_refused(ty in types(), count in any::<usize>()) {
        let size = |abi| ty.size(abi) as u128 * count as u128;
        match Type::array(ty.clone(), count) {
            Ok(array) => for abi in Abi::ALL {
                prop_assert_eq!(array.size(abi) as u128, size(abi));
                prop_assert_eq!(array.align(abi), ty.align(abi));
            },
            Err(Error::VoidArray) => prop_assert_eq!(ty, Type::Void),
            Err(_) => prop_assert!(Abi::ALL.into_iter().any(|abi| size(abi) > isize::MAX as u128)),
        }
    }
}
