//! Drawings, word for word.

mod support;

use std::sync::Arc;

use moonglue_abi::{
    Abi, BitRules, ByteOrder, FieldDef, Prim, Record, RecordDef, RecordKind, RecordOptions, Type, draw,
};
use support::{array, bits, def, field};

fn type_name(path: &[&FieldDef]) -> String {
    fn name(ty: &Type) -> String {
        match ty {
            Type::Void => "void".to_owned(),
            Type::Prim(prim) => prim.c_name().to_owned(),
            Type::Array(elem, count) => format!("{}[{count}]", name(elem)),
            Type::Record(record) => record.def().name.clone(),
        }
    }
    name(&path.last().expect("a field").ty)
}

fn named(name: &str, def: RecordDef) -> Record {
    Record::new(RecordDef { name: name.to_owned(), ..def }).expect("a valid record")
}

fn point() -> Record {
    let fields = vec![field("tag", Prim::Char), field("x", Prim::Double)];
    named("Point", def(RecordKind::Struct, RecordOptions::default(), fields))
}

/// Compares the drawing, without the target's name in its heading, so that every machine can run this.
#[track_caller]
fn assert_drawn(record: &Record, abi: Abi, expected: &str) {
    let text = draw(record, abi, &type_name).replacen(&format!(" on {}", abi.name()), "", 1);
    assert_eq!(text, expected, "\n{text}");
}

#[test]
fn padding_has_rows() {
    assert_drawn(
        &point(),
        Abi::X86_64Linux,
        "struct Point  (size 16, align 8)
  offset  size  field
       0     1  tag  char
       1     7  -- padding --
       8     8  x    double
",
    );
    assert_drawn(
        &point(),
        Abi::I386Linux,
        "struct Point  (size 12, align 4)
  offset  size  field
       0     1  tag  char
       1     3  -- padding --
       4     8  x    double
",
    );
}

#[test]
fn the_heading_names_a_foreign_target() {
    let foreign = if Abi::HOST == Abi::I386Windows { Abi::I386Linux } else { Abi::I386Windows };
    let text = draw(&point(), foreign, &type_name);
    assert!(text.starts_with(&format!("struct Point on {}  (", foreign.name())), "{text}");
    assert!(draw(&point(), Abi::HOST, &type_name).starts_with("struct Point  ("));
}

#[test]
fn records_inside_are_indented() {
    let fields =
        vec![field("from", point()), field("trail", array(Type::from(point()), 2)), field("closed", Prim::Bool)];
    let line = named("Line", def(RecordKind::Struct, RecordOptions::default(), fields));
    let expected = "struct Line  (size 56, align 8)
  offset  size  field
       0    16  from    Point
       0     1    tag   char
       1     7    -- padding --
       8     8    x     double
      16    32  trail   Point[2]
      48     1  closed  _Bool
      49     7  -- tail padding --
";
    assert_drawn(&line, Abi::X86_64Linux, expected);
}

#[test]
fn a_base_comes_first() {
    let fields = vec![field("y", Prim::Double)];
    let base = Some(Arc::new(point()));
    let derived = named("Point2", RecordDef { base, ..def(RecordKind::Struct, RecordOptions::default(), fields) });
    let expected = "struct Point2  (size 24, align 8)
  offset  size  field
       0    16  (base)  Point
       0     1    tag   char
       1     7    -- padding --
       8     8    x     double
      16     8  y       double
";
    assert_drawn(&derived, Abi::X86_64Linux, expected);
}

#[test]
fn bit_fields_have_a_column() {
    let fields = vec![
        bits("ready", Prim::UInt, 1),
        bits("mode", Prim::UInt, 5),
        bits("", Prim::UInt, 4),
        bits("level", Prim::UChar, 7),
        field("n", Prim::Short),
    ];
    let flags = named("Flags", def(RecordKind::Struct, RecordOptions::default(), fields));
    let expected = "struct Flags  (size 8, align 4)
  offset  size   bits  field
       0     4      0  ready      unsigned int : 1
       0     4    1-5  mode       unsigned int : 5
       0     4    6-9  (unnamed)  unsigned int : 4
       1               -- 6 unused bits --
       2     1    0-6  level      unsigned char : 7
       2               -- 9 unused bits --
       4     2         n          short
       6     2         -- tail padding --
";
    assert_drawn(&flags, Abi::X86_64Linux, expected);
}

#[test]
fn options_show_in_the_heading() {
    let options = RecordOptions { pack: Some(1), bit_rules: Some(BitRules::Ms), order: ByteOrder::Big, align: None };
    let fields = vec![bits("a", Prim::UShort, 4), bits("b", Prim::UShort, 12)];
    let expected = "struct Wire  (size 2, align 1, pack 1, big-endian, ms bit fields)
  offset  size   bits  field
       0     2  12-15  a  unsigned short : 4
       0     2   0-11  b  unsigned short : 12
";
    assert_drawn(&named("Wire", def(RecordKind::Struct, options, fields)), Abi::X86_64Linux, expected);
}

#[test]
fn a_union_has_only_tail_padding() {
    let fields = vec![field("bytes", array(Prim::UChar, 9)), field("d", Prim::Double)];
    let expected = "union Both  (size 16, align 8)
  offset  size  field
       0     9  bytes  unsigned char[9]
       0     8  d      double
       9     7  -- tail padding --
";
    assert_drawn(&named("Both", def(RecordKind::Union, RecordOptions::default(), fields)), Abi::X86_64Linux, expected);
}

#[test]
fn an_empty_record_is_a_heading() {
    let empty = named("Empty", def(RecordKind::Struct, RecordOptions::default(), vec![]));
    assert_drawn(&empty, Abi::X86_64Linux, "struct Empty  (size 0, align 1)\n  offset  size  field\n");
}
