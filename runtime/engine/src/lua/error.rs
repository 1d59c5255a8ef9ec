//! Errors as scripts see them: a value with `.kind`, `.message`, `.traceback`, and the one path by which they are raised.

use std::ffi::c_int;
use std::fmt::Display;

use mlua::ffi::lua_State;

use super::context::Context;
use super::state::{State, ffi};

/// The kinds of error a script can meet; `tostring` of an error starts with one of these names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::enum_variant_names, reason = "each is the word that scripts see")]
pub(crate) enum Kind {
    ArgumentError,
    TypeError,
    ValueError,
    IndexError,
    AttributeError,
    OverflowError,
    OSError,
    NullPointerError,
    MemoryError,
    PermissionError,
    /// A bridge, or the other side of it.
    BridgeError,
    /// A defect of the engine itself.
    InternalError,
}

impl Kind {
    /// The name scripts compare `.kind` with.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::ArgumentError => "ArgumentError",
            Kind::TypeError => "TypeError",
            Kind::ValueError => "ValueError",
            Kind::IndexError => "IndexError",
            Kind::AttributeError => "AttributeError",
            Kind::OverflowError => "OverflowError",
            Kind::OSError => "OSError",
            Kind::NullPointerError => "NullPointerError",
            Kind::MemoryError => "MemoryError",
            Kind::PermissionError => "PermissionError",
            Kind::BridgeError => "BridgeError",
            Kind::InternalError => "InternalError",
        }
    }
}

/// An error on its way to Lua.
pub(crate) struct NewError {
    pub(crate) kind: Kind,
    pub(crate) message: String,
    /// Set on `OSError`s that come with a number.
    pub(crate) errno: Option<i32>,
    /// The message starts with the path of the part at fault (`phone.area: ...`).
    pub(crate) has_path: bool,
    /// What happened in another process, where that is the cause.
    pub(crate) remote: Option<Box<RemoteError>>,
}

/// What happened in another process: the table in an error's `.remote`.
#[derive(Default)]
pub(crate) struct RemoteError {
    pub(crate) kind: String,
    pub(crate) message: String,
    pub(crate) traceback: String,
    /// Further texts, by name.
    pub(crate) texts: Vec<(&'static str, String)>,
    /// Further numbers, by name.
    pub(crate) numbers: Vec<(&'static str, i64)>,
}

/// Why an entry cannot return normally.
pub(crate) enum Failure {
    /// To be made into an error value.
    New(Box<NewError>),
    /// The error value is on the top of the stack already (user code raised it).
    Raised,
}

/// What entries and their helpers return.
pub(crate) type Res<T = c_int> = Result<T, Failure>;

/// An error of `kind` with `message`.
#[cold]
#[inline(never)]
pub(crate) fn failure(kind: Kind, message: impl Display) -> Failure {
    Failure::New(Box::new(NewError { kind, message: message.to_string(), errno: None, has_path: false, remote: None }))
}

/// `Err(failure(kind, message))`, for the end of a check.
#[cold]
#[inline(never)]
pub(crate) fn fail<T>(kind: Kind, message: impl Display) -> Res<T> {
    Err(failure(kind, message))
}

impl Failure {
    /// Puts `place: ` before the message: the thing at fault, outermost first.
    #[cold]
    pub(crate) fn at(mut self, place: impl Display) -> Failure {
        if let Failure::New(e) = &mut self {
            e.message = format!("{place}: {}", e.message);
        }
        self
    }

    /// Puts the name or `[index]` of the part at fault before the message, joined to the path that is there:
    /// `expected ...`, in `area`, in `phone`, in `Person` gives `Person.phone.area: expected ...`.
    #[cold]
    pub(crate) fn in_part(mut self, part: impl Display) -> Failure {
        if let Failure::New(e) = &mut self {
            let joint = match (e.has_path, e.message.starts_with('[')) {
                (false, _) => ": ",
                (true, true) => "",
                (true, false) => ".",
            };
            e.message = format!("{part}{joint}{}", e.message);
            e.has_path = true;
        }
        self
    }

    /// A `TypeError` found while converting a call's argument is an `ArgumentError` there; other kinds keep theirs.
    #[cold]
    pub(crate) fn into_argument(mut self) -> Failure {
        if let Failure::New(e) = &mut self
            && matches!(e.kind, Kind::TypeError | Kind::AttributeError | Kind::IndexError)
        {
            e.kind = Kind::ArgumentError;
        }
        self
    }
}

impl State {
    /// Pushes an error value made from `error`, its traceback taken here.
    #[cold]
    pub(crate) fn push_error(self, context: &Context, error: &NewError) {
        self.push_error_of_kind(context, error.kind.name(), &error.message);
        if let Some(n) = error.errno {
            self.push_integer(n.into());
            self.set_raw_field(-2, "errno");
        }
        if let Some(remote) = &error.remote {
            self.push_remote_error(remote);
            self.set_raw_field(-2, "remote");
        }
    }

    /// The same of a kind that the engine itself may not know.
    #[cold]
    pub(crate) fn push_error_of_kind(self, context: &Context, kind: &str, message: &str) {
        self.reserve(10);
        self.new_table(0, 5);
        self.push_str(kind);
        self.set_raw_field(-2, "kind");
        self.push_str(message);
        self.set_raw_field(-2, "message");
        if let Some(place) = self.position(1) {
            self.push_str(&place);
            self.set_raw_field(-2, "where");
        }
        self.push_str(&self.traceback(1));
        self.set_raw_field(-2, "traceback");
        self.push_ref(context.refs.error_metatable.get());
        self.set_metatable(-2);
    }

    fn push_remote_error(self, remote: &RemoteError) {
        self.new_table(0, 3 + remote.texts.len() + remote.numbers.len());
        let own = [("kind", &remote.kind), ("message", &remote.message), ("traceback", &remote.traceback)];
        for (name, text) in own.into_iter().chain(remote.texts.iter().map(|(name, text)| (*name, text))) {
            self.push_str(text);
            self.set_raw_field(-2, name);
        }
        for &(name, number) in &remote.numbers {
            self.push_integer(number);
            self.set_raw_field(-2, name);
        }
    }

    /// Turns a failure into the error value on the top of the stack.
    pub(crate) fn push_failure(self, context: &Context, failure: Failure) {
        if let Failure::New(e) = failure {
            self.push_error(context, &e);
        }
    }
}

/// Raises `failure` from a raw entry. Everything the failure owns is dropped before Lua jumps.
///
/// # Safety
///
/// Called by a raw entry on the state Lua gave it, in tail position: no Rust value with a destructor is live in the
/// frames between here and Lua.
#[cold]
pub(crate) unsafe fn raise(raw: *mut lua_State, failure: Failure) -> c_int {
    // SAFETY: the entry's own state, see this function's contract.
    let state = unsafe { State::new(raw) };
    match Context::of(state) {
        Some(context) => state.push_failure(context, failure),
        None => state.push_str("the ctypes module of this state is closed"),
    }
    // SAFETY: the error value is on the top; by the contract nothing that needs dropping is live above Lua's frame.
    unsafe { ffi::lua_error(raw) }
}

/// Runs the body of an entry; a panic, a defect of ours, becomes an error instead of the end of the process.
pub(crate) fn guarded(state: State, body: fn(State) -> Res) -> Res {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| body(state))) {
        Ok(result) => result,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
            fail(Kind::InternalError, format_args!("a defect in moonglue: {text}"))
        }
    }
}

/// Defines a raw entry: a `lua_CFunction` whose body returns [`Res`]; a failure is raised after the body has returned
/// and dropped all it owned. `hot`: without the guard against panics, for the paths of a call or an access.
macro_rules! entry {
    ($(#[$doc:meta])* $vis:vis fn $name:ident($state:ident) $body:block) => {
        $(#[$doc])*
        $vis unsafe extern "C-unwind" fn $name(raw: *mut mlua::ffi::lua_State) -> std::ffi::c_int {
            fn body($state: $crate::lua::state::State) -> $crate::lua::error::Res $body
            // SAFETY: Lua calls this function with its live state, on the thread that runs Lua.
            let state = unsafe { $crate::lua::state::State::new(raw) };
            match $crate::lua::error::guarded(state, body) {
                Ok(n) => n,
                // SAFETY: tail position, `body` has returned and dropped everything.
                Err(failure) => unsafe { $crate::lua::error::raise(raw, failure) },
            }
        }
    };
    (hot $(#[$doc:meta])* $vis:vis fn $name:ident($state:ident) $body:block) => {
        $(#[$doc])*
        $vis unsafe extern "C-unwind" fn $name(raw: *mut mlua::ffi::lua_State) -> std::ffi::c_int {
            #[inline(always)]
            fn body($state: $crate::lua::state::State) -> $crate::lua::error::Res $body
            // SAFETY: Lua calls this function with its live state, on the thread that runs Lua.
            match body(unsafe { $crate::lua::state::State::new(raw) }) {
                Ok(n) => n,
                // SAFETY: tail position, `body` has returned and dropped everything.
                Err(failure) => unsafe { $crate::lua::error::raise(raw, failure) },
            }
        }
    };
}
pub(crate) use entry;
