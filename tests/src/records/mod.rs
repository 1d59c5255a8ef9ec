//! Random structures and unions, written down twice: once for a C compiler and once for a script.
//!
//! What both sides say of sizes, offsets and values must agree.

mod c;
mod generate;
mod lua;

pub use c::c_source;
pub use generate::{Choice, generate};
pub use lua::lua_source;

/// A type of a field.
#[derive(Debug, Clone)]
pub enum Kind {
    /// Index into [`SCALARS`].
    Scalar(usize),
    /// So many of one kind.
    Array(Box<Kind>, usize),
    /// Index of an earlier record.
    Record(usize),
}

/// A field of a record.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: Kind,
    /// Its width in bits, for a bit field.
    pub bits: Option<u32>,
}

/// A structure or union.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its name.
    pub name: String,
    /// All fields at offset 0.
    pub is_union: bool,
    /// The cap on the fields' alignment.
    pub pack: Option<u32>,
    /// The record's own least alignment.
    pub align: Option<u32>,
    /// Microsoft's rules for bit fields.
    pub ms: bool,
    /// Its fields in order.
    pub fields: Vec<Field>,
}

/// How a leaf's value is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A signed integer of so many bits.
    Signed(u32),
    /// An unsigned integer of so many bits.
    Unsigned(u32),
    /// A truth value.
    Bool,
    /// A floating point number.
    Float,
    /// A complex number.
    Complex,
    /// An address.
    Pointer,
}

/// A scalar type: its name in C, its name in the module, its class.
#[derive(Debug)]
pub struct Scalar {
    /// In C.
    pub c: &'static str,
    /// In the module.
    pub lua: &'static str,
    /// How its values look.
    pub class: Class,
}

/// The scalar types that records are made of.
pub const SCALARS: &[Scalar] = &[
    Scalar { c: "signed char", lua: "c_byte", class: Class::Signed(8) },
    Scalar { c: "unsigned char", lua: "c_ubyte", class: Class::Unsigned(8) },
    Scalar { c: "short", lua: "c_short", class: Class::Signed(16) },
    Scalar { c: "unsigned short", lua: "c_ushort", class: Class::Unsigned(16) },
    Scalar { c: "int", lua: "c_int", class: Class::Signed(32) },
    Scalar { c: "unsigned", lua: "c_uint", class: Class::Unsigned(32) },
    Scalar { c: "long", lua: "c_long", class: Class::Signed(64) },
    Scalar { c: "unsigned long", lua: "c_ulong", class: Class::Unsigned(64) },
    Scalar { c: "_Bool", lua: "c_bool", class: Class::Bool },
    Scalar { c: "float", lua: "c_float", class: Class::Float },
    Scalar { c: "double", lua: "c_double", class: Class::Float },
    Scalar { c: "long double", lua: "c_longdouble", class: Class::Float },
    Scalar { c: "void *", lua: "c_void_p", class: Class::Pointer },
    Scalar { c: "float _Complex", lua: "c_float_complex", class: Class::Complex },
    Scalar { c: "double _Complex", lua: "c_double_complex", class: Class::Complex },
];

/// One scalar inside a record, with the value that both sides give it.
#[derive(Debug)]
pub struct Leaf {
    /// `.f2[1].f0`: the same text in C and in Lua.
    pub path: String,
    /// How its value looks.
    pub class: Class,
    /// What the value is made from.
    pub seed: u32,
}

/// The scalars of `records[index]` that can hold values at once: of a union only one member. `long_bits` are those of a `long`
/// where the values have to fit.
pub fn leaves(records: &[Record], index: usize, long_bits: u32) -> Vec<Leaf> {
    let mut found = Vec::new();
    collect(records, &Kind::Record(index), None, String::new(), &mut found);
    for leaf in &mut found {
        leaf.class = match leaf.class {
            Class::Signed(64) => Class::Signed(long_bits),
            Class::Unsigned(64) => Class::Unsigned(long_bits),
            class => class,
        };
    }
    found
}

/// Without bit fields that a `long` of so many bits has no room for.
pub fn fitting(mut records: Vec<Record>, long_bits: u32) -> Vec<Record> {
    for field in records.iter_mut().flat_map(|record| &mut record.fields) {
        field.bits = field.bits.map(|bits| bits.min(long_bits));
    }
    records
}

fn collect(records: &[Record], kind: &Kind, bits: Option<u32>, path: String, found: &mut Vec<Leaf>) {
    match kind {
        Kind::Scalar(scalar) => {
            let class = match (SCALARS[*scalar].class, bits) {
                (Class::Signed(_), Some(bits)) => Class::Signed(bits),
                (Class::Unsigned(_), Some(bits)) => Class::Unsigned(bits),
                (class, _) => class,
            };
            let seed = u32::try_from(found.len()).expect("records are small");
            found.push(Leaf { path, class, seed });
        }
        Kind::Array(item, length) => {
            for i in 0..*length {
                collect(records, item, None, format!("{path}[{i}]"), found);
            }
        }
        Kind::Record(index) => {
            let record = &records[*index];
            // Members of a union overwrite each other: the middle one speaks for all.
            let chosen = if record.is_union { Some(record.fields.len() / 2) } else { None };
            for (i, field) in record.fields.iter().enumerate() {
                if chosen.is_none_or(|chosen| chosen == i) {
                    collect(records, &field.kind, field.bits, format!("{path}.{}", field.name), found);
                }
            }
        }
    }
}

impl Leaf {
    /// The leaf's value as an integer that fits its class.
    fn integer(&self) -> i64 {
        let seed = i64::from(self.seed);
        match self.class {
            Class::Signed(bits) => {
                let least = i64::MIN >> (64 - bits);
                // Least values and small negative ones show lost sign bits.
                if seed % 3 == 0 { least } else { (-1 - seed % 5).max(least) }
            }
            Class::Unsigned(64) => i64::MAX - seed,
            Class::Unsigned(bits) => ((i64::MAX >> (63 - bits)) - seed % 3).max(0),
            // Numbers that are no addresses in any process.
            Class::Pointer => 8 + 8 * (seed % 500),
            Class::Bool | Class::Float | Class::Complex => seed + 1,
        }
    }
}
