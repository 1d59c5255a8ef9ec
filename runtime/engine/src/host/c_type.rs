//! C types as a host names them, and which Rust types are C types.

use std::any::TypeId;
use std::ffi::{c_char, c_void};

/// A C type, in the words of the module `ctypes`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CType {
    /// Nothing; only as a result.
    Void,
    /// A simple type by its name in the module: `c_int32`, `c_double`, `c_char_p` ...
    Simple(&'static str),
    /// A pointer to another type.
    Pointer(Box<CType>),
    /// So many items of another type.
    Array(Box<CType>, usize),
    /// A structure.
    Struct(CStruct),
}

/// A structure: what [`describe_struct!`](crate::describe_struct) makes of a `#[repr(C)]` type.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CStruct {
    /// The name scripts see.
    pub name: &'static str,
    /// The full name of the Rust type: one type object per Rust type.
    pub rust_type: &'static str,
    /// Names and types, in order.
    pub fields: Vec<(&'static str, CType)>,
}

impl CStruct {
    /// A structure of these fields.
    pub fn new(name: &'static str, rust_type: &'static str, fields: Vec<(&'static str, CType)>) -> CStruct {
        CStruct { name, rust_type, fields }
    }
}

/// A Rust type with the layout of a C type.
///
/// # Safety
///
/// [`CData::c_type`] has the size, alignment and field offsets of `Self`, and every value that C could store in such
/// an object is a valid `Self`.
pub unsafe trait CData: Copy + 'static {
    /// The C type.
    fn c_type() -> CType;
}

/// What a Rust pointer may point to and be a C pointer: a [`CData`] type, or `c_void`.
pub trait Pointee: 'static {
    /// The type of the pointer.
    fn pointer_type() -> CType;
}

/// What a C function may return: a [`CData`] type, or nothing.
pub trait CResult: 'static {
    /// The type of the result.
    fn result_type() -> CType;
}

macro_rules! simple {
    ($($rust:ty => $name:literal),* $(,)?) => {$(
        // SAFETY: the named C type is defined as this integer or float, which has no invalid value.
        unsafe impl CData for $rust {
            fn c_type() -> CType {
                CType::Simple($name)
            }
        }
    )*};
}

simple! {
    i8 => "c_int8", u8 => "c_uint8", i16 => "c_int16", u16 => "c_uint16", i32 => "c_int32", u32 => "c_uint32",
    i64 => "c_int64", u64 => "c_uint64", isize => "c_ssize_t", usize => "c_size_t", f32 => "c_float", f64 => "c_double",
}

// SAFETY: C's `_Bool` is one byte that holds 0 or 1; scripts can store nothing else through a view of it.
unsafe impl CData for bool {
    fn c_type() -> CType {
        CType::Simple("c_bool")
    }
}

// SAFETY: a Rust array has the layout of a C array.
unsafe impl<T: CData, const N: usize> CData for [T; N] {
    fn c_type() -> CType {
        CType::Array(Box::new(T::c_type()), N)
    }
}

// SAFETY: a thin Rust pointer is a C pointer, and any address is a valid one.
unsafe impl<T: Pointee> CData for *const T {
    fn c_type() -> CType {
        T::pointer_type()
    }
}

// SAFETY: as for `*const T`.
unsafe impl<T: Pointee> CData for *mut T {
    fn c_type() -> CType {
        T::pointer_type()
    }
}

impl<T: CData> Pointee for T {
    fn pointer_type() -> CType {
        // `c_char` is one of Rust's integers; as a pointee it means a string.
        if TypeId::of::<T>() == TypeId::of::<c_char>() {
            CType::Simple("c_char_p")
        } else {
            CType::Pointer(Box::new(T::c_type()))
        }
    }
}

impl Pointee for c_void {
    fn pointer_type() -> CType {
        CType::Simple("c_void_p")
    }
}

impl<T: CData> CResult for T {
    fn result_type() -> CType {
        T::c_type()
    }
}

impl CResult for () {
    fn result_type() -> CType {
        CType::Void
    }
}

/// A function pointer that C could call: `extern "C" fn` of up to eight parameters.
pub trait ExternFn: Copy + 'static {
    /// The type of the result.
    fn result_type() -> CType;
    /// The types of the parameters.
    fn parameter_types() -> Vec<CType>;
    /// The code.
    fn address(self) -> usize;
}

macro_rules! extern_fn {
    ($($param:ident)*) => {
        extern_fn!(@one extern "C" fn($($param),*) -> R, $($param)*);
        extern_fn!(@one unsafe extern "C" fn($($param),*) -> R, $($param)*);
    };
    (@one $function:ty, $($param:ident)*) => {
        impl<R: CResult, $($param: CData),*> ExternFn for $function {
            fn result_type() -> CType {
                R::result_type()
            }

            fn parameter_types() -> Vec<CType> {
                vec![$($param::c_type()),*]
            }

            fn address(self) -> usize {
                self as usize
            }
        }
    };
}

extern_fn!();
extern_fn!(A);
extern_fn!(A B);
extern_fn!(A B C);
extern_fn!(A B C D);
extern_fn!(A B C D E);
extern_fn!(A B C D E F);
extern_fn!(A B C D E F G);
extern_fn!(A B C D E F G H);

/// The type of the field that `_get` borrows; serves [`describe_struct!`](crate::describe_struct).
#[doc(hidden)]
pub fn field_type<S, F: CData>(_get: impl Fn(&S) -> &F) -> CType {
    F::c_type()
}

/// Makes a `#[repr(C)]` structure known as a C type: `describe_struct!(Point { x, y })` implements
/// [`CData`](crate::CData) for `Point`. All fields are named, in their order; the structure is `Copy`.
///
/// That the layout is C's is checked when the program is compiled.
///
/// ```
/// #[derive(Clone, Copy)]
/// #[repr(C)]
/// struct Point {
///     x: f64,
///     y: f64,
/// }
/// moonglue::describe_struct!(Point { x, y });
/// ```
#[macro_export]
macro_rules! describe_struct {
    ($name:ident { $($field:ident),+ $(,)? }) => {
        const _: () = {
            // C's rule: each field at the next offset that is a multiple of its alignment, the end rounded up.
            const fn size_of_field<S, F>(_get: fn(&S) -> &F) -> (usize, usize) {
                (::core::mem::size_of::<F>(), ::core::mem::align_of::<F>())
            }
            let mut end = 0;
            let mut largest = 1;
            $(
                let (size, align) = size_of_field(|value: &$name| &value.$field);
                end = usize::next_multiple_of(end, align);
                assert!(
                    ::core::mem::offset_of!($name, $field) == end,
                    "the fields are not laid out as C does: is the structure #[repr(C)], and is every field named?"
                );
                end += size;
                if align > largest {
                    largest = align;
                }
            )+
            assert!(::core::mem::align_of::<$name>() == largest, "the structure has an alignment of its own");
            assert!(
                ::core::mem::size_of::<$name>() == usize::next_multiple_of(end, largest),
                "fields are missing at the end"
            );
            // SAFETY: offsets, size and alignment were just compared with C's, and every field is `CData` itself.
            unsafe impl $crate::CData for $name {
                fn c_type() -> $crate::CType {
                    $crate::CType::Struct($crate::CStruct::new(
                        stringify!($name),
                        ::core::any::type_name::<$name>(),
                        vec![$((stringify!($field), $crate::field_type(|value: &$name| &value.$field))),+],
                    ))
                }
            }
        };
    };
}
