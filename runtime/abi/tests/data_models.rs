//! The scalars and a few telling records on each target, as tables and as the compilers see them.

mod support;

use std::fmt::Write;

use moonglue_abi::{Abi, Prim, RecordKind, RecordOptions, Repr, Type};
use support::compilers::Compiler;
use support::spell::variable;
use support::{bits, field, record, structure};

const LINUX64: Abi = Abi::X86_64Linux;
const LINUX32: Abi = Abi::I386Linux;
const WINDOWS32: Abi = Abi::I386Windows;
const WINDOWS64: Abi = Abi::X86_64Windows;
const COLUMNS: [Abi; 4] = [LINUX64, LINUX32, WINDOWS32, WINDOWS64];

#[test]
fn scalars_differ_as_the_table_says() {
    // Size and alignment in a struct, in the order of the columns.
    let table = [
        (Prim::Long, [(8, 8), (4, 4), (4, 4), (4, 4)]),
        (Prim::Pointer, [(8, 8), (4, 4), (4, 4), (8, 8)]),
        (Prim::LongLong, [(8, 8), (8, 4), (8, 8), (8, 8)]),
        (Prim::Double, [(8, 8), (8, 4), (8, 8), (8, 8)]),
        (Prim::LongDouble, [(16, 16), (12, 4), (12, 4), (16, 16)]),
        (Prim::WChar, [(4, 4), (4, 4), (2, 2), (2, 2)]),
    ];
    for (prim, expected) in table {
        assert_eq!(COLUMNS.map(|abi| (prim.size(abi), prim.align(abi))), expected, "{prim:?}");
    }
}

#[test]
fn records_differ_as_the_table_says() {
    let offsets = |ty: &Type, abi| -> Vec<usize> {
        support::as_record(ty).layout(abi).fields.iter().map(|field| field.offset).collect()
    };
    let mixed = structure(vec![field("c", Prim::Char), field("d", Prim::Double), field("i", Prim::Int)]);
    assert_eq!(COLUMNS.map(|abi| mixed.size(abi)), [24, 16, 24, 24]);
    assert_eq!(offsets(&mixed, LINUX64), [0, 8, 16]);
    assert_eq!(offsets(&mixed, LINUX32), [0, 4, 12]);

    let pointed = structure(vec![field("i", Prim::Int), field("p", Prim::Pointer)]);
    assert_eq!(COLUMNS.map(|abi| pointed.size(abi)), [16, 8, 8, 16]);

    let longs = structure(vec![field("i", Prim::Int), field("l", Prim::Long)]);
    assert_eq!(COLUMNS.map(|abi| longs.size(abi)), [16, 8, 8, 8]);

    let flags = vec![bits("a", Prim::UInt, 3), bits("b", Prim::UChar, 5), bits("c", Prim::ULongLong, 40)];
    let flags: Type = record(RecordKind::Struct, RecordOptions::default(), flags).into();
    assert_eq!(COLUMNS.map(|abi| flags.size(abi)), [8, 8, 16, 16]);
}

#[test]
fn scalars_are_what_the_compilers_say() {
    for compiler in Compiler::all_present() {
        let abi = compiler.abi;
        let mut source = String::from("const unsigned long long numbers[] __attribute__((section(\".nums\"))) = {\n");
        for prim in Prim::ALL {
            let ty = variable(&prim.into(), "");
            // Only integers are asked for their sign.
            let signed = if is_integer(prim, abi) { format!("(({ty})-1 < ({ty})1)") } else { "2".to_owned() };
            writeln!(
                source,
                "sizeof({ty}), __builtin_offsetof(struct {{ char c; {}; }}, x), {signed},",
                variable(&prim.into(), "x")
            )
            .unwrap();
        }
        source += "};\n";
        let [numbers] = compiler.sections(&source, [".nums"]);
        let numbers: Vec<u64> = numbers.as_chunks::<8>().0.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect();
        for (prim, seen) in Prim::ALL.into_iter().zip(numbers.as_chunks::<3>().0) {
            let signed = match prim.repr(abi) {
                Repr::Int { signed, .. } => u64::from(signed),
                _ => 2,
            };
            assert_eq!([prim.size(abi) as u64, prim.align(abi) as u64, signed], *seen, "{prim:?} on {}", abi.name());
        }
    }
}

fn is_integer(prim: Prim, abi: Abi) -> bool {
    matches!(prim.repr(abi), Repr::Int { .. })
}
