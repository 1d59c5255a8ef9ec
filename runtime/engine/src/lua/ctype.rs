//! Types as the engine uses them: kind, size, how values convert, and the Lua objects that stand for them.

use std::cell::{Cell, OnceCell, RefCell};
use std::ffi::{c_int, c_void};

use moonglue_abi::{Abi, Prim, Type};
use rustc_hash::FxHashMap;

use super::context::Context;
use super::convert::Plain;
use super::error::{Kind as ErrorKind, Res, fail};
use super::function::FunctionInfo;
use super::record::RecordInfo;

/// A type; it lives as long as the Lua state it belongs to.
pub(crate) type TypeRef = &'static CType;

/// How a simple type's values travel between Lua and memory. One table of conversions is keyed by this.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Conv {
    Bool,
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    F32,
    F64,
    /// x87 extended, 80 bits in a slot of the type's size.
    F80,
    ComplexF32,
    ComplexF64,
    ComplexF80,
    Char,
    /// `wchar_t` of 4 (UTF-32) or 2 (UTF-16) bytes: the type's size tells.
    WChar,
    CharP,
    ConstCharP,
    WCharP,
    VoidP,
    /// 32 bits; a negative result raises.
    HResult,
    /// 16 bits, true is -1.
    VariantBool,
}

/// A simple type's own facts.
pub(crate) struct Simple {
    pub(crate) conv: Conv,
    pub(crate) prim: Prim,
    /// Bytes in the other order than the machine's.
    pub(crate) swapped: bool,
    /// The same type in the other byte order, where there is one.
    pub(crate) twin: Cell<Option<TypeRef>>,
}

/// What sort of type it is.
pub(crate) enum Kind {
    Void,
    Simple(Simple),
    Pointer(TypeRef),
    Array(TypeRef, usize),
    Record(RecordInfo),
    Function(FunctionInfo),
}

/// A C type.
pub(crate) struct CType {
    pub(crate) context: &'static Context,
    pub(crate) name: Box<str>,
    pub(crate) kind: Kind,
    /// What its values are, when they are plain numbers.
    pub(crate) plain: Option<Plain>,
    pub(crate) abi: Abi,
    /// Bytes; 0 while a record is incomplete.
    pub(crate) size: Cell<usize>,
    pub(crate) align: Cell<usize>,
    /// False for a record whose fields are not set yet, and for arrays of such.
    pub(crate) complete: Cell<bool>,
    /// Whether objects may hold addresses whose targets must be kept alive.
    pub(crate) holds_pointers: Cell<bool>,
    /// Registry reference of the metatable of instances.
    pub(crate) instance_metatable: Cell<c_int>,
    /// Where that metatable is, once it was found to have no finalizer and Lua's memory may be written in place.
    pub(crate) metatable_in_place: Cell<*const c_void>,
    /// Registry reference of the type object; 0 before `push_type` makes it.
    pub(crate) object: Cell<c_int>,
    /// Registry reference of the table of methods and attributes set by scripts; 0 before the first.
    pub(crate) attributes: Cell<c_int>,
    pub(crate) pointer_to: Cell<Option<TypeRef>>,
    pub(crate) arrays: RefCell<FxHashMap<usize, TypeRef>>,
    pub(crate) abi_type: OnceCell<Type>,
}

impl CType {
    pub(crate) fn new(context: &'static Context, name: &str, kind: Kind, abi: Abi, size: usize, align: usize) -> CType {
        let holds_pointers = match &kind {
            Kind::Pointer(_) | Kind::Function(_) => true,
            Kind::Simple(s) => matches!(s.conv, Conv::CharP | Conv::ConstCharP | Conv::WCharP | Conv::VoidP),
            Kind::Array(elem, _) => elem.holds_pointers.get(),
            Kind::Record(_) | Kind::Void => false,
        };
        CType {
            context,
            name: name.into(),
            plain: Plain::of(&kind),
            kind,
            abi,
            size: Cell::new(size),
            align: Cell::new(align),
            complete: Cell::new(true),
            holds_pointers: Cell::new(holds_pointers),
            instance_metatable: Cell::new(0),
            metatable_in_place: Cell::new(std::ptr::null()),
            object: Cell::new(0),
            attributes: Cell::new(0),
            pointer_to: Cell::new(None),
            arrays: RefCell::default(),
            abi_type: OnceCell::new(),
        }
    }

    #[inline(always)]
    pub(crate) fn size(&self) -> usize {
        self.size.get()
    }

    pub(crate) fn is(&self, other: &CType) -> bool {
        std::ptr::eq(self, other)
    }

    /// The conversion of a simple type.
    #[inline(always)]
    pub(crate) fn conv(&self) -> Option<Conv> {
        match &self.kind {
            Kind::Simple(s) => Some(s.conv),
            _ => None,
        }
    }

    pub(crate) fn is_void(&self) -> bool {
        matches!(self.kind, Kind::Void)
    }

    pub(crate) fn is_aggregate(&self) -> bool {
        matches!(self.kind, Kind::Record(_) | Kind::Array(..))
    }

    pub(crate) fn record(&self) -> Option<&RecordInfo> {
        match &self.kind {
            Kind::Record(r) => Some(r),
            _ => None,
        }
    }

    pub(crate) fn function(&self) -> Option<&FunctionInfo> {
        match &self.kind {
            Kind::Function(f) => Some(f),
            _ => None,
        }
    }

    /// Element type of an array or pointee of a pointer.
    pub(crate) fn element(&self) -> Option<TypeRef> {
        match &self.kind {
            Kind::Array(t, _) | Kind::Pointer(t) => Some(t),
            _ => None,
        }
    }

    /// Whether this is a pointer of an ABI whose pointers have another width: its values are no addresses here.
    #[inline]
    pub(crate) fn is_foreign_pointer(&self) -> bool {
        self.size() != size_of::<usize>() && self.holds_pointers.get() && !self.is_aggregate()
    }

    /// Fails on a pointer type of an ABI whose pointers have another width.
    pub(crate) fn require_native_pointer(&self) -> Res<()> {
        if self.is_foreign_pointer() {
            let abi = self.abi.name();
            return fail(
                ErrorKind::TypeError,
                format_args!("{}: addresses of this process do not fit a pointer of {abi}", self.name),
            );
        }
        Ok(())
    }

    /// Whether `self` is `other` or a record that inherits from it.
    pub(crate) fn derives_from(&self, other: &CType) -> bool {
        if self.is(other) {
            return true;
        }
        let mut base = self.record().and_then(|r| r.base);
        while let Some(t) = base {
            if t.is(other) {
                return true;
            }
            base = t.record().and_then(|r| r.base);
        }
        false
    }

    /// Whether this is `c_char` or `c_byte`/`c_ubyte`, whose pointers and arrays serve as strings of bytes.
    pub(crate) fn is_char(&self) -> bool {
        self.conv() == Some(Conv::Char)
    }

    pub(crate) fn is_wchar(&self) -> bool {
        self.conv() == Some(Conv::WChar)
    }

    /// Fails on a type that has no size (yet).
    pub(crate) fn require_complete(&self) -> Res<()> {
        if self.is_void() {
            return fail(ErrorKind::TypeError, "void has no size and no instances");
        }
        if !self.complete.get() && !self.settle() {
            return fail(ErrorKind::TypeError, format_args!("{} is incomplete: its _fields_ are not set", self.name));
        }
        Ok(())
    }

    /// An array made before its element's fields were set takes its size once they are; false while they are not.
    fn settle(&self) -> bool {
        let Kind::Array(elem, n) = &self.kind else { return false };
        if elem.require_complete().is_err() {
            return false;
        }
        let Some(size) = elem.size().checked_mul(*n).filter(|s| *s <= isize::MAX as usize) else { return false };
        self.size.set(size);
        self.align.set(elem.align.get());
        self.holds_pointers.set(elem.holds_pointers.get());
        self.complete.set(true);
        true
    }

    /// The type as data, for layouts and signatures.
    pub(crate) fn as_abi(&self) -> &Type {
        self.abi_type.get_or_init(|| match &self.kind {
            Kind::Void => Type::Void,
            Kind::Simple(s) => Type::Prim(s.prim),
            Kind::Pointer(_) | Kind::Function(_) => Type::Prim(Prim::Pointer),
            Kind::Array(elem, n) => Type::Array(std::sync::Arc::new(elem.as_abi().clone()), *n),
            Kind::Record(r) => r.abi_record.get().map_or(Type::Void, |a| Type::Record(a.clone())),
        })
    }
}
