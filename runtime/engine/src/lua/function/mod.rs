//! Function objects: what a library's symbol, a prototype or a callback is in Lua, and how it is called.
//!
//! A function object is a Lua function: a C closure over `call` whose upvalue is the object with its type and address. Lua
//! calls it without a metamethod; `f.restype` and the like go through the metatable that all Lua functions share.

pub(crate) mod argument;
mod attributes;
pub(crate) mod calling;
pub(crate) mod dynamic;
mod entries;
pub(crate) mod generated;
mod hot;
mod lending;
mod loops;
pub(crate) mod map;
pub(crate) mod parameter;
mod paramflags;
pub(crate) mod plan;
pub(crate) mod prototype;
pub(crate) mod record;
pub(crate) mod result;
pub(crate) mod tables;
pub(crate) mod time;

use std::cell::{Cell, RefCell};
use std::ffi::c_int;
use std::rc::Rc;

use moonglue_ffi::Convention;

use super::bounds::require_kept;
use super::callback::Callback;
use super::ctype::TypeRef;
use super::error::{Kind as ErrorKind, Res, fail};
use super::library::LibraryState;
use super::object::CData;
use super::remote::session::Session;
use super::remote::word::RemoteAddress;
use super::state::State;

pub(crate) use attributes::{prototype_text, push_metatable, share_metatable, show};
pub(crate) use calling::call;
pub(crate) use hot::call_in_place;
pub(crate) use paramflags::ParamFlag;
pub(crate) use plan::{Pass, Plan};
pub(crate) use prototype::construct;

/// A function type's own facts: what `CFUNCTYPE` was told.
pub(crate) struct FunctionInfo {
    /// The type of a library's functions, which declare nothing by themselves.
    pub(crate) of_library: bool,
    pub(crate) result: TypeRef,
    pub(crate) params: Vec<TypeRef>,
    pub(crate) settings: Settings,
}

/// How a call is made, beyond types.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Settings {
    pub(crate) convention: Convention,
    pub(crate) use_errno: bool,
    pub(crate) use_last_error: bool,
    /// Results are HRESULTs unless declared otherwise (`OleDLL`).
    pub(crate) hresult: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { convention: Convention::C, use_errno: false, use_last_error: false, hresult: false }
    }
}

impl Settings {
    /// A small number that tells settings apart, for caches.
    pub(crate) fn key(self) -> u8 {
        u8::from(self.convention == Convention::Stdcall)
            | u8::from(self.use_errno) << 1
            | u8::from(self.use_last_error) << 2
            | u8::from(self.hresult) << 3
    }
}

/// What `restype` was set to.
#[derive(Clone, Copy)]
pub(crate) enum Declared {
    /// Never set: an int, with a warning when the register says otherwise.
    Unset,
    /// A type, void included.
    Type(TypeRef),
    /// A Lua function (in the object's table) that is called with the int result.
    Converter,
}

/// One entry of `argtypes`.
#[derive(Clone, Copy)]
pub(crate) enum ParamType {
    Type(TypeRef),
    /// A table with `from_param`, at this position of the `argtypes` list.
    Custom,
    /// `ct.inout(T)`: a table is passed as a temporary array and refilled from it.
    InOut(TypeRef),
    /// `ct.out(T, n)`: a table is filled with `n` items.
    Out(TypeRef, usize),
}

/// What a function object is, behind its userdata.
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) library: Option<Rc<LibraryState>>,
    /// The bridge whose process it is in.
    pub(crate) remote: Option<Rc<Session>>,
    pub(crate) settings: Settings,
    pub(crate) result: Cell<Declared>,
    pub(crate) params: RefCell<Option<Vec<ParamType>>>,
    pub(crate) flags: RefCell<Option<Vec<ParamFlag>>>,
    pub(crate) has_errcheck: Cell<bool>,
    pub(crate) callback: Option<Box<Callback>>,
    /// Compiled from the above on the first call; null when something changed since.
    plan: Cell<*const Plan>,
    /// The number of arguments with which the current plan's entry may be taken at once; -1 when there is none.
    direct_args: Cell<c_int>,
    /// The short way of calling the current plan, which reads Lua's stack in place.
    hot: Cell<hot::Entry>,
    /// Calls since the plan was made, while it is not known yet whether there are many.
    calls: Cell<u32>,
    /// What the code that was generated for the current plan passes.
    gate: Cell<Option<*const generated::Gate>>,
    /// The word with the address can be changed from outside.
    slot_exposed: Cell<bool>,
    /// Owns the current plan and those that calls in progress may still use.
    plans: RefCell<Vec<Rc<Plan>>>,
    /// Plans for argument lists that are not declared, by their types.
    dynamic: RefCell<Vec<Rc<Plan>>>,
    /// Calls that are converting their arguments for a plan.
    busy: Cell<u32>,
    warned: Cell<bool>,
}

impl Function {
    pub(crate) fn new(name: &str, library: Option<Rc<LibraryState>>, settings: Settings) -> Function {
        Function {
            name: name.to_string(),
            remote: library.as_ref().and_then(|l| l.session().cloned()),
            library,
            settings,
            result: Cell::new(Declared::Unset),
            params: RefCell::new(None),
            flags: RefCell::new(None),
            has_errcheck: Cell::new(false),
            callback: None,
            plan: Cell::new(std::ptr::null()),
            direct_args: Cell::new(-1),
            hot: Cell::new(hot::through_api),
            calls: Cell::new(0),
            gate: Cell::new(None),
            slot_exposed: Cell::new(false),
            plans: RefCell::default(),
            dynamic: RefCell::default(),
            busy: Cell::new(0),
            warned: Cell::new(false),
        }
    }

    /// A function of type `ty`, declared by it.
    pub(crate) fn of_type(ty: TypeRef, name: &str) -> Function {
        let Some(info) = ty.function() else { return Function::new(name, None, Settings::default()) };
        let function = Function::new(name, None, info.settings);
        if !info.of_library {
            function.result.set(Declared::Type(info.result));
            function.params.replace(Some(info.params.iter().map(|t| ParamType::Type(t)).collect()));
        }
        function
    }

    /// Runs `convert`, which may run a script's code that declares the function anew: its plans stay meanwhile.
    pub(crate) fn busy_with<T>(&self, convert: impl FnOnce() -> T) -> T {
        self.busy.set(self.busy.get() + 1);
        let done = convert();
        self.busy.set(self.busy.get() - 1);
        done
    }

    /// Whether the library it came from was closed.
    #[inline(always)]
    pub(crate) fn is_closed(&self) -> bool {
        self.library.as_ref().is_some_and(|l| l.is_closed())
    }

    /// Whether C may get its address with no more ado: a callback has to be kept from the first time on.
    #[inline(always)]
    pub(crate) fn is_ready_for_c(&self) -> bool {
        !self.is_closed() && self.callback.as_ref().is_none_or(|callback| callback.is_with_c())
    }

    /// Forgets what was compiled: a declaration changed.
    pub(crate) fn invalidate(&self, calls_in_progress: bool) {
        self.plan.set(std::ptr::null());
        self.direct_args.set(-1);
        self.hot.set(hot::through_api);
        self.retire_code();
        if self.busy.get() == 0 && !calls_in_progress {
            self.plans.borrow_mut().clear();
        }
        self.dynamic.borrow_mut().clear();
    }
}

/// Pushes a function object of type `ty` for the code at `code`: the closure that scripts call.
pub(crate) fn push(state: State, ty: TypeRef, code: *const u8, mut function: Function) -> Res<()> {
    if let Some(there) = RemoteAddress::of_word(code as u64) {
        function.remote = ty.context.session_of(there.bridge);
    }
    let new = state.push_new_with(ty, size_of::<usize>(), size_of::<*mut Function>())?;
    new.set_address_value(code);
    new.mark_function();
    // SAFETY: `push_new_with` made room for the pointer right after the eight bytes of data.
    unsafe { new.addr.add(size_of::<usize>()).cast::<*mut Function>().write(Box::into_raw(Box::new(function))) };
    state.new_table(0, 4);
    state.set_user_value(-2);
    state.push_closure(if ty.context.reads_stack.get() { call_in_place } else { call }, 1);
    Ok(())
}

/// The function behind an object of a function type, which only [`push`] makes.
#[inline(always)]
pub(crate) fn function_of(o: &CData) -> Option<&'static Function> {
    if !o.is_function() {
        return None;
    }
    // SAFETY: objects with a function's magic word are only made by `push`, which wrote the pointer after the eight bytes
    // of data; it is freed by the finalizer alone (which clears it), and the object is reachable from the stack.
    unsafe { std::ptr::from_ref(o).add(1).cast::<*const Function>().add(1).read().as_ref() }
}

/// The function at `i`, if there is one.
#[inline(always)]
pub(crate) fn function_at(state: State, i: c_int) -> Option<&'static Function> {
    function_of(state.object(i)?)
}

/// The function at `i`, or a `TypeError`.
pub(crate) fn check_function(state: State, i: c_int) -> Res<&'static Function> {
    match function_at(state, i) {
        Some(f) => Ok(f),
        None => fail(ErrorKind::TypeError, format_args!("expected a C function, got {}", state.describe(i))),
    }
}

/// Pushes a function of type `ty` at an address; what is at `kept` (nil for nothing; popped when it is the top) stays alive.
pub(crate) fn push_at_address(state: State, ty: TypeRef, code: *mut u8, kept: c_int) -> Res {
    let kept = state.abs(kept);
    let mut function = Function::of_type(ty, &ty.name);
    // The same code under another prototype still goes with its library.
    function.library = function_at(state, kept).and_then(|f| f.library.clone());
    push(state, ty, code, function)?;
    if !state.is_nil(kept) {
        state.user_value(-1);
        state.push_value(kept);
        state.set_raw_field(-2, "source");
        state.pop(1);
    }
    Ok(1)
}

impl State {
    /// Pushes the function whose pointer is stored at `addr`: nil for NULL, the very object that was stored when we
    /// know it, else a new function object.
    pub(crate) fn push_function_from(self, ty: TypeRef, addr: *mut u8, source: Option<c_int>) -> Res<()> {
        // SAFETY: a pointer-sized slot, readable by `push_from`'s contract.
        let code = unsafe { addr.cast::<*mut u8>().read_unaligned() };
        if code.is_null() {
            self.push_nil();
            return Ok(());
        }
        if let Some(i) = source
            && self.object(i).is_some_and(|o| o.is_function() && o.ty.is(ty) && o.addr == addr)
        {
            self.push_value(i);
            return Ok(());
        }
        if let Some(i) = source {
            self.push_kept(i, addr);
            if self.object(-1).is_some_and(|o| o.ty.is(ty) && o.address_value() == code) {
                return Ok(());
            }
            if let Some(o) = self.object(i) {
                require_kept(self, o, i, addr)?;
            }
        } else {
            self.push_nil();
        }
        let kept = self.abs(-1);
        push_at_address(self, ty, code, kept)?;
        self.remove(kept);
        Ok(())
    }
}
