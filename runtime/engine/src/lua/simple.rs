//! The simple types of each target ABI, their aliases included.

use moonglue_abi::{Abi, Prim};

use super::context::Context;
use super::ctype::{CType, Conv, Kind, Simple, TypeRef};

/// One ABI's simple types.
pub(crate) struct SimpleTypes {
    pub(crate) void: TypeRef,
    /// Name in the module and type; an alias is the type it names.
    pub(crate) named: Vec<(&'static str, TypeRef)>,
}

impl SimpleTypes {
    /// The type called `name` in the module.
    pub(crate) fn get(&self, name: &str) -> Option<TypeRef> {
        self.named.iter().find(|(n, _)| *n == name).map(|(_, t)| *t)
    }
}

/// Distinct types with their primitive and conversion: (name, primitive, conversion).
const BASE: &[(&str, Prim, Conv)] = &[
    ("c_bool", Prim::Bool, Conv::Bool),
    ("c_char", Prim::Char, Conv::Char),
    ("c_wchar", Prim::WChar, Conv::WChar),
    ("c_byte", Prim::SChar, Conv::I8),
    ("c_ubyte", Prim::UChar, Conv::U8),
    ("c_short", Prim::Short, Conv::I16),
    ("c_ushort", Prim::UShort, Conv::U16),
    ("c_int", Prim::Int, Conv::I32),
    ("c_uint", Prim::UInt, Conv::U32),
    ("c_long", Prim::Long, Conv::I64),
    ("c_ulong", Prim::ULong, Conv::U64),
    ("c_longlong", Prim::LongLong, Conv::I64),
    ("c_ulonglong", Prim::ULongLong, Conv::U64),
    ("c_float", Prim::Float, Conv::F32),
    ("c_double", Prim::Double, Conv::F64),
    ("c_longdouble", Prim::LongDouble, Conv::F80),
    ("c_float_complex", Prim::FloatComplex, Conv::ComplexF32),
    ("c_double_complex", Prim::DoubleComplex, Conv::ComplexF64),
    ("c_longdouble_complex", Prim::LongDoubleComplex, Conv::ComplexF80),
    ("c_char_p", Prim::Pointer, Conv::CharP),
    ("c_wchar_p", Prim::Pointer, Conv::WCharP),
    ("c_void_p", Prim::Pointer, Conv::VoidP),
    ("const_char_p", Prim::Pointer, Conv::ConstCharP),
    ("HRESULT", Prim::Int, Conv::HResult),
    ("VARIANT_BOOL", Prim::Short, Conv::VariantBool),
];

/// The names of integer types by size and signedness, narrowest suitable type first, as ctypes chooses them.
const SIGNED: &[&str] = &["c_byte", "c_short", "c_int", "c_long", "c_longlong"];
const UNSIGNED: &[&str] = &["c_ubyte", "c_ushort", "c_uint", "c_ulong", "c_ulonglong"];

/// The simple types of `abi`, made on first use.
pub(crate) fn simple_types(context: &'static Context, abi: Abi) -> &'static SimpleTypes {
    if let Some(set) = context.simple.borrow().get(&abi) {
        return set;
    }
    let mut named: Vec<(&'static str, TypeRef)> = Vec::new();
    for &(name, prim, conv) in BASE {
        // Types of one size are one type object where ctypes makes them one: `c_longlong` is `c_long` on LP64,
        // `c_int` is `c_long` where both have 32 bits.
        let size = prim.size(abi);
        let long = Prim::Long.size(abi);
        let same_as = match name {
            "c_longlong" if size == long => Some("c_long"),
            "c_ulonglong" if size == long => Some("c_ulong"),
            "c_long" if size == Prim::Int.size(abi) => Some("c_int"),
            "c_ulong" if size == Prim::Int.size(abi) => Some("c_uint"),
            _ => None,
        };
        let ty = match same_as {
            Some(other) => find(&named, other),
            None => Some(new_simple(context, name, prim, sized(conv, size), abi, false)),
        };
        if let Some(ty) = ty {
            named.push((name, ty));
        }
    }
    for (&(name, ty), swapped) in named.clone().iter().zip(std::iter::repeat(true)) {
        if let Kind::Simple(s) = &ty.kind
            && s.twin.get().is_none()
            && can_swap(s.conv)
        {
            let twin = new_simple(context, name, s.prim, s.conv, abi, swapped);
            s.twin.set(Some(twin));
            if let Kind::Simple(t) = &twin.kind {
                t.twin.set(Some(ty));
            }
        }
    }
    alias_by_size(&mut named, abi);
    let void = context.adopt(CType::new(context, "void", Kind::Void, abi, 0, 1));
    let set = context.adopt_simple(SimpleTypes { void, named });
    context.simple.borrow_mut().insert(abi, set);
    set
}

fn find(named: &[(&'static str, TypeRef)], name: &str) -> Option<TypeRef> {
    named.iter().find(|(n, _)| *n == name).map(|(_, t)| *t)
}

/// `c_long` has 32 or 64 bits, by ABI; the other entries of [`BASE`] have one width everywhere.
fn sized(conv: Conv, size: usize) -> Conv {
    match (conv, size) {
        (Conv::I64, 4) => Conv::I32,
        (Conv::U64, 4) => Conv::U32,
        _ => conv,
    }
}

/// Pointers, wide characters and long double have no twin in the other byte order, as in ctypes; one-byte types need none.
fn can_swap(conv: Conv) -> bool {
    matches!(conv, Conv::I16 | Conv::U16 | Conv::I32 | Conv::U32 | Conv::I64 | Conv::U64 | Conv::F32 | Conv::F64)
}

fn new_simple(context: &'static Context, name: &str, prim: Prim, conv: Conv, abi: Abi, swapped: bool) -> TypeRef {
    let simple = Simple { conv, prim, swapped, twin: Default::default() };
    let ty = CType::new(context, name, Kind::Simple(simple), abi, prim.size(abi), prim.align(abi));
    let ty = context.adopt(ty);
    ty.instance_metatable.set(context.refs.simple_metatable.get());
    ty
}

/// `c_int8` ... `c_uint64`, `c_size_t` and the like name the first integer type of their size.
fn alias_by_size(named: &mut Vec<(&'static str, TypeRef)>, abi: Abi) {
    let pointer = abi.pointer_size();
    let time = if abi == Abi::I386Linux || abi == Abi::I386Windows { 4 } else { 8 };
    let aliases: &[(&'static str, usize, &[&str])] = &[
        ("c_int8", 1, SIGNED),
        ("c_uint8", 1, UNSIGNED),
        ("c_int16", 2, SIGNED),
        ("c_uint16", 2, UNSIGNED),
        ("c_int32", 4, SIGNED),
        ("c_uint32", 4, UNSIGNED),
        ("c_int64", 8, SIGNED),
        ("c_uint64", 8, UNSIGNED),
        ("c_size_t", pointer, UNSIGNED),
        ("c_ssize_t", pointer, SIGNED),
        ("c_intptr_t", pointer, SIGNED),
        ("c_uintptr_t", pointer, UNSIGNED),
        ("c_time_t", time, SIGNED),
    ];
    for &(alias, size, choice) in aliases {
        let ty = choice.iter().filter_map(|n| find(named, n)).find(|t| t.size() == size);
        if let Some(ty) = ty {
            named.push((alias, ty));
        }
    }
    if let Some(void_p) = find(named, "c_void_p") {
        named.push(("c_voidp", void_p));
    }
}

/// ctypes' one-letter code of a simple type (`T._type_`).
pub(crate) fn type_code(conv: Conv, prim: Prim) -> &'static str {
    match conv {
        Conv::Bool => "?",
        Conv::Char => "c",
        Conv::WChar => "u",
        Conv::I8 => "b",
        Conv::U8 => "B",
        Conv::I16 => "h",
        Conv::U16 => "H",
        Conv::F32 => "f",
        Conv::F64 => "d",
        Conv::F80 => "g",
        Conv::ComplexF32 => "F",
        Conv::ComplexF64 => "D",
        Conv::ComplexF80 => "G",
        Conv::CharP | Conv::ConstCharP => "z",
        Conv::WCharP => "Z",
        Conv::VoidP => "P",
        Conv::HResult => "l",
        Conv::VariantBool => "v",
        Conv::I32 | Conv::I64 => match prim {
            Prim::Long => "l",
            Prim::LongLong => "q",
            _ => "i",
        },
        Conv::U32 | Conv::U64 => match prim {
            Prim::ULong => "L",
            Prim::ULongLong => "Q",
            _ => "I",
        },
    }
}
