//! What a C compiler says about records: numbers and initialised samples, read from the object file it makes, so that
//! targets whose programs cannot run here are asked as well.

use std::fmt::Write;
use std::sync::Arc;

use moonglue_abi::{Abi, ByteOrder, FieldLayout, Prim, Record, RecordLayout, Type};

use super::compilers::Compiler;
use super::spell::{Declarations, tag};

/// A record as the compiler lays it out.
#[derive(Debug, PartialEq)]
pub struct Observed {
    pub size: usize,
    pub align: usize,
    pub fields: Vec<Seen>,
}

/// A field as the compiler lays it out.
#[derive(Debug, PartialEq)]
pub enum Seen {
    Plain {
        offset: usize,
        size: usize,
    },
    /// The whole record after all ones went into this bit field of a zeroed record.
    Bits {
        bytes: Vec<u8>,
    },
    /// Unnamed: C has no way to ask.
    Unnamed,
}

/// Asks one compiler about all the records, in one file.
pub fn observe(compiler: &Compiler, records: &[Arc<Record>]) -> Vec<Observed> {
    let mut declarations = Declarations::default();
    let mut numbers = String::new();
    let mut sample_fields = String::new();
    let mut sample_values = String::new();
    let mut count = 0;
    for record in records {
        declarations.add(record, compiler.abi);
        let tag = tag(record);
        writeln!(numbers, "sizeof({tag}), _Alignof({tag}),").unwrap();
        for field in &record.def().fields {
            let name = &field.name;
            if name.is_empty() {
                continue;
            }
            if field.bits.is_none() {
                writeln!(numbers, "__builtin_offsetof({tag}, {name}), sizeof((({tag} *)0)->{name}),").unwrap();
                continue;
            }
            let ones = if field.ty == Type::Prim(Prim::Bool) { 1 } else { -1 };
            writeln!(numbers, "__builtin_offsetof(struct samples, s{count}),").unwrap();
            writeln!(sample_fields, "  {tag} s{count};").unwrap();
            writeln!(sample_values, "  .s{count} = {{ .{name} = {ones} }},").unwrap();
            count += 1;
        }
    }
    let source = format!(
        "{}\nstruct samples {{\n{sample_fields}}};\n\
         const struct samples samples __attribute__((section(\".samps\"))) = {{\n{sample_values}}};\n\
         const unsigned long long numbers[] __attribute__((section(\".nums\"))) = {{\n{numbers}}};\n",
        declarations.text
    );
    let [numbers, samples] = compiler.sections(&source, [".nums", ".samps"]);
    let numbers = numbers.as_chunks::<8>().0.iter().map(|bytes| u64::from_le_bytes(*bytes) as usize);
    Reader { numbers, samples: &samples }.all(records)
}

struct Reader<'a, I> {
    numbers: I,
    samples: &'a [u8],
}

impl<I: Iterator<Item = usize>> Reader<'_, I> {
    fn number(&mut self) -> usize {
        self.numbers.next().expect("the object file has every number")
    }

    fn all(&mut self, records: &[Arc<Record>]) -> Vec<Observed> {
        records.iter().map(|record| self.record(record)).collect()
    }

    fn record(&mut self, record: &Record) -> Observed {
        let (size, align) = (self.number(), self.number());
        let mut fields = Vec::new();
        for field in &record.def().fields {
            fields.push(if field.name.is_empty() {
                Seen::Unnamed
            } else if field.bits.is_none() {
                Seen::Plain { offset: self.number(), size: self.number() }
            } else {
                let start = self.number();
                Seen::Bits { bytes: self.samples[start..start + size].to_vec() }
            });
        }
        Observed { size, align, fields }
    }
}

/// The same, according to our layout, bit fields written by the documented rule for readers.
pub fn predict(record: &Record, abi: Abi) -> Observed {
    let layout = record.layout(abi);
    let def = record.def();
    let fields = def.fields.iter().zip(&layout.fields).map(|(field, place)| match place.bits {
        _ if field.name.is_empty() => Seen::Unnamed,
        None => Seen::Plain { offset: place.offset, size: place.size },
        Some(_) => Seen::Bits { bytes: with_ones(layout, place, def.options.order) },
    });
    Observed { size: layout.size, align: layout.align, fields: fields.collect() }
}

fn with_ones(layout: &RecordLayout, place: &FieldLayout, order: ByteOrder) -> Vec<u8> {
    let bits = place.bits.expect("a bit field");
    let ones = ((1u128 << bits.width) - 1) << bits.offset;
    let mut unit = ones.to_le_bytes()[..place.size].to_vec();
    if order == ByteOrder::Big {
        unit.reverse();
    }
    let mut bytes = vec![0; layout.size];
    bytes[place.offset..place.offset + place.size].copy_from_slice(&unit);
    bytes
}
