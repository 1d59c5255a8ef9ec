//! The C side: definitions, what the compiler says of them, and functions over them.

use std::fmt::Write as _;

use super::{Class, Kind, Leaf, Record, SCALARS, leaves};

/// A C source that defines `records` and exports, for each record `R`:
///
/// - `info_R(size_t *)`: size, alignment, then the offset of each field that is no bit field
/// - `fill_R(R *)` and `check_R(const R *)`: writes the values, tells whether they are there
/// - `echo_R(R)`, `take_R(int, R, double)`, `relay_R(R (*)(R, int), R)`: by value
///
/// Their values fit a `long` of `long_bits` bits.
pub fn c_source(records: &[Record], long_bits: u32) -> String {
    let mut text = String::from("#include <stddef.h>\n#include <string.h>\n#include <complex.h>\n");
    for (index, record) in records.iter().enumerate() {
        define(&mut text, records, record).expect("writing to a string cannot fail");
        functions(&mut text, record, &leaves(records, index, long_bits)).expect("writing to a string cannot fail");
    }
    text
}

fn define(text: &mut String, records: &[Record], record: &Record) -> std::fmt::Result {
    let name = &record.name;
    if let Some(pack) = record.pack {
        writeln!(text, "#pragma pack(push, {pack})")?;
    }
    let word = if record.is_union { "union" } else { "struct" };
    let aligned = record.align.map(|align| format!(" __attribute__((aligned({align})))")).unwrap_or_default();
    let layout = if record.ms { " __attribute__((ms_struct))" } else { " __attribute__((gcc_struct))" };
    writeln!(text, "typedef {word}{layout}{aligned} {{")?;
    for field in &record.fields {
        let (start, end) = declaration(records, &field.kind);
        let bits = field.bits.map(|bits| format!(" : {bits}")).unwrap_or_default();
        writeln!(text, "    {start} {}{end}{bits};", field.name)?;
    }
    writeln!(text, "}} {name};")?;
    if record.pack.is_some() {
        writeln!(text, "#pragma pack(pop)")?;
    }
    Ok(())
}

fn functions(text: &mut String, record: &Record, leaves: &[Leaf]) -> std::fmt::Result {
    let name = &record.name;
    writeln!(text, "void info_{name}(size_t *out) {{ *out++ = sizeof({name}); *out++ = _Alignof({name});")?;
    for field in record.fields.iter().filter(|field| field.bits.is_none()) {
        writeln!(text, "    *out++ = offsetof({name}, {});", field.name)?;
    }
    writeln!(text, "}}\nvoid fill_{name}({name} *p) {{ memset(p, 0, sizeof *p);")?;
    for leaf in leaves {
        writeln!(text, "    (*p){} = {};", leaf.path, value(leaf))?;
    }
    writeln!(text, "}}\nint check_{name}(const {name} *p) {{ return 1")?;
    for leaf in leaves {
        writeln!(text, "    && (*p){} == {}", leaf.path, value(leaf))?;
    }
    writeln!(text, "; }}")?;
    writeln!(text, "{name} echo_{name}({name} v) {{ return v; }}")?;
    writeln!(text, "int take_{name}(int a, {name} v, double d) {{ return a == 7 && d == 2.5 && check_{name}(&v); }}")?;
    writeln!(text, "{name} relay_{name}({name} (*f)({name}, int), {name} v) {{ return f(v, 9); }}")
}

/// What stands before and after the name in a declaration.
fn declaration(records: &[Record], kind: &Kind) -> (String, String) {
    match kind {
        Kind::Scalar(scalar) => (SCALARS[*scalar].c.to_owned(), String::new()),
        Kind::Record(index) => (records[*index].name.clone(), String::new()),
        Kind::Array(item, length) => {
            let (start, end) = declaration(records, item);
            (start, format!("[{length}]{end}"))
        }
    }
}

fn value(leaf: &Leaf) -> String {
    let integer = leaf.integer();
    match leaf.class {
        // The least value of 64 bits has no literal in C.
        Class::Signed(_) if integer == i64::MIN => "(-9223372036854775807L - 1)".to_owned(),
        Class::Signed(_) => format!("{integer}L"),
        Class::Unsigned(_) => format!("{integer}UL"),
        Class::Bool => if leaf.seed.is_multiple_of(2) { "1" } else { "0" }.to_owned(),
        Class::Float => format!("{integer}.5"),
        Class::Complex => format!("({integer}.5f + {integer}.25f * I)"),
        Class::Pointer => format!("(void *){integer}L"),
    }
}
