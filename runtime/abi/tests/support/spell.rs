//! Records in C.

use std::collections::HashSet;
use std::fmt::Write;

use moonglue_abi::{Abi, BitRules, ByteOrder, FieldDef, Prim, Record, RecordKind, Type};

/// The declarations of a set of records, each once, inner ones first.
#[derive(Default)]
pub struct Declarations {
    pub text: String,
    known: HashSet<String>,
}

impl Declarations {
    pub fn add(&mut self, record: &Record, abi: Abi) {
        let def = record.def();
        if !self.known.insert(def.name.clone()) {
            return;
        }
        if let Some(base) = &def.base {
            self.add(base, abi);
        }
        for field in &def.fields {
            if let Type::Record(inner) = innermost(&field.ty) {
                self.add(inner, abi);
            }
        }
        self.declare(record, abi);
    }

    fn declare(&mut self, record: &Record, abi: Abi) {
        let def = record.def();
        let out = &mut self.text;
        if let Some(pack) = def.options.pack {
            writeln!(out, "#pragma pack(push, {pack})").unwrap();
        }
        writeln!(out, "{} {{", tag(record)).unwrap();
        if let Some(base) = &def.base {
            writeln!(out, "  {} base;", tag(base)).unwrap();
        }
        for field in &def.fields {
            writeln!(out, "  {};", member(field)).unwrap();
        }
        let attributes = attributes(record, abi);
        if attributes.is_empty() {
            writeln!(out, "}};").unwrap();
        } else {
            writeln!(out, "}} __attribute__(({}));", attributes.join(", ")).unwrap();
        }
        if def.options.pack.is_some() {
            writeln!(out, "#pragma pack(pop)").unwrap();
        }
    }
}

fn attributes(record: &Record, abi: Abi) -> Vec<String> {
    let options = record.def().options;
    let mut attributes = Vec::new();
    if let Some(align) = options.align {
        attributes.push(format!("aligned({align})"));
    }
    // gcc knows the attributes on x86 only; ARM has just the one rule set.
    if abi != Abi::Aarch64Linux {
        match options.bit_rules {
            Some(BitRules::SysV) => attributes.push("gcc_struct".to_owned()),
            Some(BitRules::Ms) => attributes.push("ms_struct".to_owned()),
            None => {}
        }
    }
    if options.order == ByteOrder::Big {
        attributes.push("scalar_storage_order(\"big-endian\")".to_owned());
    }
    attributes
}

/// `struct Name` or `union Name`.
pub fn tag(record: &Record) -> String {
    let kind = match record.def().kind {
        RecordKind::Struct => "struct",
        RecordKind::Union => "union",
    };
    format!("{kind} {}", record.def().name)
}

fn member(field: &FieldDef) -> String {
    let bits = field.bits.map_or(String::new(), |bits| format!(" : {bits}"));
    format!("{}{bits}", variable(&field.ty, &field.name))
}

/// A variable's declaration.
pub fn variable(ty: &Type, name: &str) -> String {
    match ty {
        Type::Void => format!("void {name}"),
        Type::Prim(Prim::WChar) => format!("__WCHAR_TYPE__ {name}"),
        Type::Prim(prim) => format!("{} {name}", prim.c_name()),
        Type::Array(elem, count) => variable(elem, &format!("{name}[{count}]")),
        Type::Record(record) => format!("{} {name}", tag(record)),
    }
}

pub fn innermost(ty: &Type) -> &Type {
    match ty {
        Type::Array(elem, _) => innermost(elem),
        other => other,
    }
}

/// Whether it holds for the record or for any record inside.
pub fn any_inside(record: &Record, holds: &dyn Fn(&Record) -> bool) -> bool {
    let def = record.def();
    holds(record)
        || def.base.as_deref().is_some_and(|base| any_inside(base, holds))
        || def.fields.iter().any(|field| match innermost(&field.ty) {
            Type::Record(inner) => any_inside(inner, holds),
            _ => false,
        })
}
