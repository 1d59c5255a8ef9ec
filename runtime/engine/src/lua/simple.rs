//! The simple types of each target ABI, their aliases included.

use moonglue_abi::{Abi, Prim};

use super::context::Context;
use super::ctype::{CType, Conv, Kind, Simple, TypeRef};

/// One ABI's simple types: those that the engine itself speaks of, and all of them by name.
pub(crate) struct SimpleTypes {
    pub(crate) void: TypeRef,
    pub(crate) char: TypeRef,
    pub(crate) wchar: TypeRef,
    pub(crate) ubyte: TypeRef,
    pub(crate) int: TypeRef,
    pub(crate) long_long: TypeRef,
    pub(crate) double: TypeRef,
    pub(crate) double_complex: TypeRef,
    pub(crate) char_p: TypeRef,
    pub(crate) void_p: TypeRef,
    pub(crate) hresult: TypeRef,
    /// Name in the module and type; an alias is the type it names.
    pub(crate) named: Vec<(&'static str, TypeRef)>,
}

/// The simple types of `abi`, made on first use.
pub(crate) fn simple_types(context: &'static Context, abi: Abi) -> &'static SimpleTypes {
    if let Some(set) = context.simple.borrow().get(&abi) {
        return set;
    }
    let set = context.adopt_simple(SimpleTypes::new(context, abi));
    context.simple.borrow_mut().insert(abi, set);
    set
}

impl SimpleTypes {
    fn new(context: &'static Context, abi: Abi) -> SimpleTypes {
        let make = |name, prim, conv| new_simple(context, name, prim, conv, abi, false);
        let void = context.adopt(CType::new(context, "void", Kind::Void, abi, 0, 1));
        let char = make("c_char", Prim::Char, Conv::Char);
        let wchar = make("c_wchar", Prim::WChar, Conv::WChar);
        let byte = make("c_byte", Prim::SChar, Conv::I8);
        let ubyte = make("c_ubyte", Prim::UChar, Conv::U8);
        let short = make("c_short", Prim::Short, Conv::I16);
        let ushort = make("c_ushort", Prim::UShort, Conv::U16);
        let int = make("c_int", Prim::Int, Conv::I32);
        let uint = make("c_uint", Prim::UInt, Conv::U32);
        // As in ctypes, `c_long` is `c_int` where both have 32 bits. Other than there `c_longlong` is never `c_long`: a library
        // of a 32-bit process has 32 bits of the one and 64 of the other.
        let (long, ulong) = if Prim::Long.size(abi) == Prim::Int.size(abi) {
            (int, uint)
        } else {
            (make("c_long", Prim::Long, Conv::I64), make("c_ulong", Prim::ULong, Conv::U64))
        };
        let long_long = make("c_longlong", Prim::LongLong, Conv::I64);
        let ulong_long = make("c_ulonglong", Prim::ULongLong, Conv::U64);
        let double = make("c_double", Prim::Double, Conv::F64);
        let double_complex = make("c_double_complex", Prim::DoubleComplex, Conv::ComplexF64);
        let char_p = make("c_char_p", Prim::Pointer, Conv::CharP);
        let void_p = make("c_void_p", Prim::Pointer, Conv::VoidP);
        let hresult = make("HRESULT", Prim::Int, Conv::HResult);
        let mut named = vec![
            ("c_bool", make("c_bool", Prim::Bool, Conv::Bool)),
            ("c_char", char),
            ("c_wchar", wchar),
            ("c_byte", byte),
            ("c_ubyte", ubyte),
            ("c_short", short),
            ("c_ushort", ushort),
            ("c_int", int),
            ("c_uint", uint),
            ("c_long", long),
            ("c_ulong", ulong),
            ("c_longlong", long_long),
            ("c_ulonglong", ulong_long),
            ("c_float", make("c_float", Prim::Float, Conv::F32)),
            ("c_double", double),
            ("c_longdouble", make("c_longdouble", Prim::LongDouble, Conv::F80)),
            ("c_float_complex", make("c_float_complex", Prim::FloatComplex, Conv::ComplexF32)),
            ("c_double_complex", double_complex),
            ("c_longdouble_complex", make("c_longdouble_complex", Prim::LongDoubleComplex, Conv::ComplexF80)),
            ("c_char_p", char_p),
            ("c_wchar_p", make("c_wchar_p", Prim::Pointer, Conv::WCharP)),
            ("c_void_p", void_p),
            ("c_voidp", void_p),
            ("const_char_p", make("const_char_p", Prim::Pointer, Conv::ConstCharP)),
            ("HRESULT", hresult),
            ("VARIANT_BOOL", make("VARIANT_BOOL", Prim::Short, Conv::VariantBool)),
        ];
        for &(_, ty) in &named {
            make_twin(context, ty);
        }
        // Narrowest first.
        let signed = [byte, short, int, long, long_long];
        let unsigned = [ubyte, ushort, uint, ulong, ulong_long];
        named.extend(aliases_by_size(signed, unsigned, abi));
        // Their size is the same on every target, so they name types whose size is.
        named.extend([("c_int64", long_long), ("c_uint64", ulong_long)]);
        SimpleTypes { void, char, wchar, ubyte, int, long_long, double, double_complex, char_p, void_p, hresult, named }
    }

    /// The type called `name` in the module.
    pub(crate) fn get(&self, name: &str) -> Option<TypeRef> {
        self.named.iter().find(|(n, _)| *n == name).map(|(_, t)| *t)
    }
}

/// Makes the type that differs from `ty` in the byte order only, where it can have one.
fn make_twin(context: &'static Context, ty: TypeRef) {
    let Kind::Simple(simple) = &ty.kind else { return };
    // A type of several names has its twin from the first.
    if simple.twin.get().is_some() || !can_swap(simple.conv) {
        return;
    }
    let twin = new_simple(context, &ty.name, simple.prim, simple.conv, ty.abi, true);
    simple.twin.set(Some(twin));
    if let Kind::Simple(other) = &twin.kind {
        other.twin.set(Some(ty));
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

/// `c_int8` ... `c_uint32`, `c_size_t` and the like name the first integer type of their size.
fn aliases_by_size(
    signed: [TypeRef; 5],
    unsigned: [TypeRef; 5],
    abi: Abi,
) -> impl Iterator<Item = (&'static str, TypeRef)> {
    let pointer = abi.pointer_size();
    let time = if abi == Abi::I386Linux || abi == Abi::I386Windows { 4 } else { 8 };
    let aliases = [
        ("c_int8", 1, signed),
        ("c_uint8", 1, unsigned),
        ("c_int16", 2, signed),
        ("c_uint16", 2, unsigned),
        ("c_int32", 4, signed),
        ("c_uint32", 4, unsigned),
        ("c_size_t", pointer, unsigned),
        ("c_ssize_t", pointer, signed),
        ("c_intptr_t", pointer, signed),
        ("c_uintptr_t", pointer, unsigned),
        ("c_time_t", time, signed),
    ];
    aliases.into_iter().filter_map(|(alias, size, choice)| {
        let ty = choice.into_iter().find(|t| t.size() == size)?;
        Some((alias, ty))
    })
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
