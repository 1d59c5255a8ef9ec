//! What one Lua state's ctypes module shares: its types, metatables, caches, policy, and the native calls in progress.

use std::cell::{Cell, RefCell};
use std::ffi::{c_int, c_void};
use std::ptr::null;
use std::rc::Rc;
use std::sync::Arc;

use moonglue_abi::Abi;
use rustc_hash::FxHashMap;

use super::callback::owner::Ownership;
use super::ctype::{CType, TypeRef};
use super::function::generated::Generated;
use super::function::record::{CallRecord, KeptErrors};
use super::remote::session::Session;
use super::remote::word::BridgeNumber;
use super::simple::SimpleTypes;
use super::state::{State, ffi};
use crate::host::Policy;

/// Registry references of what the entries need at hand.
#[derive(Default)]
pub(crate) struct Refs {
    pub(crate) module: Cell<c_int>,
    pub(crate) error_metatable: Cell<c_int>,
    pub(crate) type_metatable: Cell<c_int>,
    pub(crate) type_methods: Cell<c_int>,
    pub(crate) simple_metatable: Cell<c_int>,
    pub(crate) array_metatable: Cell<c_int>,
    pub(crate) array_methods: Cell<c_int>,
    pub(crate) pointer_metatable: Cell<c_int>,
    pub(crate) function_metatable: Cell<c_int>,
    pub(crate) complex_metatable: Cell<c_int>,
    pub(crate) descriptor_metatable: Cell<c_int>,
    pub(crate) parameter_metatable: Cell<c_int>,
    /// The metatable of views into other processes.
    pub(crate) view_metatable: Cell<c_int>,
    /// Metatable `{__mode = "v"}`.
    pub(crate) weak_values: Cell<c_int>,
    /// `{[Lua function] = {[function type] = callback}}`, weak keys.
    pub(crate) callbacks_by_function: Cell<c_int>,
    /// Callbacks that reached C: pinned until `cb:free()`.
    pub(crate) pinned: Cell<c_int>,
    /// Open libraries, by the address of their userdata: a library stays until it is closed.
    pub(crate) libraries: Cell<c_int>,
    /// Exported variables that were handed out: `{[object] = library}`, weak keys.
    pub(crate) variables: Cell<c_int>,
    /// A `MemoryError` made in advance.
    pub(crate) memory_error: Cell<c_int>,
    /// The message handler of callbacks.
    pub(crate) message_handler: Cell<c_int>,
}

/// The shared state; made by `lua::open`, freed when the Lua state closes.
pub(crate) struct Context {
    /// Whether the state's closing may free this: no finalizer runs after the module's own.
    freed_at_close: bool,
    pub(crate) policy: Arc<Policy>,
    /// The host itself is at work, which no policy binds.
    pub(crate) host_speaks: Cell<bool>,
    pub(crate) refs: Refs,
    /// Simple types by target ABI, the host's first.
    pub(crate) simple: RefCell<FxHashMap<Abi, &'static SimpleTypes>>,
    /// Function types by signature text, so that equal prototypes are one type object.
    pub(crate) function_types: RefCell<FxHashMap<FunctionKey, TypeRef>>,
    /// The type of library functions.
    pub(crate) library_function: Cell<Option<TypeRef>>,
    /// Owns every type; they live as long as the state, as LuaJIT's do.
    types: RefCell<Vec<*mut CType>>,
    simple_sets: RefCell<Vec<*mut SimpleTypes>>,
    /// Entries may read and write Lua's stack in place.
    pub(crate) reads_stack: Cell<bool>,
    /// The bridges that libraries were opened in, those included whose process has ended.
    pub(crate) sessions: RefCell<Vec<Rc<Session>>>,
    /// Innermost native call in progress.
    pub(crate) calls: Cell<*const CallRecord>,
    /// The code of functions that are called often.
    pub(crate) generated: Generated,
    /// What callbacks raised.
    pub(crate) kept_errors: KeptErrors,
    /// Whose turn it is to run Lua, once callbacks exist.
    pub(crate) ownership: Arc<Ownership>,
    /// The main thread of the state: where callbacks run that come while no call of ours is in progress.
    pub(crate) main: Cell<*mut ffi::lua_State>,
    /// Where the last error inside a callback happened: the address of its value, and the traceback.
    pub(crate) inner_traceback: RefCell<Option<(usize, String)>>,
    /// The private copy of `errno` that `get_errno` shows.
    pub(crate) errno: Cell<i32>,
    /// The private copy of Windows' last error.
    pub(crate) last_error: Cell<i32>,
}

/// What makes two function types the same.
pub(crate) type FunctionKey = (usize, Vec<usize>, u8);

/// Registry key under which a state keeps its context.
static KEY: u8 = 0;

impl Context {
    pub(crate) fn new(policy: Arc<Policy>, freed_at_close: bool) -> Context {
        Context {
            freed_at_close,
            policy,
            host_speaks: Cell::new(false),
            refs: Refs::default(),
            simple: RefCell::default(),
            function_types: RefCell::default(),
            library_function: Cell::new(None),
            types: RefCell::default(),
            simple_sets: RefCell::default(),
            reads_stack: Cell::new(false),
            sessions: RefCell::default(),
            calls: Cell::new(null()),
            generated: Generated::default(),
            kept_errors: KeptErrors::default(),
            ownership: Arc::new(Ownership::new()),
            main: Cell::new(std::ptr::null_mut()),
            inner_traceback: RefCell::default(),
            errno: Cell::new(0),
            last_error: Cell::new(0),
        }
    }

    /// Whether any library is in another process.
    pub(crate) fn has_bridges(&self) -> bool {
        !self.sessions.borrow().is_empty()
    }

    /// The session whose process has, or had, that number.
    pub(crate) fn session_of(&self, bridge: BridgeNumber) -> Option<Rc<Session>> {
        self.sessions.borrow().iter().find(|s| s.has_number(bridge)).cloned()
    }

    /// Puts a new context into `state`'s registry, as the payload of a userdata whose collection frees it.
    pub(crate) fn install(state: State, context: Context) -> &'static Context {
        let slot = state.new_userdata(size_of::<*mut Context>()).cast::<*mut Context>();
        let context = Box::into_raw(Box::new(context));
        // SAFETY: Lua just made the userdata with room for one pointer, aligned to 16.
        unsafe { slot.write(context) };
        state.new_table(0, 1);
        state.push_closure(drop_context, 0);
        state.set_raw_field(-2, "__gc");
        state.set_metatable(-2);
        // SAFETY: plain registry store on a live state; pops the userdata.
        unsafe { ffi::lua_rawsetp(state.raw(), ffi::LUA_REGISTRYINDEX, (&raw const KEY).cast()) };
        super::in_progress::remember(context);
        // SAFETY: freshly boxed; freed only by `drop_context` when the state closes, after which no entry runs.
        unsafe { &*context }
    }

    /// The context of `state`, `None` when the module was never opened or the state is closing.
    pub(crate) fn of(state: State) -> Option<&'static Context> {
        // SAFETY: plain registry read on a live state.
        unsafe { ffi::lua_rawgetp(state.raw(), ffi::LUA_REGISTRYINDEX, (&raw const KEY).cast::<c_void>()) };
        let slot = state.userdata(-1).cast::<*const Context>();
        state.pop(1);
        if slot.is_null() {
            return None;
        }
        // SAFETY: only `install` stores under KEY, and what it stores holds one pointer to a boxed context or null.
        unsafe { (*slot).as_ref() }
    }

    /// Takes a new type into the arena.
    pub(crate) fn adopt(&self, ty: CType) -> TypeRef {
        let raw = Box::into_raw(Box::new(ty));
        self.types.borrow_mut().push(raw);
        // SAFETY: boxed above; freed only with the context, which outlives every entry that could use it.
        unsafe { &*raw }
    }

    /// The newest type that `matches`.
    pub(crate) fn newest_type(&self, matches: impl Fn(TypeRef) -> bool) -> Option<TypeRef> {
        let types = self.types.borrow();
        // SAFETY: as in `adopt`.
        types.iter().rev().map(|&ty| unsafe { &*ty }).find(|ty| matches(ty))
    }

    pub(crate) fn adopt_simple(&self, set: SimpleTypes) -> &'static SimpleTypes {
        let raw = Box::into_raw(Box::new(set));
        self.simple_sets.borrow_mut().push(raw);
        // SAFETY: as in `adopt`.
        unsafe { &*raw }
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        super::in_progress::forget(self);
        self.ownership.close();
        for set in self.simple_sets.get_mut().drain(..) {
            // SAFETY: each was boxed by `adopt_simple` and is dropped once, here.
            drop(unsafe { Box::from_raw(set) });
        }
        for ty in self.types.get_mut().drain(..) {
            // SAFETY: each was boxed by `adopt` and is dropped once, here.
            drop(unsafe { Box::from_raw(ty) });
        }
    }
}

unsafe extern "C-unwind" fn drop_context(raw: *mut ffi::lua_State) -> c_int {
    // SAFETY: Lua calls the finalizer with its live state.
    let state = unsafe { State::new(raw) };
    let slot = state.userdata(1).cast::<*mut Context>();
    if !slot.is_null() {
        // SAFETY: this metatable is only on the userdata that `install` made.
        let context = unsafe { slot.replace(std::ptr::null_mut()) };
        if !context.is_null() {
            // SAFETY: boxed by `install`; the slot is cleared, so this happens once.
            let context = unsafe { Box::from_raw(context) };
            if !context.freed_at_close {
                let context = Box::leak(context);
                // Their processes go with the state all the same.
                context.sessions.borrow_mut().clear();
                super::in_progress::forget(context);
                context.ownership.close();
            }
        }
    }
    0
}
