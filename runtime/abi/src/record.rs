//! Structs and unions: what they are declared as, and the checks a declaration must pass.

use std::collections::HashSet;
use std::sync::Arc;

use crate::layout::lay_out;
use crate::{Abi, BitRules, Error, RecordLayout, Type};

/// The largest alignment gcc gives a type.
const MAX_ALIGN: u32 = 1 << 28;

/// How many fields a record may have, those of the records inside it included. Drawing and classifying walk all of them,
/// and records that hold two of the one before would make that number as large as they like.
const MAX_FIELDS: usize = 1 << 20;

/// Struct or union.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RecordKind {
    /// Fields follow each other.
    Struct,
    /// Fields share their bytes.
    Union,
}

/// The order of the bytes in a record's scalars.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum ByteOrder {
    /// The target's own.
    #[default]
    Native,
    /// Least significant byte first.
    Little,
    /// Most significant byte first; bit fields then fill their units from the most significant bit.
    Big,
}

/// One declared field.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldDef {
    /// Its name. Empty for a member without one: an anonymous record, or an unnamed bit field.
    pub name: String,
    /// Its type; for a bit field the type it was declared with.
    pub ty: Type,
    /// The width of a bit field, in bits. Only an unnamed one may be 0, which ends the storage in use, as in C.
    pub bits: Option<u32>,
}

/// How a record departs from the target's ordinary layout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordOptions {
    /// Upper limit of the fields' alignment, in bytes, as `#pragma pack(n)`; 0 is the same as none.
    pub pack: Option<u32>,
    /// Lower limit of the record's alignment, in bytes, as `__attribute__((aligned(n)))`; 0 is the same as none.
    pub align: Option<u32>,
    /// Bit-field rules; without it the target's.
    pub bit_rules: Option<BitRules>,
    /// Byte order of the fields.
    pub order: ByteOrder,
}

/// The declaration of a struct or union.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordDef {
    /// Struct or union.
    pub kind: RecordKind,
    /// Its name, used in messages and drawings.
    pub name: String,
    /// A record whose fields come first. It keeps its own layout, tail padding included.
    pub base: Option<Arc<Record>>,
    /// The fields in order, without the base's.
    pub fields: Vec<FieldDef>,
    /// Packing, alignment, bit-field rules, byte order.
    pub options: RecordOptions,
}

/// A checked struct or union together with its layout on every target.
#[derive(Clone, Debug)]
pub struct Record {
    def: RecordDef,
    depth: usize,
    /// Inner ones included, an array's counted once.
    fields: usize,
    layouts: [RecordLayout; Abi::ALL.len()],
}

impl Record {
    /// Checks a declaration and lays it out for every target.
    ///
    /// A bit field may be as wide as its type is on this machine. On a target where that type is narrower (`long` with 40
    /// bits on Windows) C has no such field; there it is cut to the type's width, visible in [`BitPlace`](crate::BitPlace).
    ///
    /// # Errors
    /// [`Error`] names the field and what is wrong: a width, a type without a value or without bits, a name given twice,
    /// packing or alignment that is no power of two, a base of the other kind, a size no address space holds, or nesting that
    /// has no end.
    pub fn new(def: RecordDef) -> Result<Record, Error> {
        check_options(&def)?;
        check_base(&def)?;
        check_names(&def)?;
        for field in &def.fields {
            check_field(&def, field)?;
        }
        let members = def.fields.iter().map(|field| field.ty.depth());
        let base = def.base.iter().map(|base| base.depth);
        let depth = Type::check_depth(1 + members.chain(base).max().unwrap_or(0))?;
        let fields = count_fields(&def)?;
        let [a, b, c, d, e] = Abi::ALL.map(|abi| lay_out(&def, abi));
        let layouts = [a?, b?, c?, d?, e?];
        Ok(Record { def, depth, fields, layouts })
    }

    /// The declaration.
    pub fn def(&self) -> &RecordDef {
        &self.def
    }

    /// Where everything is on that target.
    pub fn layout(&self, abi: Abi) -> &RecordLayout {
        &self.layouts[abi.index()]
    }

    /// The bit-field rules that apply on that target.
    pub fn bit_rules(&self, abi: Abi) -> BitRules {
        self.def.bit_rules(abi)
    }

    pub(crate) fn depth(&self) -> usize {
        self.depth
    }
}

/// Layouts follow from the declaration, so only that is compared.
impl PartialEq for Record {
    fn eq(&self, other: &Record) -> bool {
        self.def == other.def
    }
}

impl RecordDef {
    pub(crate) fn bit_rules(&self, abi: Abi) -> BitRules {
        self.options.bit_rules.unwrap_or(abi.default_bit_rules())
    }
}

impl RecordOptions {
    /// The packing in effect.
    pub(crate) fn pack(&self) -> Option<u32> {
        self.pack.filter(|&pack| pack != 0)
    }

    /// The least alignment of the record.
    pub(crate) fn align(&self) -> u32 {
        self.align.unwrap_or(0).max(1)
    }
}

fn check_options(def: &RecordDef) -> Result<(), Error> {
    if let Some(pack) = def.options.pack()
        && !pack.is_power_of_two()
    {
        return Err(Error::Pack { record: def.name.clone(), pack });
    }
    let align = def.options.align();
    if !align.is_power_of_two() || align > MAX_ALIGN {
        return Err(Error::Align { record: def.name.clone(), align, max: MAX_ALIGN });
    }
    Ok(())
}

fn check_base(def: &RecordDef) -> Result<(), Error> {
    match &def.base {
        Some(base) if base.def.kind != def.kind => {
            Err(Error::BaseKind { record: def.name.clone(), base: base.def.name.clone() })
        }
        _ => Ok(()),
    }
}

fn check_names(def: &RecordDef) -> Result<(), Error> {
    let mut seen = HashSet::new();
    let mut base = def.base.as_deref();
    while let Some(record) = base {
        seen.extend(record.def.fields.iter().map(|field| field.name.as_str()));
        base = record.def.base.as_deref();
    }
    for field in &def.fields {
        if !field.name.is_empty() && !seen.insert(&field.name) {
            return Err(Error::DuplicateField { record: def.name.clone(), field: field.name.clone() });
        }
    }
    Ok(())
}

fn count_fields(def: &RecordDef) -> Result<usize, Error> {
    let inner = def.fields.iter().map(|field| match field.ty.innermost() {
        Type::Record(record) => 1 + record.fields,
        _ => 1,
    });
    let base = def.base.iter().map(|base| base.fields);
    // Each term is within the limit and the declaration fits in memory, so the sum cannot overflow 128 bits.
    let count: u128 = inner.chain(base).map(|count| count as u128).sum();
    match usize::try_from(count) {
        Ok(count) if count <= MAX_FIELDS => Ok(count),
        _ => Err(Error::TooManyFields { record: def.name.clone(), limit: MAX_FIELDS }),
    }
}

fn check_field(def: &RecordDef, field: &FieldDef) -> Result<(), Error> {
    let record = def.name.clone();
    let name = field.name.clone();
    if *field.ty.innermost() == Type::Void {
        return Err(Error::VoidField { record, field: name });
    }
    let Some(bits) = field.bits else { return Ok(()) };
    let Some(max) = bit_limit(&field.ty) else {
        return Err(Error::BitFieldType { record, field: name });
    };
    let min = if name.is_empty() { 0 } else { 1 };
    if bits < min || bits > max {
        return Err(Error::BitWidth { record, field: name, bits, max });
    }
    Ok(())
}

/// The widest bit field of that type on this machine; `None` when it cannot be one at all.
fn bit_limit(ty: &Type) -> Option<u32> {
    match ty {
        Type::Prim(prim) if prim.allows_bits() => Some(8 * prim.size(Abi::HOST) as u32),
        _ => None,
    }
}
