//! The rows set in columns.

use std::fmt::Write;

use super::rows::{Row, Rows};
use crate::{Abi, BitRules, ByteOrder, FieldDef, Record, RecordKind};

/// Draws a record's layout: a line per field with offset, size, bits, name and type, lines for padding, nested records
/// indented below their field with offsets from the outermost record.
///
/// `type_name` spells the type of a field. It is given the way to it: the field of the drawn record first, then the field
/// inside that one, and last the field in question; inherited fields count as the record's own. The text ends with a
/// newline.
///
/// ```
/// use moonglue_abi::*;
///
/// let field = |name: &str, prim: Prim| FieldDef { name: name.into(), ty: prim.into(), bits: None };
/// let point = Record::new(RecordDef {
///     kind: RecordKind::Struct,
///     name: "Point".into(),
///     base: None,
///     fields: vec![field("tag", Prim::Char), field("x", Prim::Double)],
///     options: RecordOptions::default(),
/// })?;
/// let text = draw(&point, Abi::X86_64Linux, &|path| match path.last().map(|field| &field.ty) {
///     Some(Type::Prim(prim)) => prim.c_name().to_owned(),
///     _ => "?".to_owned(),
/// });
/// assert!(text.contains("       1     7  -- padding --\n       8     8  x    double\n"), "{text}");
/// # Ok::<(), Error>(())
/// ```
pub fn draw(record: &Record, abi: Abi, type_name: &dyn Fn(&[&FieldDef]) -> String) -> String {
    let mut text = heading(record, abi);
    table(&mut text, &Rows::of(record, abi, type_name));
    text
}

fn heading(record: &Record, abi: Abi) -> String {
    let def = record.def();
    let layout = record.layout(abi);
    let kind = match def.kind {
        RecordKind::Struct => "struct",
        RecordKind::Union => "union",
    };
    let mut facts = vec![format!("size {}", layout.size), format!("align {}", layout.align)];
    if let Some(pack) = def.options.pack() {
        facts.push(format!("pack {pack}"));
    }
    match def.options.order {
        ByteOrder::Native => {}
        ByteOrder::Little => facts.push("little-endian".to_owned()),
        ByteOrder::Big => facts.push("big-endian".to_owned()),
    }
    if record.bit_rules(abi) != abi.default_bit_rules() {
        facts.push(match record.bit_rules(abi) {
            BitRules::SysV => "sysv bit fields".to_owned(),
            BitRules::Ms => "ms bit fields".to_owned(),
        });
    }
    let target = if abi == Abi::HOST { String::new() } else { format!(" on {}", abi.name()) };
    format!("{kind} {}{target}  ({})\n", def.name, facts.join(", "))
}

fn table(text: &mut String, rows: &[Row]) {
    let with_bits = rows.iter().any(|row| row.bits.is_some());
    let label_width = rows
        .iter()
        .filter(|row| !row.type_name.is_empty())
        .map(|row| 2 * row.level + row.label.chars().count())
        .max()
        .unwrap_or(0);
    let bits_column = |text: &str| if with_bits { format!("  {text:>5}") } else { String::new() };
    line(text, format_args!("  offset  size{}  field", bits_column("bits")));
    for row in rows {
        let size = row.size.map_or(String::new(), |size| size.to_string());
        let bits = match row.bits {
            Some((first, last)) if first == last => first.to_string(),
            Some((first, last)) => format!("{first}-{last}"),
            None => String::new(),
        };
        let label = format!("{:indent$}{}", "", row.label, indent = 2 * row.level);
        line(
            text,
            format_args!(
                "  {:>6}  {size:>4}{}  {label:<label_width$}  {}",
                row.offset,
                bits_column(&bits),
                row.type_name
            ),
        );
    }
}

fn line(text: &mut String, content: std::fmt::Arguments) {
    let start = text.len();
    // Writing to a string cannot fail.
    let _ = text.write_fmt(content);
    text.truncate(start + text[start..].trim_end().len());
    text.push('\n');
}
