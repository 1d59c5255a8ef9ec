//! Arguments, from a value on the stack to what C gets.

use std::mem::MaybeUninit;

use crate::lua::ctype::{Conv, Kind, TypeRef};
use crate::lua::function::argument::Scratch;
use crate::lua::function::function_of;
use crate::lua::function::plan::{Param, Pass};
use crate::lua::stack::Value;

/// Registers of each sort that carry arguments; a call's frame is their image.
pub(super) const INTS: usize = 6;
pub(super) const VECTORS: usize = 8;

/// The arguments where a crash report, and whoever asks what C was given, looks for them.
pub(super) type Image = [MaybeUninit<u64>; INTS + VECTORS];

/// What an integer or an address in a register of its own takes, from the parameter's type.
#[derive(Clone, Copy)]
pub(crate) struct Word {
    /// Integers from `low` to `high` are taken; none when `low` is the larger.
    low: i64,
    high: i64,
    /// The bits of the type, and its sign bit when it has one: how an integer is extended to eight bytes.
    mask: u64,
    sign: u64,
    others: Others,
}

/// What else is taken.
#[derive(Clone, Copy)]
enum Others {
    Nothing,
    /// Nil, and strings, of which C gets a private copy.
    Text,
    /// Nil, pointers of this very type, and arrays of its items.
    Pointer {
        own: TypeRef,
        item: TypeRef,
    },
    /// Nil, pointers, and arrays.
    AnyPointer,
    /// Nil, and functions of this very type that C may have as they are.
    Function(TypeRef),
}

impl Word {
    /// For a parameter of type `ty`.
    pub(crate) fn of(pass: Pass, ty: TypeRef) -> Word {
        let (mask, sign) = match pass {
            Pass::Int32 => extension(Conv::I32),
            Pass::Integer(conv) => extension(conv),
            _ => (0, 0),
        };
        let (low, high) = match mask {
            0 => (1, 0),
            u64::MAX => (i64::MIN, i64::MAX),
            _ => (-((mask >> 1) as i64) - 1, mask as i64),
        };
        let others = match (pass, &ty.kind) {
            (Pass::CharP, _) => Others::Text,
            (Pass::Address, Kind::Pointer(item)) => Others::Pointer { own: ty, item },
            (Pass::Address, Kind::Simple(s)) if s.conv == Conv::VoidP => Others::AnyPointer,
            (Pass::Address, Kind::Function(_)) => Others::Function(ty),
            _ => Others::Nothing,
        };
        Word { low, high, mask, sign, others }
    }

    #[inline(always)]
    fn read(&self, value: &Value, scratch: &mut Scratch<'_>) -> Option<u64> {
        let Some(v) = value.integer() else { return self.read_other(value, scratch) };
        if v < self.low || v > self.high {
            return None;
        }
        Some(extended(v as u64, self.mask, self.sign))
    }

    /// The address that a value which is no integer gives.
    pub(crate) fn read_other(&self, value: &Value, scratch: &mut Scratch<'_>) -> Option<u64> {
        if value.is_nil() && !matches!(self.others, Others::Nothing) {
            return Some(0);
        }
        match self.others {
            Others::Nothing => None,
            Others::Text => scratch.copy(value.text()?).map(|copy| copy as u64),
            Others::Pointer { own, item } => address(value, |ty| ty.is(own), |elem| elem.is(item)),
            Others::AnyPointer => address(value, |ty| matches!(ty.kind, Kind::Pointer(_)), |_| true),
            Others::Function(own) => {
                let object = value.function_object().filter(|object| object.ty.is(own))?;
                if !function_of(object)?.is_ready_for_c() {
                    return None;
                }
                object.local_address().map(|p| p as u64)
            }
        }
    }
}

/// The address in a pointer, or of an array.
#[inline(always)]
fn address(value: &Value, pointer: impl Fn(TypeRef) -> bool, array: impl Fn(TypeRef) -> bool) -> Option<u64> {
    let object = value.object()?;
    if pointer(object.ty) {
        return object.local_address().map(|p| p as u64);
    }
    match &object.ty.kind {
        Kind::Array(elem, _) if array(elem) => Some(object.addr as u64),
        _ => None,
    }
}

/// The bits of a stored integer, and its sign bit when it has one.
pub(crate) fn extension(conv: Conv) -> (u64, u64) {
    match conv {
        Conv::I8 => (0xff, 0x80),
        Conv::U8 => (0xff, 0),
        Conv::I16 => (0xffff, 0x8000),
        Conv::U16 => (0xffff, 0),
        Conv::I32 | Conv::HResult => (0xffff_ffff, 0x8000_0000),
        Conv::U32 => (0xffff_ffff, 0),
        _ => (u64::MAX, 0),
    }
}

/// The integer in the low bits of `v`.
#[inline(always)]
pub(super) fn extended(v: u64, mask: u64, sign: u64) -> u64 {
    ((v & mask) ^ sign).wrapping_sub(sign)
}

/// One argument, or one of several of a kind: how it is read, and in what registers it travels.
pub(super) trait Argument {
    type Native: Copy;
    const INTS: usize = 0;
    const VECTORS: usize = 0;

    /// The value as C gets it, when it is of the plain kind.
    fn read(value: &Value, param: &Param, scratch: &mut Scratch<'_>) -> Option<Self::Native>;

    /// Writes the register's eight bytes into the image, given the numbers of the registers before it.
    fn note(native: Self::Native, image: &mut Image, ints: usize, vectors: usize);
}

/// A C int.
pub(super) struct Int;
/// Any integer or address, as the parameter's [`Word`] has it.
pub(super) struct Any;
/// A `char *`: nearly always a string.
pub(super) struct Chars;
/// A pointer to a known type.
pub(super) struct Pointer;
pub(super) struct Double;
pub(super) struct Float;

impl Argument for Int {
    type Native = i32;
    const INTS: usize = 1;

    #[inline(always)]
    fn read(value: &Value, _param: &Param, _scratch: &mut Scratch<'_>) -> Option<i32> {
        let v = value.integer()?;
        // Either reading of the 32 bits will do.
        if (i64::from(i32::MIN)..=i64::from(u32::MAX)).contains(&v) { Some(v as i32) } else { None }
    }

    #[inline(always)]
    fn note(native: i32, image: &mut Image, ints: usize, _vectors: usize) {
        image[ints].write(i64::from(native) as u64);
    }
}

impl Argument for Any {
    type Native = u64;
    const INTS: usize = 1;

    #[inline(always)]
    fn read(value: &Value, param: &Param, scratch: &mut Scratch<'_>) -> Option<u64> {
        param.word.read(value, scratch)
    }

    #[inline(always)]
    fn note(native: u64, image: &mut Image, ints: usize, _vectors: usize) {
        image[ints].write(native);
    }
}

impl Argument for Chars {
    type Native = u64;
    const INTS: usize = 1;

    #[inline(always)]
    fn read(value: &Value, param: &Param, scratch: &mut Scratch<'_>) -> Option<u64> {
        match value.text() {
            Some(text) => scratch.copy(text).map(|copy| copy as u64),
            None => param.word.read_other(value, scratch),
        }
    }

    #[inline(always)]
    fn note(native: u64, image: &mut Image, ints: usize, _vectors: usize) {
        image[ints].write(native);
    }
}

impl Argument for Pointer {
    type Native = u64;
    const INTS: usize = 1;

    #[inline(always)]
    fn read(value: &Value, param: &Param, scratch: &mut Scratch<'_>) -> Option<u64> {
        if let Some(object) = value.object()
            && object.ty.is(param.ty)
        {
            return object.local_address().map(|p| p as u64);
        }
        param.word.read_other(value, scratch)
    }

    #[inline(always)]
    fn note(native: u64, image: &mut Image, ints: usize, _vectors: usize) {
        image[ints].write(native);
    }
}

impl Argument for Double {
    type Native = f64;
    const VECTORS: usize = 1;

    #[inline(always)]
    fn read(value: &Value, _param: &Param, _scratch: &mut Scratch<'_>) -> Option<f64> {
        value.number()
    }

    #[inline(always)]
    fn note(native: f64, image: &mut Image, _ints: usize, vectors: usize) {
        image[INTS + vectors].write(native.to_bits());
    }
}

impl Argument for Float {
    type Native = f32;
    const VECTORS: usize = 1;

    #[inline(always)]
    fn read(value: &Value, _param: &Param, _scratch: &mut Scratch<'_>) -> Option<f32> {
        value.number().map(|v| v as f32)
    }

    #[inline(always)]
    fn note(native: f32, image: &mut Image, _ints: usize, vectors: usize) {
        image[INTS + vectors].write(native.to_bits().into());
    }
}
