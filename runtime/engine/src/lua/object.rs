//! C objects: the userdata that scripts hold, and what memory they stand for.
//!
//! An object either **owns** its bytes (they follow the header inside the same Lua allocation, or lie in a buffer that
//! `resize` made), is a **view** into an owner, or is **borrowed**: C's memory at a raw address.
//!
//! What objects keep alive is in `keep`.

use std::ffi::c_int;
use std::ptr::NonNull;

use super::ctype::{CType, TypeRef};
use super::error::{Kind, Res, fail};
use super::function::{call, call_in_place};
use super::remote::word::is_remote_pointer;
use super::stack;
use super::state::{State, ffi};

/// First word of every object's header; together with the size check it tells our userdata from others'.
pub(crate) const MAGIC: u64 = 0x6d6f_6f6e_676c_7565;
/// First word of the object behind a function object, which never is on the stack by itself.
const FUNCTION_MAGIC: u64 = 0x6d6f_6f6e_6675_6e63;
/// First word of a type object.
const TYPE_MAGIC: u64 = 0x6d6f_6f6e_7479_7065;

/// Where the running function object's own object is.
pub(crate) const CALLED: c_int = ffi::lua_upvalueindex(1);

/// Objects larger than this are allocated under protection.
const LARGE: usize = 1 << 16;

/// Whose memory an object's `addr` points into.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Ownership {
    /// Its own; the user value is nil or the table of kept things.
    Owned,
    /// An owner's; the user value is the owner's anchor.
    View,
    /// C's; the user value is nil or the table of kept things.
    Borrowed,
}

/// The header at the start of every object's userdata.
#[repr(C)]
pub(crate) struct CData {
    pub(crate) magic: u64,
    pub(crate) ty: TypeRef,
    pub(crate) addr: *mut u8,
    /// Bytes that may be touched from `addr` on.
    pub(crate) size: usize,
    pub(crate) ownership: Ownership,
    /// Made by `byref`: good as an argument only.
    pub(crate) by_reference: bool,
    pub(crate) read_only: bool,
    /// The user value is the one kept thing itself, for offset 0, instead of a table.
    pub(crate) keeps_one: bool,
}

/// Payload of a type object's userdata.
#[repr(C)]
pub(crate) struct TypeObject {
    magic: u64,
    ty: TypeRef,
}

impl State {
    /// The C object at `i`, if it is one.
    #[inline(always)]
    pub(crate) fn object(self, i: c_int) -> Option<&'static mut CData> {
        let head = self.userdata(i).cast::<CData>();
        if head.is_null() {
            return self.function_object(i);
        }
        // Lua says that a light userdata has no length.
        if self.raw_len(i) < size_of::<CData>() {
            return None;
        }
        // SAFETY: a full userdata of at least the header's size, 8-aligned by Lua; reading one word of it is sound
        // whoever made it.
        unsafe { CData::recognise(head) }
    }

    /// The object behind the C function at `i`: function objects are Lua functions with an object as their upvalue.
    fn function_object(self, i: c_int) -> Option<&'static mut CData> {
        if self.tag(i) != ffi::LUA_TFUNCTION {
            return None;
        }
        let (code, head) = self.userdata_behind(i)?;
        let head = head.cast::<CData>();
        // SAFETY: a full userdata; `userdata_behind` found that it has a header's size at least.
        if unsafe { (*head).magic } != FUNCTION_MAGIC {
            return None;
        }
        // SAFETY: as in `object`.
        let head = unsafe { &mut *head };
        if head.is_run_by(code) { Some(head) } else { None }
    }

    /// The object that the finalizer of function objects is called with.
    pub(crate) fn finalized_function(self) -> Option<&'static mut CData> {
        let head = self.userdata(1).cast::<CData>();
        if head.is_null() || self.raw_len(1) < size_of::<CData>() {
            return None;
        }
        // SAFETY: as in `object`.
        unsafe { if (*head).magic == FUNCTION_MAGIC { Some(&mut *head) } else { None } }
    }

    /// The object behind the running function, which is `call`.
    #[inline(always)]
    pub(crate) fn called_object(self) -> Option<&'static CData> {
        let head = self.userdata(CALLED).cast::<CData>();
        // SAFETY: as in `function_object`.
        unsafe { if !head.is_null() && (*head).magic == FUNCTION_MAGIC { Some(&*head) } else { None } }
    }

    /// The type object at `i`, if it is one.
    #[inline(always)]
    pub(crate) fn type_at(self, i: c_int) -> Option<TypeRef> {
        if self.tag(i) != ffi::LUA_TUSERDATA || self.raw_len(i) != size_of::<TypeObject>() {
            return None;
        }
        let head = self.userdata(i).cast::<TypeObject>();
        // SAFETY: as in `object`: the size was checked, and only `push_type` writes the magic.
        unsafe { if (*head).magic == TYPE_MAGIC { Some((*head).ty) } else { None } }
    }

    /// Pushes the type object of `ty`, the one userdata that stands for it in Lua, made on first use. Making a type
    /// itself never calls Lua: what finds or makes one is not interrupted by a finalizer that makes the same.
    pub(crate) fn push_type(self, ty: TypeRef) {
        if ty.object.get() != 0 {
            return self.push_ref(ty.object.get());
        }
        let head = self.new_userdata(size_of::<TypeObject>()).cast::<TypeObject>();
        // The allocation may have run finalizers, a script's code, which may have asked for the same object.
        if ty.object.get() != 0 {
            self.pop(1);
            return self.push_ref(ty.object.get());
        }
        // SAFETY: Lua just made it with exactly this size.
        unsafe { head.write(TypeObject { magic: TYPE_MAGIC, ty }) };
        self.push_ref(ty.context.refs.type_metatable.get());
        self.set_metatable(-2);
        self.push_value(-1);
        ty.object.set(self.make_ref());
    }

    /// A new userdata with a header and `extra` bytes after it, no metatable yet.
    fn new_head(self, ty: TypeRef, extra: usize) -> Res<NonNull<CData>> {
        let size = size_of::<CData>() + extra;
        let head = if size > LARGE { self.new_large_userdata(size, &ty.name)? } else { self.new_userdata(size) };
        let head = head.cast::<CData>();
        // SAFETY: Lua just made the userdata with room for the header, aligned to 8 at least.
        unsafe {
            head.write(CData::window(ty));
            Ok(NonNull::new_unchecked(head))
        }
    }

    /// A userdata of `size` bytes for `what`, or a `MemoryError` where Lua would raise its own.
    pub(super) fn new_large_userdata(self, size: usize, what: &str) -> Res<*mut std::ffi::c_void> {
        unsafe extern "C-unwind" fn allocate(raw: *mut ffi::lua_State) -> c_int {
            // SAFETY: runs under `pcall` with the size as its argument; Lua raises its own error if it must.
            unsafe {
                let size = ffi::lua_tointegerx(raw, 1, std::ptr::null_mut()) as usize;
                ffi::lua_newuserdatauv(raw, size, 1);
            }
            1
        }
        // A host's allocator may end the process instead of refusing: ask the system first.
        // SAFETY: memory that is given back at once, untouched.
        let available = unsafe {
            let probe = std::hint::black_box(libc::malloc(size));
            libc::free(probe);
            !probe.is_null()
        };
        if available {
            self.push_closure(allocate, 0);
            self.push_integer(size as i64);
            if self.pcall(1, 1) {
                return Ok(self.userdata(-1));
            }
            self.pop(1);
        }
        fail(Kind::MemoryError, format_args!("cannot allocate {size} bytes for {what}"))
    }

    /// Pushes a new zeroed object of `ty` that owns its bytes.
    #[inline]
    pub(crate) fn push_new(self, ty: TypeRef) -> Res<&'static mut CData> {
        self.push_new_with(ty, ty.size(), 0)
    }

    /// Pushes a new object of `ty` that owns a copy of the bytes in these words, which are as many as it needs.
    #[inline]
    #[allow(dead_code, reason = "only machine code gets structures in registers, and not every build makes some")]
    pub(crate) fn push_new_holding(self, ty: TypeRef, words: &[u64]) -> Res<()> {
        let addr = if ty.align.get() > 8 {
            self.push_new_with(ty, size_of_val(words), 0)?.addr
        } else {
            let head = self.new_userdata(size_of::<CData>() + size_of_val(words)).cast::<CData>();
            // SAFETY: Lua just made the userdata with room for the header and the words.
            unsafe {
                let addr = head.add(1).cast();
                head.write(CData { addr, size: ty.size(), ownership: Ownership::Owned, ..CData::window(ty) });
                self.set_instance_metatable(ty);
                addr
            }
        };
        // SAFETY (of the stores): the object was made with room for the words.
        match *words {
            // SAFETY: see above.
            [word] => unsafe { addr.cast::<u64>().write_unaligned(word) },
            // SAFETY: see above.
            [a, b] => unsafe { addr.cast::<[u64; 2]>().write_unaligned([a, b]) },
            // SAFETY: see above.
            _ => unsafe { std::ptr::copy_nonoverlapping(words.as_ptr().cast(), addr, size_of_val(words)) },
        }
        Ok(())
    }

    /// Pushes a new zeroed object with `size` bytes of data (at least the type's) and `tail` bytes of the engine's own after them.
    pub(crate) fn push_new_with(self, ty: TypeRef, size: usize, tail: usize) -> Res<&'static mut CData> {
        let align = ty.align.get();
        // Lua aligns a userdata with one user value to 8: more is made up by slack.
        let slack = if align > 8 { align } else { 0 };
        let extra = size.checked_add(slack).and_then(|n| n.checked_add(tail)).filter(|n| *n < isize::MAX as usize / 2);
        let Some(extra) = extra else {
            return fail(Kind::MemoryError, format_args!("{size} bytes for {} are more than there can be", ty.name));
        };
        let mut head = self.new_head(ty, extra)?;
        // SAFETY: `head` is the fresh userdata with `extra` bytes after the header; rounding up by less than `slack`
        // stays inside, and so does zeroing `size + tail` from there.
        let head = unsafe {
            let mut data = head.as_ptr().add(1).cast::<u8>();
            if slack != 0 {
                data = data.add(data.align_offset(align));
            }
            data.write_bytes(0, size + tail);
            let head = head.as_mut();
            head.addr = data;
            head.size = size;
            head.ownership = Ownership::Owned;
            head
        };
        self.set_instance_metatable(ty);
        Ok(head)
    }

    /// Pushes an object of `ty` over memory that is not its own. `anchor`: the absolute index of the anchor that keeps
    /// the memory (a view); without it C's memory is meant (borrowed).
    #[inline]
    pub(crate) fn push_window(self, ty: TypeRef, addr: *mut u8, anchor: Option<c_int>) -> &'static mut CData {
        let head = self.new_userdata(size_of::<CData>()).cast::<CData>();
        // SAFETY: Lua just made the userdata with exactly the header's size; nobody else refers to it.
        let head = unsafe {
            head.write(CData::window(ty));
            &mut *head
        };
        head.addr = addr;
        head.size = ty.size();
        if let Some(anchor) = anchor {
            head.ownership = Ownership::View;
            self.push_value(anchor);
            self.set_user_value(-2);
        }
        self.set_instance_metatable(ty);
        head
    }

    /// Gives the userdata on the top, just made, the metatable of `ty`'s instances.
    #[inline]
    fn set_instance_metatable(self, ty: TypeRef) {
        let known = ty.metatable_in_place.get();
        if !known.is_null() && stack::set_new_metatable(self, known) {
            return;
        }
        self.push_ref(ty.instance_metatable.get());
        if known.is_null() && ty.context.reads_stack.get() {
            // Lua must be told of objects with a finalizer.
            let address = self.pointer(-1);
            let has_finalizer = self.raw_field(-1, "__gc") != ffi::LUA_TNIL;
            self.pop(1);
            ty.metatable_in_place.set(if has_finalizer { std::ptr::null() } else { address });
        }
        self.set_metatable(-2);
    }
}

impl CData {
    /// The object whose header is at `head`, if it is one.
    ///
    /// # Safety
    ///
    /// `head` is the memory of a living userdata with room for a header. The reference is short-lived: entries do not
    /// keep it across calls that could collect the object.
    #[inline(always)]
    pub(super) unsafe fn recognise(head: *mut CData) -> Option<&'static mut CData> {
        // SAFETY: the contract; the magic word is only written by `new_head` and `push_window`, so a match means that a
        // whole header is there.
        unsafe { if (*head).magic == MAGIC { Some(&mut *head) } else { None } }
    }

    /// The same for the object behind a function object.
    ///
    /// # Safety
    ///
    /// As for [`CData::recognise`].
    #[inline(always)]
    pub(super) unsafe fn recognise_function(head: *mut CData) -> Option<&'static CData> {
        // SAFETY: as in `recognise`; that magic word is only written by `mark_function`.
        unsafe { if (*head).magic == FUNCTION_MAGIC { Some(&*head) } else { None } }
    }

    /// The header of an object that stands for no memory yet.
    fn window(ty: TypeRef) -> CData {
        CData {
            magic: MAGIC,
            ty,
            addr: std::ptr::null_mut(),
            size: 0,
            ownership: Ownership::Borrowed,
            by_reference: false,
            read_only: false,
            keeps_one: false,
        }
    }

    /// Makes this the object behind a function object.
    pub(crate) fn mark_function(&mut self) {
        self.magic = FUNCTION_MAGIC;
    }

    /// Whether the C function at that address, whose upvalue this is, is one of ours: another module's function may have our
    /// object as its upvalue.
    pub(super) fn is_run_by(&self, code: usize) -> bool {
        let ours = [call as ffi::lua_CFunction, call_in_place].iter().any(|f| *f as usize == code);
        ours || self.ty.context.generated.has(code)
    }

    #[inline(always)]
    pub(crate) fn is_function(&self) -> bool {
        self.magic == FUNCTION_MAGIC
    }

    /// The word stored in a pointer object, a `c_void_p` or a function object; NULL for pointers of another ABI, which are
    /// no addresses here.
    #[inline(always)]
    pub(crate) fn address_value(&self) -> *mut u8 {
        if self.size < size_of::<usize>() {
            return std::ptr::null_mut();
        }
        // SAFETY: the object has at least a word, as was just checked.
        unsafe { self.addr.cast::<*mut u8>().read_unaligned() }
    }

    /// The address in a pointer, where it may be used here; none for an address of another process.
    #[inline(always)]
    pub(crate) fn local_address(&self) -> Option<*mut u8> {
        let p = self.address_value();
        // Addresses of other processes have the highest bit set, which none of this one's has.
        if (p as isize) < 0 { None } else { Some(p) }
    }

    /// Whether the address in a pointer object is one of another process.
    #[inline(always)]
    pub(crate) fn is_remote(&self) -> bool {
        is_remote_pointer(self.address_value())
    }

    /// Stores an address; the callers have asked [`CType::require_native_pointer`].
    #[inline(always)]
    pub(crate) fn set_address_value(&mut self, p: *const u8) {
        if self.size >= size_of::<usize>() {
            // SAFETY: the object has at least a word, as was just checked.
            unsafe { self.addr.cast::<*const u8>().write_unaligned(p) }
        }
    }

    /// Stores another address behind a function object: its process was started anew.
    pub(crate) fn replace_address(&self, p: *const u8) {
        // SAFETY: only called for objects behind function objects, which `function::push` makes with a word of data.
        unsafe { self.addr.cast::<*const u8>().write_unaligned(p) }
    }

    pub(crate) fn is_instance(&self, ty: &CType) -> bool {
        self.ty.derives_from(ty)
    }
}
