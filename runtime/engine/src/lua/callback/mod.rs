//! Callbacks: Lua functions that C can call.
//!
//! A callback that never reached C is an ordinary object. What reached C is pinned: C may call it at any time, so it stays
//! until `cb:free()`. Its native entry is never unmapped after that either: C calling a freed callback finds a message,
//! not somebody else's code.

mod bytecode;
pub(crate) mod enter;
mod escape;
mod feed;
mod hot;
pub(crate) mod owner;
mod unboxed;

use std::cell::{Cell, OnceCell, RefCell};
use std::ffi::c_int;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use moonglue_ffi::{Closure, Convention, Signature};

use super::context::Context;
use super::ctype::{CType, Conv, Kind, TypeRef};
use super::error::{Kind as ErrorKind, Res, entry, fail};
use super::function::{self, Function, Settings, function_at, function_of};
use super::object::CData;
use super::remote::word::BridgeNumber;
use super::state::{State, ffi};
use owner::Ownership;

/// Whether C may call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
enum Life {
    Alive,
    /// `cb:free()` was called.
    Freed,
    /// The runtime it belongs to is gone.
    Orphaned,
}

/// What the native entry needs to find its Lua function.
pub(crate) struct Callback {
    context: &'static Context,
    /// Outlives the context: a thread may call when the runtime is gone.
    ownership: Arc<Ownership>,
    result: TypeRef,
    params: Vec<TypeRef>,
    /// Nothing is allocated to pass arguments and result: they are plain numbers.
    plain: bool,
    /// C's `errno` and the private copy are exchanged around each call.
    use_errno: bool,
    convention: Convention,
    /// Registry reference of the Lua function while pinned.
    function: Cell<c_int>,
    pinned: Cell<bool>,
    life: AtomicU8,
    /// Alive, and with a short way.
    ready: AtomicBool,
    made_at: String,
    closure: Option<Closure>,
    /// The short way, where it serves these types and this function.
    hot: OnceCell<hot::Hot>,
    /// Its addresses in other processes.
    there: RefCell<Vec<(BridgeNumber, u64)>>,
}

impl Callback {
    pub(crate) fn made_at(&self) -> &str {
        &self.made_at
    }

    /// Whether the short way may be taken.
    #[inline(always)]
    fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Relaxed)
    }

    /// The address of its entry in the process of a bridge, if it has one there.
    pub(crate) fn address_there(&self, bridge: BridgeNumber) -> Option<u64> {
        self.there.borrow().iter().find(|(number, _)| *number == bridge).map(|(_, address)| *address)
    }

    /// Remembers the address of its entry in the process of a bridge.
    pub(crate) fn set_address_there(&self, bridge: BridgeNumber, address: u64) {
        self.there.borrow_mut().push((bridge, address));
    }

    /// Tells the processes of bridges that have an entry for it.
    fn free_there(&self) {
        for (number, _) in self.there.borrow().iter() {
            if let Some(session) = self.context.session_of(*number) {
                session.callback_freed(*number, self);
            }
        }
    }

    /// Whether C may get it with no more ado.
    #[inline(always)]
    pub(crate) fn is_with_c(&self) -> bool {
        self.pinned.get() && self.life() == Life::Alive
    }

    /// Fails when it was freed.
    pub(crate) fn require_alive(&self) -> Res<()> {
        if self.life() == Life::Alive {
            return Ok(());
        }
        fail(ErrorKind::ValueError, format_args!("C called the callback made at {}, which was freed", self.made_at))
    }

    /// What it was declared with.
    pub(crate) fn declared(&self) -> (TypeRef, &[TypeRef], Settings) {
        let settings = Settings { use_errno: self.use_errno, convention: self.convention, ..Settings::default() };
        (self.result, &self.params, settings)
    }

    /// Calls it as C would.
    ///
    /// # Safety
    ///
    /// `args` and `result` are as `moonglue_ffi::Handler` says, for the callback's own signature; it is pinned.
    pub(crate) unsafe fn call_from_there(&self, args: *const *const u8, result: *mut u8) {
        // SAFETY: this function's contract; a pinned callback is never freed.
        unsafe { enter::enter(std::ptr::from_ref(self).cast_mut().cast(), args, result) }
    }

    /// Keeps a failure for the call in progress to raise.
    pub(crate) fn keep_failure(&self, state: State, failure: super::error::Failure) {
        enter::keep_failure(state, self, failure);
    }

    fn life(&self) -> Life {
        match self.life.load(Ordering::Acquire) {
            0 => Life::Alive,
            1 => Life::Freed,
            _ => Life::Orphaned,
        }
    }
}

fn is_plain(ty: &CType) -> bool {
    match &ty.kind {
        Kind::Void => true,
        Kind::Simple(s) => {
            !s.swapped
                && matches!(
                    s.conv,
                    Conv::Bool
                        | Conv::I8
                        | Conv::U8
                        | Conv::I16
                        | Conv::U16
                        | Conv::I32
                        | Conv::U32
                        | Conv::I64
                        | Conv::U64
                        | Conv::F32
                        | Conv::F64
                )
        }
        _ => false,
    }
}

/// Pushes a new callback of function type `ty` for the Lua function at `i`.
pub(crate) fn push_new(state: State, ty: TypeRef, i: c_int) -> Res<()> {
    let i = state.abs(i);
    let context = ty.context;
    let Some(info) = ty.function() else { return fail(ErrorKind::TypeError, "not a function type") };
    if let Err(text) = context.policy.check_callback() {
        return fail(ErrorKind::PermissionError, text);
    }
    for t in info.params.iter().chain([&info.result]) {
        if t.abi != moonglue_abi::Abi::HOST {
            let abi = t.abi.name();
            return fail(ErrorKind::TypeError, format_args!("{} is a type of {abi}, not of this process", t.name));
        }
        if t.record().is_some() {
            t.require_complete()?;
        }
    }
    let decayed = |t: &TypeRef| match t.kind {
        Kind::Array(..) => moonglue_abi::Type::Prim(moonglue_abi::Prim::Pointer),
        _ => t.as_abi().clone(),
    };
    let params: Vec<_> = info.params.iter().map(decayed).collect();
    let signature =
        Signature { result: decayed(&info.result), fixed: params.len(), params, convention: info.settings.convention };
    let mut callback = Box::new(Callback {
        context,
        ownership: context.ownership.clone(),
        result: info.result,
        params: info.params.clone(),
        plain: is_plain(info.result) && info.params.iter().all(|t| is_plain(t)),
        use_errno: info.settings.use_errno,
        convention: info.settings.convention,
        function: Cell::new(ffi::LUA_NOREF),
        pinned: Cell::new(false),
        life: AtomicU8::new(Life::Alive as u8),
        ready: AtomicBool::new(false),
        made_at: state.position(1).unwrap_or_else(|| "?".into()),
        closure: None,
        hot: OnceCell::new(),
        there: RefCell::default(),
    });
    let user = std::ptr::from_mut(&mut *callback).cast();
    let feeds = feed::feeds(state, i, info.result, &info.params)?;
    let shared = state.abs(-1);
    let short = match &feeds {
        Some(feeds) => Closure::straight(&signature, &hot::handlers(feeds, info.result), user),
        None => Ok(None),
    };
    let is_short = matches!(short, Ok(Some(_)));
    let closure = match short.and_then(|short| short.map_or_else(|| Closure::new(&signature, enter::enter, user), Ok)) {
        Ok(closure) => closure,
        Err(e @ moonglue_ffi::Error::ExecutableMemory { .. }) => return fail(ErrorKind::MemoryError, e),
        Err(e) => return fail(ErrorKind::TypeError, e),
    };
    let code = closure.code();
    callback.closure = Some(closure);
    if !context.ownership.is_shared() {
        context.ownership.share();
        context.generated.retire_all();
    }
    let mut function = Function::of_type(ty, &ty.name);
    function.callback = Some(callback);
    function::push(state, ty, code.cast(), function)?;
    state.user_value(-1);
    state.push_value(i);
    state.set_raw_field(-2, "function");
    state.pop(1);
    if let (Some(feeds), true) = (feeds, is_short)
        && let Some(callback) = function_at(state, -1).and_then(|f| f.callback.as_ref())
    {
        feed::prepare(state, callback, feeds, i, shared);
        callback.ready.store(!callback.use_errno, Ordering::Release);
    }
    state.remove(shared);
    Ok(())
}

/// The address of the function object `o` at `i`, which C gets; pushes what that keeps. Fails when it is a callback that was
/// freed, or a function of a library that was closed.
pub(crate) fn push_for_c(state: State, i: c_int, o: &CData) -> Res<*const u8> {
    if let Some(function) = function_of(o) {
        if function.is_closed() {
            return fail(ErrorKind::ValueError, format_args!("{}: its library is closed", function.name));
        }
        if let Some(callback) = &function.callback {
            if callback.life() != Life::Alive {
                return fail(
                    ErrorKind::ValueError,
                    format_args!("the callback made at {} was freed", callback.made_at),
                );
            }
            pin_callback(state, i, callback);
        }
    }
    state.push_value(i);
    Ok(o.address_value())
}

/// Notes that the function object at `i` reached C: a callback stays from now on.
pub(crate) fn pin(state: State, i: c_int) {
    if let Some(callback) = function_at(state, i).and_then(|function| function.callback.as_ref()) {
        pin_callback(state, i, callback);
    }
}

fn pin_callback(state: State, i: c_int, callback: &Callback) {
    if callback.pinned.replace(true) || callback.life() != Life::Alive {
        return;
    }
    let i = state.abs(i);
    state.user_value(i);
    state.raw_field(-1, "function");
    callback.function.set(state.make_ref());
    state.pop(1);
    state.push_ref(callback.context.refs.pinned.get());
    state.push_light(std::ptr::from_ref(callback).cast());
    state.push_value(i);
    state.raw_set(-3);
    state.pop(1);
}

/// The native entry of the Lua function at `i` as a callback of type `ty`; the same function gives the same callback.
/// Pushes the callback object.
pub(crate) fn for_lua_function(state: State, i: c_int, ty: TypeRef) -> Res<*const u8> {
    let i = state.abs(i);
    state.push_ref(ty.context.refs.callbacks_by_function.get());
    let all = state.abs(-1);
    state.push_value(i);
    if state.raw_get(all) != ffi::LUA_TTABLE {
        state.pop(1);
        state.new_table(0, 1);
        state.push_value(i);
        state.push_value(-2);
        state.raw_set(all);
    }
    let of_function = state.abs(-1);
    state.push_light(std::ptr::from_ref(ty).cast());
    state.raw_get(of_function);
    let alive = function_at(state, -1).is_some_and(|f| f.callback.as_ref().is_some_and(|c| c.life() == Life::Alive));
    if !alive {
        state.pop(1);
        push_new(state, ty, i)?;
        state.push_light(std::ptr::from_ref(ty).cast());
        state.push_value(-2);
        state.raw_set(of_function);
    }
    pin(state, -1);
    state.replace(all);
    state.set_top(all);
    Ok(state.object(all).map_or(std::ptr::null(), |o| o.address_value().cast_const()))
}

entry! {
    /// `cb:free()`: C must not call it any more.
    pub(crate) fn free(state) {
        let function = function::check_function(state, 1)?;
        let Some(callback) = &function.callback else {
            return fail(ErrorKind::TypeError, format_args!("{} is no callback", function.name));
        };
        if function::record::is_called(callback.context, function) {
            return fail(ErrorKind::ValueError, format_args!("the callback made at {} is being called by Lua", callback.made_at));
        }
        callback.life.store(Life::Freed as u8, Ordering::Release);
        callback.ready.store(false, Ordering::Release);
        callback.free_there();
        if let Some(o) = state.object(1) {
            o.set_address_value(std::ptr::null());
        }
        if callback.pinned.get() {
            state.drop_ref(callback.function.replace(ffi::LUA_NOREF));
            state.push_ref(callback.context.refs.pinned.get());
            state.push_light(std::ptr::from_ref(&**callback).cast());
            state.push_nil();
            state.raw_set(-3);
        }
        Ok(0)
    }
}

/// The end of a function object. A callback that reached C leaves its native entry behind, which says what happened when
/// C calls it; one that did not is unmapped.
pub(crate) fn dispose(_state: State, mut function: Function) {
    let Some(callback) = function.callback.take() else { return };
    callback.ready.store(false, Ordering::Release);
    if callback.pinned.get() {
        let _ = callback.life.compare_exchange(
            Life::Alive as u8,
            Life::Orphaned as u8,
            Ordering::AcqRel,
            Ordering::Acquire,
        );
        Box::leak(callback);
    }
}
