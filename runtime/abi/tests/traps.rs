//! By-value classification of the aggregates that other bindings get wrong, and of the rules around them, one by one.

mod support;

use moonglue_abi::{Abi, Class, FloatRepr, Passing, Prim, RecordKind, RecordOptions, Type, passing, result_passing};
use support::{array, bits, field, packed, record, structure, union};

const INTEGER: Class = Class::Integer;
const SSE: Class = Class::Sse;

/// On System V x86-64, where argument and result share one classification.
#[track_caller]
fn sysv(ty: impl Into<Type>, expected: Passing) {
    let ty = ty.into();
    assert_eq!(passing(&ty, Abi::X86_64Linux), expected);
    assert_eq!(result_passing(&ty, Abi::X86_64Linux), expected);
}

fn registers(classes: &[Class]) -> Passing {
    Passing::Registers(classes.to_vec())
}

#[test]
fn scalars() {
    sysv(Type::Void, Passing::Nothing);
    sysv(Prim::Bool, registers(&[INTEGER]));
    sysv(Prim::Pointer, registers(&[INTEGER]));
    sysv(Prim::Float, registers(&[SSE]));
    sysv(Prim::FloatComplex, registers(&[SSE]));
    sysv(Prim::DoubleComplex, registers(&[SSE, SSE]));
    sysv(Prim::LongDouble, Passing::X87);
    sysv(Prim::LongDoubleComplex, Passing::ComplexX87);
}

#[test]
fn an_integer_in_an_eightbyte_wins_over_floats() {
    sysv(union(vec![field("d", Prim::Double), field("i", Prim::LongLong)]), registers(&[INTEGER]));
    sysv(union(vec![field("i", Prim::Int), field("f", Prim::Float)]), registers(&[INTEGER]));
    sysv(structure(vec![field("f", Prim::Float), field("i", Prim::Int)]), registers(&[INTEGER]));
    let halves = union(vec![field("f", array(Prim::Float, 4)), field("l", Prim::Long)]);
    sysv(halves, registers(&[INTEGER, SSE]));
}

#[test]
fn floats_alone_share_vector_registers() {
    let two = |a, b| structure(vec![field("a", a), field("b", b)]);
    sysv(two(Prim::Float, Prim::Float), registers(&[SSE]));
    sysv(two(Prim::Double, Prim::Float), registers(&[SSE, SSE]));
    sysv(two(Prim::Double, Prim::Int), registers(&[SSE, INTEGER]));
    sysv(two(Prim::Int, Prim::Double), registers(&[INTEGER, SSE]));
    sysv(union(vec![field("d", Prim::Double), field("f", Prim::Float)]), registers(&[SSE]));
    sysv(union(vec![field("f", array(Prim::Float, 4)), field("d", array(Prim::Double, 2))]), registers(&[SSE, SSE]));
    sysv(structure(vec![field("a", array(Prim::Float, 3))]), registers(&[SSE, SSE]));
    sysv(
        structure(vec![field("inner", two(Prim::Float, Prim::Float)), field("f", Prim::Float)]),
        registers(&[SSE, SSE]),
    );
}

#[test]
fn unaligned_fields_force_memory() {
    sysv(packed(1, vec![field("c", Prim::SChar), field("d", Prim::Double)]), Passing::Memory);
    sysv(packed(1, vec![field("c", Prim::SChar), field("i", Prim::Int), field("s", Prim::Short)]), Passing::Memory);
    // Packed, but every field where it would be anyway.
    sysv(
        packed(1, vec![field("i", Prim::Int), field("s", Prim::Short), field("c", Prim::SChar)]),
        registers(&[INTEGER]),
    );
    sysv(packed(1, vec![field("d", Prim::Double), field("c", Prim::SChar)]), registers(&[SSE, INTEGER]));
}

#[test]
fn sizes_decide() {
    for size in 1..=40 {
        let expected = match size {
            1..=8 => registers(&[INTEGER]),
            9..=16 => registers(&[INTEGER, INTEGER]),
            _ => Passing::Memory,
        };
        sysv(structure(vec![field("bytes", array(Prim::UChar, size))]), expected);
    }
    sysv(structure(vec![field("a", array(Prim::Double, 3))]), Passing::Memory);
    sysv(structure(vec![]), Passing::Nothing);
    sysv(structure(vec![field("none", array(Prim::Int, 0))]), Passing::Nothing);
}

#[test]
fn long_double_inside() {
    sysv(structure(vec![field("x", Prim::LongDouble)]), Passing::X87);
    sysv(structure(vec![field("x", structure(vec![field("y", array(Prim::LongDouble, 1))]))]), Passing::X87);
    sysv(union(vec![field("x", Prim::LongDouble)]), Passing::X87);
    sysv(structure(vec![field("x", Prim::LongDouble), field("i", Prim::Int)]), Passing::Memory);
    sysv(union(vec![field("x", Prim::LongDouble), field("i", Prim::Int)]), Passing::Memory);
    sysv(union(vec![field("x", Prim::LongDouble), field("f", Prim::Float)]), Passing::Memory);
    sysv(structure(vec![field("x", Prim::LongDoubleComplex)]), Passing::Memory);
    // The inner union is lost to memory before the integers around it could cover its second half.
    let lost = union(vec![field("b", Prim::Bool), field("x", Prim::LongDouble)]);
    sysv(union(vec![field("lost", lost), field("i", array(Prim::Int, 3))]), Passing::Memory);
}

#[test]
fn complex_numbers_inside() {
    sysv(structure(vec![field("z", Prim::FloatComplex)]), registers(&[SSE]));
    sysv(structure(vec![field("f", Prim::Float), field("z", Prim::FloatComplex)]), registers(&[SSE, SSE]));
    sysv(structure(vec![field("z", Prim::DoubleComplex)]), registers(&[SSE, SSE]));
    sysv(structure(vec![field("z", Prim::FloatComplex), field("i", Prim::Int)]), registers(&[SSE, INTEGER]));
}

#[test]
fn bit_fields_are_integers_where_they_lie() {
    sysv(structure(vec![bits("a", Prim::Int, 3), bits("b", Prim::Int, 29)]), registers(&[INTEGER]));
    sysv(structure(vec![field("d", Prim::Double), bits("a", Prim::Int, 3)]), registers(&[SSE, INTEGER]));
    sysv(structure(vec![field("f", Prim::Float), bits("a", Prim::Int, 3)]), registers(&[INTEGER]));
    // A zero width belongs to nothing.
    sysv(structure(vec![field("f", Prim::Float), bits("", Prim::Int, 0), field("g", Prim::Float)]), registers(&[SSE]));
    // A packed field across both eightbytes, aligned to nothing, still is no unaligned field.
    let across = packed(1, vec![bits("a", Prim::LongLong, 60), bits("b", Prim::LongLong, 50)]);
    sysv(across, registers(&[INTEGER, INTEGER]));
}

#[test]
fn padding_behind_the_value_takes_no_register() {
    let options = RecordOptions { align: Some(16), ..RecordOptions::default() };
    let wide: Type = record(RecordKind::Struct, options, vec![field("d", Prim::Double)]).into();
    assert_eq!(wide.size(Abi::X86_64Linux), 16);
    sysv(wide, registers(&[SSE]));
}

#[test]
fn windows_goes_by_size_alone() {
    let abi = Abi::X86_64Windows;
    for size in 1..=17 {
        let ty = structure(vec![field("bytes", array(Prim::UChar, size))]);
        let (argument, result) = match size {
            1 | 2 | 4 | 8 => (registers(&[INTEGER]), registers(&[INTEGER])),
            _ => (Passing::Reference, Passing::Memory),
        };
        assert_eq!(passing(&ty, abi), argument, "{size}");
        assert_eq!(result_passing(&ty, abi), result, "{size}");
    }
    assert_eq!(passing(&structure(vec![field("d", Prim::Double)]), abi), registers(&[INTEGER]));
    assert_eq!(passing(&Prim::Double.into(), abi), registers(&[SSE]));
    assert_eq!(passing(&Prim::LongDouble.into(), abi), Passing::Reference);
    assert_eq!(result_passing(&Prim::LongDouble.into(), abi), Passing::Memory);
}

#[test]
fn the_stack_carries_everything_on_32_bit_x86() {
    let eight = structure(vec![field("a", Prim::Int), field("b", Prim::Int)]);
    for abi in [Abi::I386Linux, Abi::I386Windows] {
        assert_eq!(passing(&eight, abi), Passing::Memory);
        assert_eq!(passing(&Prim::Int.into(), abi), Passing::Memory);
        assert_eq!(result_passing(&Prim::Int.into(), abi), registers(&[INTEGER]));
        assert_eq!(result_passing(&Prim::LongLong.into(), abi), registers(&[INTEGER, INTEGER]));
        assert_eq!(result_passing(&Prim::Float.into(), abi), Passing::X87);
    }
    assert_eq!(result_passing(&eight, Abi::I386Linux), Passing::Memory);
    assert_eq!(result_passing(&eight, Abi::I386Windows), registers(&[INTEGER, INTEGER]));
    let three = structure(vec![field("bytes", array(Prim::UChar, 3))]);
    assert_eq!(result_passing(&three, Abi::I386Windows), Passing::Memory);
}

#[test]
fn arm_has_homogeneous_float_aggregates() {
    let abi = Abi::Aarch64Linux;
    let hfa = |count, float| Passing::Hfa { count, float };
    assert_eq!(passing(&structure(vec![field("v", array(Prim::Double, 4))]), abi), hfa(4, FloatRepr::F64));
    assert_eq!(passing(&structure(vec![field("v", array(Prim::LongDouble, 3))]), abi), hfa(3, FloatRepr::F128));
    let five = structure(vec![field("v", array(Prim::Float, 5))]);
    assert_eq!(passing(&five, abi), Passing::Reference);
    assert_eq!(result_passing(&five, abi), Passing::Memory);
    let mixed = structure(vec![field("f", Prim::Float), field("d", Prim::Double)]);
    assert_eq!(passing(&mixed, abi), registers(&[INTEGER, INTEGER]));
    let overlaid = union(vec![field("f", Prim::Float), field("pair", array(Prim::Float, 2))]);
    assert_eq!(passing(&overlaid, abi), hfa(2, FloatRepr::F32));
    assert_eq!(passing(&structure(vec![field("z", Prim::DoubleComplex)]), abi), hfa(2, FloatRepr::F64));
    assert_eq!(passing(&structure(vec![]), abi), Passing::Nothing);
}
