//! Lua's own stack, read and written in place.
//!
//! The C API costs a function call for every question about every value. Where the Lua is the one this crate was written
//! against, the hot entries look at the values themselves. What they know of Lua's memory is in this module, and nowhere
//! else: the layout of a value, of a thread's first words, and of the objects behind values. [`fits`] compares all of it
//! with what the API says when the module is opened; where it does not fit, nothing here is used.
//!
//! Nothing here calls Lua, allocates, or keeps an address beyond the step that needs it: Lua moves its stack when it grows.

mod check;

use std::ffi::c_void;

use mlua::ffi::{lua_CFunction, lua_State};

use super::object::CData;
use super::state::State;

pub(crate) use check::fits;

/// Whether this build's Lua is the one whose layout is written down here.
const KNOWN: bool = cfg!(all(feature = "lua54", feature = "vendored", target_pointer_width = "64"));

const NIL: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 17;
const INTEGER: u8 = 3;
const FLOAT: u8 = 19;
/// A bit of the tags of everything that is collected.
const COLLECTED: u8 = 64;
const SHORT_TEXT: u8 = 4 | COLLECTED;
const LONG_TEXT: u8 = 20 | COLLECTED;
const TABLE: u8 = 5 | COLLECTED;
const C_CLOSURE: u8 = 38 | COLLECTED;
const USERDATA: u8 = 7 | COLLECTED;

/// The collector has visited the object: references put into it need a barrier.
const BLACK: u8 = 1 << 5;

/// A value: on the stack, in a table's array, or in an upvalue.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Value {
    bits: u64,
    tag: u8,
}

/// The first words of a thread.
#[repr(C)]
struct Thread {
    next: *mut c_void,
    kind: u8,
    marks: u8,
    status: u8,
    allow_hook: u8,
    calls: u16,
    top: *mut Value,
    global: *mut c_void,
    call: *const Call,
}

/// The first words of a call in progress.
#[repr(C)]
struct Call {
    callee: *mut Value,
    top: *mut Value,
}

#[repr(C)]
struct CClosure {
    next: *mut c_void,
    kind: u8,
    marks: u8,
    upvalues: u8,
    gray: *mut c_void,
    function: lua_CFunction,
    upvalue: Value,
}

#[repr(C)]
struct Userdata {
    next: *mut c_void,
    kind: u8,
    marks: u8,
    user_values: u16,
    len: usize,
    metatable: *const c_void,
    gray: *mut c_void,
    user_value: Value,
    /// Where the memory begins when there is one user value.
    memory: [u64; 0],
}

#[repr(C)]
struct Text {
    next: *mut c_void,
    kind: u8,
    marks: u8,
    extra: u8,
    short_len: u8,
    hash: u32,
    long_len: usize,
    bytes: [u8; 0],
}

#[repr(C)]
struct Table {
    next: *mut c_void,
    kind: u8,
    marks: u8,
    flags: u8,
    log_nodes: u8,
    items: u32,
    array: *mut Value,
    /// Each begins with its value.
    nodes: *mut Value,
}

/// Offsets and tags for generated code.
#[cfg(all(feature = "generated", target_arch = "x86_64", unix))]
pub(crate) mod layout {
    use std::mem::offset_of;

    pub(crate) const FALSE: i8 = super::FALSE as i8;
    pub(crate) const TRUE: i8 = super::TRUE as i8;
    pub(crate) const INTEGER: i8 = super::INTEGER as i8;
    pub(crate) const FLOAT: i8 = super::FLOAT as i8;
    pub(crate) const SHORT_TEXT: i8 = super::SHORT_TEXT as i8;
    pub(crate) const USERDATA: i8 = super::USERDATA as i8;
    /// Bytes of a value.
    pub(crate) const VALUE: i32 = size_of::<super::Value>() as i32;
    pub(crate) const TAG: i32 = offset_of!(super::Value, tag) as i32;
    /// In a thread.
    pub(crate) const TOP: i32 = offset_of!(super::Thread, top) as i32;
    pub(crate) const CALL: i32 = offset_of!(super::Thread, call) as i32;
    /// In a string.
    pub(crate) const SHORT_LEN: i32 = offset_of!(super::Text, short_len) as i32;
    pub(crate) const TEXT: i32 = offset_of!(super::Text, bytes) as i32;
    /// In a userdata.
    pub(crate) const USER_VALUES: i32 = offset_of!(super::Userdata, user_values) as i32;
    pub(crate) const LEN: i32 = offset_of!(super::Userdata, len) as i32;
    pub(crate) const MEMORY: i32 = offset_of!(super::Userdata, memory) as i32;
}

/// The running C function's part of the stack: the function itself, and its arguments behind it.
#[derive(Clone, Copy)]
pub(crate) struct Frame {
    thread: *mut Thread,
    callee: *mut Value,
}

impl Value {
    pub(crate) fn of_integer(v: i64) -> Value {
        Value { bits: v as u64, tag: INTEGER }
    }

    pub(crate) fn of_number(v: f64) -> Value {
        Value { bits: v.to_bits(), tag: FLOAT }
    }

    pub(crate) fn of_boolean(v: bool) -> Value {
        Value { bits: 0, tag: if v { TRUE } else { FALSE } }
    }

    pub(crate) fn nil() -> Value {
        Value { bits: 0, tag: NIL }
    }

    #[inline(always)]
    pub(crate) fn is_nil(&self) -> bool {
        self.tag & 0xf == NIL
    }

    pub(crate) fn is_true(&self) -> bool {
        self.tag == TRUE
    }

    #[inline(always)]
    pub(crate) fn integer(&self) -> Option<i64> {
        if self.tag == INTEGER { Some(self.bits as i64) } else { None }
    }

    /// The number as a float, as the API's conversion gives it.
    #[inline(always)]
    pub(crate) fn number(&self) -> Option<f64> {
        match self.tag {
            FLOAT => Some(f64::from_bits(self.bits)),
            INTEGER => Some(self.bits as i64 as f64),
            _ => None,
        }
    }

    /// The C object that this is. As [`State::object`], but for function objects.
    #[inline(always)]
    pub(crate) fn object(&self) -> Option<&'static mut CData> {
        if self.tag != USERDATA {
            return None;
        }
        let userdata = self.bits as *mut Userdata;
        // SAFETY: the tag says that the word is the address of a userdata, which is alive while the value is on the stack.
        let (user_values, len) = unsafe { ((*userdata).user_values, (*userdata).len) };
        if user_values != 1 || len < size_of::<CData>() {
            return None;
        }
        // SAFETY: with one user value the memory begins there, and it has room for a header.
        unsafe { CData::recognise((&raw mut (*userdata).memory).cast()) }
    }

    /// The object behind one of our function objects, as [`State::object`] finds it.
    #[inline(always)]
    pub(crate) fn function_object(&self) -> Option<&'static CData> {
        let (code, object) = self.behind()?;
        if object.is_run_by(code as usize) { Some(object) } else { None }
    }

    /// The function object that a C closure has as its first upvalue, and the function that it runs.
    #[inline(always)]
    fn behind(&self) -> Option<(lua_CFunction, &'static CData)> {
        if self.tag != C_CLOSURE {
            return None;
        }
        let closure = self.bits as *const CClosure;
        // SAFETY: the tag says that the word is the address of a C closure, which has at least one upvalue.
        let (code, upvalue) = unsafe { ((*closure).function, (*closure).upvalue) };
        if upvalue.tag != USERDATA {
            return None;
        }
        let userdata = upvalue.bits as *mut Userdata;
        // SAFETY: as in `object`.
        if unsafe { (*userdata).user_values != 1 || (*userdata).len < size_of::<CData>() } {
            return None;
        }
        // SAFETY: as in `object`.
        let object = unsafe { CData::recognise_function((&raw mut (*userdata).memory).cast()) }?;
        Some((code, object))
    }

    /// Where Lua keeps the bytes of an interned string; 0 for anything else.
    #[inline(always)]
    pub(crate) fn key(&self) -> usize {
        if self.tag == SHORT_TEXT { self.bits as usize + std::mem::offset_of!(Text, bytes) } else { 0 }
    }

    /// The bytes of a string, followed by a NUL that is not counted; they live as long as the value does.
    #[inline(always)]
    pub(crate) fn text<'a>(&self) -> Option<&'a [u8]> {
        let text = self.bits as *const Text;
        let len = match self.tag {
            // SAFETY: the tag says that the word is the address of a string.
            SHORT_TEXT => unsafe { (*text).short_len }.into(),
            // SAFETY: as above.
            LONG_TEXT => unsafe { (*text).long_len },
            _ => return None,
        };
        // SAFETY: as above; a string's bytes follow its head.
        Some(unsafe { std::slice::from_raw_parts((&raw const (*text).bytes).cast(), len) })
    }

    /// The array part of a table: items 1 to n, where n is no more than there are. What is beyond is asked of the API.
    ///
    /// # Safety
    ///
    /// Nothing changes the table's size while the slice is in use.
    #[inline]
    pub(crate) unsafe fn items<'a>(&self) -> &'a mut [Value] {
        if self.tag != TABLE {
            return &mut [];
        }
        let table = self.bits as *const Table;
        // SAFETY: the tag says that the word is the address of a table.
        let (array, items) = unsafe { ((*table).array, (*table).items) };
        if items == 0 {
            return &mut [];
        }
        // SAFETY: Lua allocated at least that many items; by the contract they stay.
        unsafe { std::slice::from_raw_parts_mut(array, items as usize) }
    }

    /// The value of the one key, which is not an item, of a table that has no other; null for anything but a table.
    ///
    /// It stays there until another key is added.
    pub(crate) fn only_node(&self) -> *mut Value {
        if self.tag != TABLE {
            return std::ptr::null_mut();
        }
        // SAFETY: the tag says that the word is the address of a table.
        unsafe { (*(self.bits as *const Table)).nodes }
    }

    /// Replaces a table's item by a value that is not collected.
    #[inline(always)]
    pub(crate) fn replace(&mut self, v: Value) {
        self.bits = v.bits;
        self.tag = v.tag;
    }
}

impl Frame {
    /// The frame of the C function that Lua runs on `raw`.
    ///
    /// # Safety
    ///
    /// `raw` is the state that Lua passed to the running C function, and [`fits`] was found for it.
    #[inline(always)]
    pub(crate) unsafe fn of(raw: *mut lua_State) -> Frame {
        let thread = raw.cast::<Thread>();
        // SAFETY: a live thread has a call in progress; the layout was compared.
        let callee = unsafe { (*(*thread).call).callee };
        Frame { thread, callee }
    }

    #[inline(always)]
    pub(crate) fn state(self) -> State {
        // SAFETY: `Frame::of`'s contract: Lua runs us on this thread of Lua's.
        unsafe { State::new(self.thread.cast()) }
    }

    /// How many arguments came (more precisely: values above the function).
    #[inline(always)]
    pub(crate) fn count(self) -> usize {
        // SAFETY: `Frame::of`'s contract: the thread is live.
        let top = unsafe { (*self.thread).top };
        ((top as usize) - (self.callee as usize)) / size_of::<Value>() - 1
    }

    /// The argument `i`, from 1. Not beyond 20, the slots that every C function has.
    #[inline(always)]
    pub(crate) fn arg<'a>(self, i: usize) -> &'a Value {
        // SAFETY: a C function's frame has 20 slots, all of them initialised memory.
        unsafe { &*self.callee.add(i) }
    }

    /// Makes `code` what the running function, one of our function objects, runs from the next call on.
    pub(crate) fn set_called_code(self, code: lua_CFunction) {
        // SAFETY: the callee's slot lies under its arguments.
        let callee = unsafe { *self.callee };
        if callee.tag == C_CLOSURE {
            // SAFETY: the tag says that the word is the address of a C closure.
            unsafe { (*(callee.bits as *mut CClosure)).function = code };
        }
    }

    /// The object behind the running function, when that is one of our function objects.
    #[inline(always)]
    pub(crate) fn called_object(self) -> Option<&'static CData> {
        // SAFETY: the callee's slot lies under its arguments.
        unsafe { &*self.callee }.behind().map(|(_, object)| object)
    }

    /// Pushes a value. The slots that a C function is given must not be used up.
    #[inline(always)]
    pub(crate) fn push(self, value: Value) {
        // SAFETY: the slot above the top is free and inside the stack, by this function's contract.
        unsafe {
            let top = (*self.thread).top;
            (*top).replace(value);
            (*self.thread).top = top.add(1);
        }
    }
}

/// Whether `n` values can be pushed in the running call as it is.
#[inline(always)]
pub(crate) fn has_room(state: State, n: usize) -> bool {
    let thread = state.raw().cast::<Thread>();
    // SAFETY: a live thread, whose layout was compared where the module was opened, has a call in progress.
    let (top, end) = unsafe { ((*thread).top, (*(*thread).call).top) };
    top as usize + n * size_of::<Value>() <= end as usize
}

/// Pushes that are seen together, at the end.
pub(crate) struct Pushes {
    thread: *mut Thread,
    next: *mut Value,
}

impl Pushes {
    /// On `state`'s stack, where [`has_room`] was found for all of them.
    #[inline(always)]
    pub(crate) fn begin(state: State) -> Pushes {
        let thread = state.raw().cast::<Thread>();
        // SAFETY: as in `has_room`.
        Pushes { thread, next: unsafe { (*thread).top } }
    }

    #[inline(always)]
    pub(crate) fn push(&mut self, value: Value) {
        // SAFETY: the slot is free and inside the stack, by `begin`'s contract.
        unsafe {
            (*self.next).replace(value);
            self.next = self.next.add(1);
        }
    }

    #[inline(always)]
    pub(crate) fn end(self) {
        // SAFETY: as in `has_room`.
        unsafe { (*self.thread).top = self.next };
    }
}

/// The value on `state`'s stack that is `below` under its top (1: the topmost).
#[inline(always)]
pub(crate) fn from_top(state: State, below: usize) -> Value {
    let thread = state.raw().cast::<Thread>();
    // SAFETY: as in `has_room`; the caller names a value that is there.
    unsafe { *(*thread).top.sub(below) }
}

/// The value at index `i` of the running C function, counted from its first argument or, when negative, from the top.
#[inline]
pub(crate) fn value_at(state: State, i: std::ffi::c_int) -> Value {
    if i < 0 {
        return from_top(state, i.unsigned_abs() as usize);
    }
    // SAFETY: as in `has_room`; the caller names a value that is there.
    unsafe { *Frame::of(state.raw()).callee.add(i as usize) }
}

/// Argument `i`, from 1, of the C function that runs in `call`, one of Lua's own records of calls.
///
/// # Safety
///
/// The call is in progress, and was given that many arguments.
pub(crate) unsafe fn argument_of(call: *const c_void, i: usize) -> Value {
    // SAFETY: this function's contract; the layout was compared where the module was opened.
    unsafe { *(*call.cast::<Call>()).callee.add(i) }
}

/// Pops `n` values that are there.
#[inline(always)]
pub(crate) fn pop(state: State, n: usize) {
    let thread = state.raw().cast::<Thread>();
    // SAFETY: as in `has_room`; the caller pushed them.
    unsafe { (*thread).top = (*thread).top.sub(n) };
}

/// Gives the userdata at the top of `state`'s stack, which was just made, the metatable at that address. False: the
/// collector has been there in between, so that it must be told.
#[inline(always)]
pub(crate) fn set_new_metatable(state: State, metatable: *const c_void) -> bool {
    let userdata = from_top(state, 1).bits as *mut Userdata;
    // SAFETY: the caller just pushed a userdata.
    if unsafe { (*userdata).marks } & BLACK != 0 {
        return false;
    }
    // SAFETY: as above; an object that is not black may refer to anything.
    unsafe { (*userdata).metatable = metatable };
    true
}
