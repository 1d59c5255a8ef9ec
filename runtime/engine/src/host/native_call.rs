//! The native call in progress, in a form that a handler of fatal signals can read: nothing here allocates.

use std::ffi::CStr;
use std::fmt::Display;

/// One argument as it was passed.
#[derive(Clone, Copy, Debug)]
pub struct NativeArgument<'a> {
    /// Its C type's name.
    pub type_name: &'a str,
    /// Its first eight bytes, as an integer; the address, for a pointer.
    pub bits: u64,
    /// Bytes it takes.
    pub size: usize,
    /// How to show the bits.
    pub class: ArgumentClass,
}

/// How the bits of an argument are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ArgumentClass {
    /// A signed integer of `size` bytes.
    Signed,
    /// An unsigned integer of `size` bytes.
    Unsigned,
    /// A `float` or a `double`, by `size`.
    Float,
    /// An address.
    Pointer,
    /// A structure, union or anything else, of which only the first bytes are known.
    Bytes,
}

/// A native call in progress.
#[derive(Clone, Copy)]
pub struct NativeCall<'a> {
    /// The function's name.
    pub function: &'a str,
    /// The library it came from, where it came from one.
    pub library: Option<&'a str>,
    /// The declared signature; printing it does not allocate.
    pub signature: &'a dyn Display,
    /// The arguments; only the first few where there are very many.
    pub arguments: &'a [NativeArgument<'a>],
    /// Chunk and line of the Lua code that made the call.
    pub place: Option<(&'a CStr, u32)>,
}

/// Shows the innermost native call of this thread to `visit`; false when there is none. Meant for handlers of fatal
/// signals: it takes no lock and allocates nothing.
pub type DescribeCall = fn(visit: &mut dyn FnMut(&NativeCall<'_>)) -> bool;
