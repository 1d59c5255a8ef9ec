//! Libraries: `CDLL`, its kin, and what a library object shows.

mod elsewhere;
mod open;
mod opened;
mod options;
pub(crate) mod symbols;
pub(crate) mod util;
pub(crate) mod variable;

use std::cell::Cell;
use std::ffi::c_int;
use std::rc::Rc;

use moonglue_abi::Abi;
use moonglue_ffi::near;

use opened::Opened;

pub(crate) use open::{RTLD_GLOBAL, RTLD_LOCAL, c_dll, ole_dll, win_dll};

use super::context::Context;
use super::ctype::TypeRef;
use super::error::{Failure, Kind as ErrorKind, Res, entry, fail};
use super::function::{self, Function, Settings};
use super::record::suggestion;
use super::remote::library::RemoteLibrary;
use super::remote::session::Session;
use super::simple::simple_types;
use super::state::{State, ffi};

/// First word of the userdata behind a library object.
const MAGIC: u64 = 0x6d6f_6f6e_6c69_6272;

/// An open library, shared by the object and its functions.
pub(crate) struct LibraryState {
    pub(crate) context: &'static Context,
    pub(crate) library: Opened,
    pub(crate) name: String,
    pub(crate) settings: Settings,
    /// Undeclared functions may not be called.
    pub(crate) strict: bool,
    closed: Cell<bool>,
    /// Variables were handed out: their memory must stay.
    has_variables: Cell<bool>,
}

impl LibraryState {
    /// The library as another process has it, when it is in one.
    pub(crate) fn there(&self) -> Option<&RemoteLibrary> {
        match &self.library {
            Opened::Here(_) => None,
            Opened::There(library) => Some(library),
        }
    }

    /// The bridge it is in.
    pub(crate) fn session(&self) -> Option<&Rc<Session>> {
        self.there().map(|library| &library.session)
    }

    #[inline(always)]
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.get()
    }
}

/// What is behind a library object: item 1 of its metatable.
#[repr(C)]
struct Behind {
    magic: u64,
    state: *const LibraryState,
}

/// The library at `i`, if there is one.
pub(crate) fn library_at(state: State, i: c_int) -> Option<Rc<LibraryState>> {
    if !state.is_table(i) || !state.metatable(i) {
        return None;
    }
    let mut library = None;
    if state.raw_geti(-1, 1) == ffi::LUA_TUSERDATA && state.raw_len(-1) == size_of::<Behind>() {
        let p = state.userdata(-1).cast::<Behind>();
        // SAFETY: a full userdata of the right size; only `push` writes the magic word, together with a counted pointer
        // that the finalizer alone gives back (and clears).
        unsafe {
            if (*p).magic == MAGIC && !(*p).state.is_null() {
                Rc::increment_strong_count((*p).state);
                library = Some(Rc::from_raw((*p).state));
            }
        }
    }
    state.pop(2);
    library
}

impl State {
    /// Whether the value at `i` is a table that says what something begins with: any table but a library object.
    pub(crate) fn is_initialiser(self, i: c_int) -> bool {
        self.is_table(i) && library_at(self, i).is_none()
    }
}

/// The open library at argument `i`, or an error that names `what`.
pub(crate) fn check_library(state: State, i: c_int, what: &str) -> Res<Rc<LibraryState>> {
    match library_at(state, i) {
        Some(lib) if lib.is_closed() => fail(ErrorKind::ValueError, format_args!("{what}: {} is closed", lib.name)),
        Some(lib) => Ok(lib),
        None => fail(ErrorKind::TypeError, format_args!("{what}: expected a library, got {}", state.describe(i))),
    }
}

/// Pushes the object of a newly opened library: the table of what was looked up, so that a known function costs what a
/// table's field costs; a miss asks the loader.
fn push(state: State, library: Rc<LibraryState>) {
    let context = library.context;
    // More room than names at first: hardly any two of them meet.
    state.new_table(0, 32);
    let object = state.abs(-1);
    state.new_table(1, 8);
    for (key, f) in [
        ("__index", miss as ffi::lua_CFunction),
        ("__newindex", new_index),
        ("__tostring", to_string),
        ("__close", close),
    ] {
        state.push_closure(f, 0);
        state.set_raw_field(-2, key);
    }
    state.push_str("library");
    state.set_raw_field(-2, "__name");
    state.push_boolean(false);
    state.set_raw_field(-2, "__metatable");
    push_behind(state, library);
    state.raw_seti(-2, 1);
    state.set_metatable(object);
    // Stays until closed: its functions may be anywhere.
    state.push_ref(context.refs.libraries.get());
    state.push_value(object);
    state.push_boolean(true);
    state.raw_set(-3);
    state.pop(1);
}

/// Pushes the userdata that owns the library.
fn push_behind(state: State, library: Rc<LibraryState>) {
    let p = state.new_userdata(size_of::<Behind>()).cast::<Behind>();
    // SAFETY: Lua just made it with exactly this size.
    unsafe { p.write(Behind { magic: MAGIC, state: Rc::into_raw(library) }) };
    state.new_table(0, 1);
    state.push_closure(collect, 0);
    state.set_raw_field(-2, "__gc");
    state.set_metatable(-2);
}

unsafe extern "C-unwind" fn collect(raw: *mut ffi::lua_State) -> c_int {
    // SAFETY: Lua calls the finalizer with its live state.
    let state = unsafe { State::new(raw) };
    if state.tag(1) == ffi::LUA_TUSERDATA && state.raw_len(1) == size_of::<Behind>() {
        let p = state.userdata(1).cast::<Behind>();
        // SAFETY: as in `library_at`; the pointer is given back once and cleared.
        unsafe {
            if (*p).magic == MAGIC && !(*p).state.is_null() {
                drop(Rc::from_raw((*p).state));
                (*p).state = std::ptr::null();
            }
        }
    }
    0
}

entry! {
    /// The first look-up of a name: arguments are the library object and the name.
    fn miss(state) {
        let name = state.text(2).filter(|_| state.is_string(2));
        if let (Some(lib), Some(name)) = (library_at(state, 1), name.as_ref().filter(|name| name.starts_with('_'))) {
            return push_own(state, &lib, name);
        }
        let lib = check_library(state, 1, "library")?;
        if state.tag(2) == ffi::LUA_TNUMBER {
            return fail(
                ErrorKind::TypeError,
                format_args!("{}: functions have numbers (ordinals) on Windows only", lib.name),
            );
        }
        let Some(name) = name else {
            return fail(ErrorKind::TypeError, format_args!("{}: a symbol's name is a string, got {}", lib.name, state.describe(2)));
        };
        let ty = library_function_type(&lib);
        push_function(state, &lib, 1, &name, ty)?;
        state.push_value(2);
        state.push_value(-2);
        state.raw_set(1);
        Ok(1)
    }
}

/// Pushes what a name that begins with an underscore stands for: those are the library object's own, also once it is closed.
fn push_own(state: State, lib: &LibraryState, name: &str) -> Res {
    match (name, lib.library.path()) {
        ("_name", _) => state.push_str(&lib.name),
        ("_path", Some(path)) => state.push_str(&path.display().to_string()),
        ("_path", None) => state.push_nil(),
        ("_handle", _) => state.push_integer(lib.library.handle() as i64),
        _ => {
            let hint = suggestion(&near(name, ["_name", "_path", "_handle"]));
            return fail(
                ErrorKind::AttributeError,
                format_args!(
                    "{}: no attribute '{name}'{hint}; for a C symbol of that name use ct.symbol(lib, \"{name}\")",
                    lib.name
                ),
            );
        }
    }
    Ok(1)
}

/// The one type of library functions.
fn library_function_type(lib: &LibraryState) -> TypeRef {
    let context = lib.context;
    if let Some(ty) = context.library_function.get() {
        return ty;
    }
    let info = function::FunctionInfo {
        of_library: true,
        result: simple_types(context, Abi::HOST).int,
        params: Vec::new(),
        settings: Settings::default(),
    };
    let ty = function::prototype::new_type(context, "c_function", info);
    context.library_function.set(Some(ty));
    ty
}

/// Pushes a fresh function object for the symbol `name` of the library whose object is at `object`.
fn push_function(state: State, lib: &Rc<LibraryState>, object: c_int, name: &str, ty: TypeRef) -> Res<()> {
    let code = symbol(lib, name)?;
    let mut function = if ty.function().is_some_and(|f| f.of_library) {
        Function::new(name, Some(lib.clone()), lib.settings)
    } else {
        Function::of_type(ty, name)
    };
    function.library = Some(lib.clone());
    function::push(state, ty, code, function)?;
    state.user_value(-1);
    state.push_value(object);
    state.set_raw_field(-2, "library");
    state.pop(1);
    Ok(())
}

/// The address of a symbol, or an `AttributeError` with near names.
fn symbol(lib: &LibraryState, name: &str) -> Res<*const u8> {
    if name.contains('\0') {
        return fail(
            ErrorKind::AttributeError,
            format_args!("{}: undefined symbol: the name contains a NUL", lib.name),
        );
    }
    lib.library.symbol(name)?.ok_or_else(|| undefined(lib, name))
}

#[cold]
fn undefined(lib: &LibraryState, name: &str) -> Failure {
    let near = near(name, symbols::exports_of(lib).iter().map(|e| e.name.as_str()));
    super::error::failure(
        ErrorKind::AttributeError,
        format_args!("{}: undefined symbol: {name}{}", lib.name, suggestion(&near)),
    )
}

/// Pushes a function of prototype `ty` for the symbol named at `name` of the library at `lib`.
pub(crate) fn push_symbol(state: State, lib: c_int, name: c_int, ty: TypeRef) -> Res<()> {
    let library = check_library(state, lib, "prototype")?;
    if state.tag(name) == ffi::LUA_TNUMBER {
        return fail(
            ErrorKind::TypeError,
            format_args!("{}: functions have numbers (ordinals) on Windows only", library.name),
        );
    }
    let Some(text) = state.text(name).filter(|_| state.is_string(name)) else {
        return fail(ErrorKind::TypeError, format_args!("expected a symbol's name, got {}", state.describe(name)));
    };
    push_function(state, &library, lib, &text, ty)
}

entry! {
    /// `ct.symbol(lib, name)`: a fresh function object with settings of its own.
    pub(crate) fn symbol_function(state) {
        let lib = check_library(state, 1, "symbol")?;
        let Some(name) = state.text(2).filter(|_| state.is_string(2)) else {
            return state.mismatch_text("a symbol's name", 2).map_err(|e| e.at("symbol"));
        };
        let ty = library_function_type(&lib);
        push_function(state, &lib, 1, &name, ty)?;
        Ok(1)
    }
}

entry! {
    fn new_index(state) {
        let name = library_at(state, 1).map(|l| l.name.clone()).unwrap_or_default();
        fail(ErrorKind::AttributeError, format_args!("{name}: {} cannot be set on a library", state.key_text(2)))
    }
}

entry! {
    fn to_string(state) {
        let text = match library_at(state, 1) {
            Some(lib) => {
                let closed = if lib.is_closed() { " (closed)" } else { "" };
                format!("<CDLL '{}', handle {:x}{closed}>", lib.name, lib.library.handle())
            }
            None => "<CDLL>".into(),
        };
        state.push_str(&text);
        Ok(1)
    }
}

entry! {
    /// `ct.close(lib)`, and the end of a `local lib <close>`: functions of it raise from now on.
    pub(crate) fn close(state) {
        let Some(lib) = library_at(state, 1) else {
            return state.mismatch_text("a library", 1).map_err(|e| e.at("close"));
        };
        if lib.is_closed() {
            return Ok(0);
        }
        // SAFETY: records live on the native stacks of calls in progress, and this thread runs Lua.
        let mut call = lib.context.calls.get();
        while !call.is_null() {
            // SAFETY: see above.
            let (function, outer) = unsafe { ((*call).function(), (*call).outer) };
            if function.library.as_ref().is_some_and(|l| Rc::ptr_eq(l, &lib)) {
                return fail(ErrorKind::ValueError, format_args!("close: {} is inside {}", lib.name, function.name));
            }
            call = outer;
        }
        lib.closed.set(true);
        lib.context.generated.retire_all();
        state.push_ref(lib.context.refs.libraries.get());
        state.push_value(1);
        state.push_nil();
        state.raw_set(-3);
        retire_variables(state, lib.context);
        // Known names are forgotten: a look-up on a closed library says so.
        state.push_nil();
        while state.next(1) {
            state.pop(1);
            if state.str(-1).is_none_or(|n| !n.starts_with('_')) {
                state.push_value(-1);
                state.push_nil();
                state.raw_set(1);
            }
        }
        if !lib.has_variables.get() {
            lib.library.close()?;
        }
        Ok(0)
    }
}

/// Variables of the library at stack position 1 lose their type: every use of them is an error from now on.
fn retire_variables(state: State, context: &'static Context) {
    let void = simple_types(context, Abi::HOST).void;
    state.push_ref(context.refs.variables.get());
    state.push_nil();
    while state.next(-2) {
        if state.raw_equal(-1, 1)
            && let Some(o) = state.object(-2)
        {
            o.ty = void;
        }
        state.pop(1);
    }
    state.pop(1);
}
