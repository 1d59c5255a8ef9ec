//! The Lua stack as seen by our raw entries: a thin, copyable handle over `lua_State`.
//!
//! A [`State`] is only made from the pointer Lua hands to a C function or a callback, and never outlives that call.
//! Its methods are Lua's own stack operations under Rust names. They keep three rules, which make each of them one
//! sound step:
//!
//! * an index is acceptable to Lua (entries test `top()` or read arguments that may be `none`);
//! * a C function starts with 20 free slots; whoever pushes more first asks for them with [`State::reserve`];
//! * operations that can run Lua code (`__index`, `__call` ...) go through [`State::pcall`], so that an error comes
//!   back as a value and never jumps over a Rust frame. What may still jump is Lua's own out-of-memory error: it
//!   leaks what the frame owned, and touches nothing else.

use std::ffi::{CStr, c_int, c_void};

pub(crate) use mlua::ffi;

use mlua::ffi::{lua_CFunction, lua_State};

use super::object::CData;

/// Type of a value on the stack, Lua's `LUA_T*` constants.
pub(crate) type Tag = c_int;

/// A handle on the running Lua thread's stack.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct State(*mut lua_State);

/// Most methods are one call of Lua's C API on `self.0`, which the type's invariant (see the module page) makes sound:
/// the state is the live one Lua runs us on, the index is acceptable, the stack has room.
macro_rules! api {
    ($e:expr) => {
        // SAFETY: `State`'s invariant, established by `State::new`'s caller: the state is live and it is this
        // thread's turn to use it; indices and free slots are kept by the module's rules.
        unsafe { $e }
    };
}

impl State {
    /// Wraps the state Lua passed to the running C function.
    ///
    /// # Safety
    ///
    /// `raw` is live, this thread may use it, and the handle is dropped before the C function returns.
    #[inline(always)]
    pub(crate) unsafe fn new(raw: *mut lua_State) -> State {
        State(raw)
    }

    #[inline(always)]
    pub(crate) fn raw(self) -> *mut lua_State {
        self.0
    }

    #[inline(always)]
    pub(crate) fn top(self) -> c_int {
        api!(ffi::lua_gettop(self.0))
    }

    #[inline(always)]
    pub(crate) fn set_top(self, n: c_int) {
        api!(ffi::lua_settop(self.0, n))
    }

    #[inline(always)]
    pub(crate) fn pop(self, n: c_int) {
        api!(ffi::lua_settop(self.0, -n - 1))
    }

    /// Makes room for `n` more values; false when Lua's stack limit is reached.
    pub(crate) fn reserve(self, n: c_int) -> bool {
        api!(ffi::lua_checkstack(self.0, n)) != 0
    }

    #[inline(always)]
    pub(crate) fn tag(self, i: c_int) -> Tag {
        api!(ffi::lua_type(self.0, i))
    }

    pub(crate) fn is_none_or_nil(self, i: c_int) -> bool {
        self.tag(i) <= ffi::LUA_TNIL
    }

    pub(crate) fn is_nil(self, i: c_int) -> bool {
        self.tag(i) == ffi::LUA_TNIL
    }

    pub(crate) fn is_table(self, i: c_int) -> bool {
        self.tag(i) == ffi::LUA_TTABLE
    }

    pub(crate) fn is_function(self, i: c_int) -> bool {
        self.tag(i) == ffi::LUA_TFUNCTION
    }

    pub(crate) fn is_string(self, i: c_int) -> bool {
        self.tag(i) == ffi::LUA_TSTRING
    }

    #[inline(always)]
    pub(crate) fn is_integer(self, i: c_int) -> bool {
        api!(ffi::lua_isinteger(self.0, i)) != 0
    }

    /// The integer at `i`; 0 for what is no integer (test with [`State::is_integer`] first).
    #[inline(always)]
    pub(crate) fn integer(self, i: c_int) -> i64 {
        api!(ffi::lua_tointegerx(self.0, i, std::ptr::null_mut()))
    }

    /// The number at `i` as a float; 0 for what is no number.
    #[inline(always)]
    pub(crate) fn number(self, i: c_int) -> f64 {
        api!(ffi::lua_tonumberx(self.0, i, std::ptr::null_mut()))
    }

    pub(crate) fn boolean(self, i: c_int) -> bool {
        api!(ffi::lua_toboolean(self.0, i)) != 0
    }

    /// The bytes of the string at `i` (which must be a string: numbers are not converted in place).
    /// They stay valid while the value stays on the stack or is otherwise referenced from Lua.
    #[inline(always)]
    pub(crate) fn bytes<'a>(self, i: c_int) -> Option<&'a [u8]> {
        if self.tag(i) != ffi::LUA_TSTRING {
            return None;
        }
        let mut len = 0;
        let p = api!(ffi::lua_tolstring(self.0, i, &mut len));
        // SAFETY: the tag was checked, so Lua returned its own string: `len` bytes that live as long as the value is
        // referenced, which the callers keep (the index stays on the stack while the slice is used).
        Some(unsafe { std::slice::from_raw_parts(p.cast(), len) })
    }

    /// Where Lua keeps the string at `i`: interned strings are equal when this is. 0 for other values.
    #[inline(always)]
    pub(crate) fn string_address(self, i: c_int) -> usize {
        if self.tag(i) == ffi::LUA_TSTRING {
            api!(ffi::lua_tolstring(self.0, i, std::ptr::null_mut())) as usize
        } else {
            0
        }
    }

    /// The string at `i` as UTF-8 text, invalid bytes replaced.
    pub(crate) fn text(self, i: c_int) -> Option<String> {
        self.bytes(i).map(|b| String::from_utf8_lossy(b).into_owned())
    }

    /// The string at `i` if it is valid UTF-8.
    pub(crate) fn str<'a>(self, i: c_int) -> Option<&'a str> {
        self.bytes(i).and_then(|b| std::str::from_utf8(b).ok())
    }

    #[inline(always)]
    pub(crate) fn userdata(self, i: c_int) -> *mut c_void {
        api!(ffi::lua_touserdata(self.0, i))
    }

    #[inline(always)]
    pub(crate) fn raw_len(self, i: c_int) -> usize {
        api!(ffi::lua_rawlen(self.0, i))
    }

    /// An address that identifies the table, string, function or userdata at `i`; null for other values.
    pub(crate) fn pointer(self, i: c_int) -> *const c_void {
        api!(ffi::lua_topointer(self.0, i))
    }

    pub(crate) fn raw_equal(self, a: c_int, b: c_int) -> bool {
        api!(ffi::lua_rawequal(self.0, a, b)) != 0
    }

    pub(crate) fn abs(self, i: c_int) -> c_int {
        api!(ffi::lua_absindex(self.0, i))
    }

    #[inline(always)]
    pub(crate) fn push_nil(self) {
        api!(ffi::lua_pushnil(self.0))
    }

    #[inline(always)]
    pub(crate) fn push_integer(self, v: i64) {
        api!(ffi::lua_pushinteger(self.0, v))
    }

    #[inline(always)]
    pub(crate) fn push_number(self, v: f64) {
        api!(ffi::lua_pushnumber(self.0, v))
    }

    #[inline(always)]
    pub(crate) fn push_boolean(self, v: bool) {
        api!(ffi::lua_pushboolean(self.0, v as c_int))
    }

    #[inline(always)]
    pub(crate) fn push_bytes(self, b: &[u8]) {
        api!(ffi::lua_pushlstring(self.0, b.as_ptr().cast(), b.len()));
    }

    pub(crate) fn push_str(self, s: &str) {
        self.push_bytes(s.as_bytes());
    }

    #[inline(always)]
    pub(crate) fn push_value(self, i: c_int) {
        api!(ffi::lua_pushvalue(self.0, i))
    }

    pub(crate) fn push_light(self, p: *const c_void) {
        api!(ffi::lua_pushlightuserdata(self.0, p.cast_mut()))
    }

    pub(crate) fn push_closure(self, f: lua_CFunction, upvalues: c_int) {
        api!(ffi::lua_pushcclosure(self.0, f, upvalues))
    }

    pub(crate) fn insert(self, i: c_int) {
        api!(ffi::lua_rotate(self.0, i, 1))
    }

    pub(crate) fn remove(self, i: c_int) {
        api!(ffi::lua_rotate(self.0, i, -1));
        self.pop(1);
    }

    pub(crate) fn replace(self, i: c_int) {
        api!(ffi::lua_copy(self.0, -1, i));
        self.pop(1);
    }

    pub(crate) fn new_table(self, array: usize, hash: usize) {
        let clamp = |n: usize| n.min(c_int::MAX as usize) as c_int;
        api!(ffi::lua_createtable(self.0, clamp(array), clamp(hash)))
    }

    /// A fresh userdata of `size` bytes with one user value (nil).
    #[inline(always)]
    pub(crate) fn new_userdata(self, size: usize) -> *mut c_void {
        api!(ffi::lua_newuserdatauv(self.0, size, 1))
    }

    /// `t[i]` of the table at `t`, no metamethods; its tag.
    #[inline(always)]
    pub(crate) fn raw_geti(self, t: c_int, i: i64) -> Tag {
        api!(ffi::lua_rawgeti(self.0, t, i))
    }

    /// `t[i] = (popped value)`, no metamethods.
    #[inline(always)]
    pub(crate) fn raw_seti(self, t: c_int, i: i64) {
        api!(ffi::lua_rawseti(self.0, t, i))
    }

    /// Replaces the key on the top by `t[key]`, no metamethods.
    #[inline(always)]
    pub(crate) fn raw_get(self, t: c_int) -> Tag {
        api!(ffi::lua_rawget(self.0, t))
    }

    /// `t[key] = value`, both popped, no metamethods.
    pub(crate) fn raw_set(self, t: c_int) {
        api!(ffi::lua_rawset(self.0, t))
    }

    /// Pushes `t[name]`, no metamethods.
    pub(crate) fn raw_field(self, t: c_int, name: &str) -> Tag {
        let t = self.abs(t);
        self.push_str(name);
        self.raw_get(t)
    }

    /// `t[name] = (popped value)`, no metamethods.
    pub(crate) fn set_raw_field(self, t: c_int, name: &str) {
        let t = self.abs(t);
        self.push_str(name);
        self.insert(-2);
        self.raw_set(t);
    }

    /// Advances a traversal with `lua_next` (the key on top is popped); false at the end.
    pub(crate) fn next(self, t: c_int) -> bool {
        api!(ffi::lua_next(self.0, t)) != 0
    }

    /// Pushes the value of a registry reference.
    #[inline(always)]
    pub(crate) fn push_ref(self, r: c_int) {
        api!(ffi::lua_rawgeti(self.0, ffi::LUA_REGISTRYINDEX, r.into()));
    }

    /// Pops a value into the registry.
    pub(crate) fn make_ref(self) -> c_int {
        api!(ffi::luaL_ref(self.0, ffi::LUA_REGISTRYINDEX))
    }

    pub(crate) fn drop_ref(self, r: c_int) {
        api!(ffi::luaL_unref(self.0, ffi::LUA_REGISTRYINDEX, r))
    }

    /// Pushes the user value of the userdata at `i`, or of the userdata behind the C function object at `i`.
    #[inline]
    pub(crate) fn user_value(self, i: c_int) -> Tag {
        if self.tag(i) == ffi::LUA_TFUNCTION {
            api!(ffi::lua_getupvalue(self.0, i, 1));
            let tag = api!(ffi::lua_getiuservalue(self.0, -1, 1));
            self.remove(-2);
            return tag;
        }
        api!(ffi::lua_getiuservalue(self.0, i, 1))
    }

    /// Stores the popped value as the user value of the userdata at `i`, or behind the C function object at `i`.
    #[inline]
    pub(crate) fn set_user_value(self, i: c_int) {
        if self.tag(i) == ffi::LUA_TFUNCTION {
            let i = self.abs(i);
            api!(ffi::lua_getupvalue(self.0, i, 1));
            self.insert(-2);
            api!(ffi::lua_setiuservalue(self.0, -2, 1));
            return self.pop(1);
        }
        api!(ffi::lua_setiuservalue(self.0, i, 1));
    }

    /// The code of the C function at `i`, and the userdata that is its first upvalue, when that has room for an object.
    pub(crate) fn userdata_behind(self, i: c_int) -> Option<(usize, *mut c_void)> {
        let code = api!(ffi::lua_tocfunction(self.0, i))?;
        if api!(ffi::lua_getupvalue(self.0, i, 1)).is_null() {
            return None;
        }
        let found = self.tag(-1) == ffi::LUA_TUSERDATA && self.raw_len(-1) >= size_of::<CData>();
        let userdata = self.userdata(-1);
        self.pop(1);
        found.then_some((code as usize, userdata))
    }

    /// Pushes the running C function.
    pub(crate) fn push_running_function(self) {
        // SAFETY: an all-zero `lua_Debug` is a valid value of this plain C struct; Lua fills it.
        let mut ar: ffi::lua_Debug = unsafe { std::mem::zeroed() };
        if api!(ffi::lua_getstack(self.0, 0, &mut ar)) == 0 {
            return self.push_nil();
        }
        api!(ffi::lua_getinfo(self.0, c"f".as_ptr(), &mut ar));
    }

    /// Pushes the metatable of the value at `i`; false (nothing pushed) when it has none.
    pub(crate) fn metatable(self, i: c_int) -> bool {
        api!(ffi::lua_getmetatable(self.0, i)) != 0
    }

    #[inline(always)]
    pub(crate) fn set_metatable(self, i: c_int) {
        api!(ffi::lua_setmetatable(self.0, i));
    }

    /// Calls the function below `args` values in protected mode. On an error the error value is left on the top.
    pub(crate) fn pcall(self, args: c_int, results: c_int) -> bool {
        api!(ffi::lua_pcall(self.0, args, results, 0)) == ffi::LUA_OK
    }

    /// The same with a message handler at the absolute index `handler`.
    pub(crate) fn pcall_with(self, args: c_int, results: c_int, handler: c_int) -> bool {
        api!(ffi::lua_pcall(self.0, args, results, handler)) == ffi::LUA_OK
    }

    /// Whether a finalizer is running: Lua refuses every question to its collector meanwhile.
    pub(crate) fn in_finalizer(self) -> bool {
        api!(ffi::lua_gc(self.0, ffi::LUA_GCCOUNT)) == -1
    }

    pub(crate) fn collect_garbage(self) {
        api!(ffi::lua_gc(self.0, ffi::LUA_GCCOLLECT));
    }

    /// The type's name as users know it: `__name` of its metatable, else Lua's.
    pub(crate) fn type_name(self, i: c_int) -> String {
        if matches!(self.tag(i), ffi::LUA_TUSERDATA | ffi::LUA_TTABLE) && self.metatable(i) {
            let named = self.raw_field(-1, "__name") == ffi::LUA_TSTRING;
            let name = if named { self.text(-1) } else { None };
            self.pop(2);
            if let Some(name) = name {
                return name;
            }
        }
        let p = api!(ffi::lua_typename(self.0, self.tag(i)));
        // SAFETY: `lua_typename` returns one of Lua's static names.
        unsafe { CStr::from_ptr(p) }.to_string_lossy().into_owned()
    }

    /// A traceback of this thread from `level` on.
    pub(crate) fn traceback(self, level: c_int) -> String {
        if !self.reserve(20) {
            return String::new();
        }
        api!(ffi::luaL_traceback(self.0, self.0, std::ptr::null(), level));
        let text = self.text(-1).unwrap_or_default();
        self.pop(1);
        text
    }

    /// `file:line` of the innermost Lua function at or above `level`, outside of the modules that come with the engine.
    pub(crate) fn position(self, mut level: c_int) -> Option<String> {
        while level < 200 {
            // SAFETY: an all-zero `lua_Debug` is a valid value of this plain C struct; Lua fills it.
            let mut ar: ffi::lua_Debug = unsafe { std::mem::zeroed() };
            if api!(ffi::lua_getstack(self.0, level, &mut ar)) == 0 {
                return None;
            }
            api!(ffi::lua_getinfo(self.0, c"Sl".as_ptr(), &mut ar));
            // SAFETY: `lua_getinfo("S")` has set it to a string of the function's chunk.
            let chunk = unsafe { CStr::from_ptr(ar.source) };
            if ar.currentline > 0 && !is_own_chunk(chunk) {
                // SAFETY: `short_src` is a NUL-terminated array that `lua_getinfo("S")` filled.
                let source = unsafe { CStr::from_ptr(ar.short_src.as_ptr()) };
                return Some(format!("{}:{}", source.to_string_lossy(), ar.currentline));
            }
            level += 1;
        }
        None
    }
}

/// Whether a chunk of that name is code of the engine's own, which is never the place at fault.
pub(crate) fn is_own_chunk(name: &CStr) -> bool {
    name.to_bytes().starts_with(b"=[")
}
