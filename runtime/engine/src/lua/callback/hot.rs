//! A callback's short way in: arguments go from registers onto Lua's stack in place, the result comes back the same way.
//!
//! It serves what [`super::enter`] serves without allocating: numbers, and pointers that the Lua function merely indexes.
//! What is out of the ordinary when C calls (a thread that is not Lua's, a callback that was freed, a result that is no
//! number) is left to that one, or to its helpers.

use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;

use moonglue_ffi::{RegisterHandlers, VECTORS, Vector, WORDS, Word};

use super::Callback;
use super::enter::{enter, give_protected, keep_error};
use super::feed::{Feed, Way};
use crate::lua::convert::Plain;
use crate::lua::stack::{self, Value};
use crate::lua::state::State;

/// How the result comes from Lua.
#[derive(Clone, Copy)]
enum Result {
    Nothing,
    Int,
    Double,
    /// Through the table of conversions.
    Other,
}

/// What a callback's short way needs.
pub(super) struct Hot {
    feeds: Vec<Feed>,
    result: Result,
    function: Value,
    handler: Value,
    /// What calls share is in a call's hands.
    lent: Cell<bool>,
    shares: bool,
}

impl Hot {
    pub(super) fn new(callback: &Callback, feeds: Vec<Feed>, function: Value, handler: Value) -> Hot {
        let result = match callback.result.plain {
            _ if callback.result.is_void() => Result::Nothing,
            Some(Plain::I32) => Result::Int,
            Some(Plain::F64) => Result::Double,
            _ => Result::Other,
        };
        let shares = feeds.iter().any(|feed| feed.way.is_shared());
        Hot { feeds, result, function, handler, lent: Cell::new(false), shares }
    }
}

/// What C calls for a callback with these parameters: the entries for one or two of the commonest do not ask what they are.
pub(super) fn handlers(feeds: &[Feed]) -> RegisterHandlers {
    let words = match feeds.iter().map(|feed| &feed.way).collect::<Vec<_>>()[..] {
        [Way::Number(Plain::I32)] => one::<Int>,
        [Way::Shared { .. } | Way::First { .. }] => one::<Pointer>,
        [Way::Number(Plain::I32), Way::Number(Plain::I32)] => two::<Int>,
        [Way::Shared { .. } | Way::First { .. }, Way::Shared { .. } | Way::First { .. }] => two::<Pointer>,
        _ => words,
    };
    RegisterHandlers { words, mixed, vector }
}

/// One kind of argument in an integer register.
trait Kind {
    /// Its value.
    ///
    /// # Safety
    ///
    /// The register holds an argument of this kind.
    unsafe fn value(word: Word, feed: &Feed) -> Value;
}

struct Int;
struct Pointer;

impl Kind for Int {
    #[inline(always)]
    unsafe fn value(word: Word, _: &Feed) -> Value {
        // SAFETY: this function's contract.
        Value::of_integer((unsafe { word.assume_init() } as i32).into())
    }
}

impl Kind for Pointer {
    #[inline(always)]
    unsafe fn value(word: Word, feed: &Feed) -> Value {
        // SAFETY: this function's contract.
        unsafe { feed.way.pointer(word.assume_init() as *const u8) }
    }
}

const NO_VECTORS: [Vector; VECTORS] = [const { MaybeUninit::uninit() }; VECTORS];

/// # Safety
///
/// `user` is the callback that the closure was made for; the first register holds its only argument.
unsafe extern "C" fn one<K: Kind>(a: Word, _b: Word, _c: Word, _d: Word, _e: Word, user: *mut c_void) -> u64 {
    // SAFETY: this function's contract: a callback is never freed once C may know its entry.
    let callback = unsafe { &*user.cast::<Callback>() };
    // SAFETY: as above.
    let push = |state, hot: &Hot| stack::push(state, unsafe { K::value(a, &hot.feeds[0]) });
    match run(callback, 1, push) {
        Some(answer) => answer,
        // SAFETY: as above.
        None => unsafe { answer_slowly(user, &[a, _b, _c, _d, _e], &NO_VECTORS) },
    }
}

/// # Safety
///
/// As for [`one`], with two arguments.
unsafe extern "C" fn two<K: Kind>(a: Word, b: Word, _c: Word, _d: Word, _e: Word, user: *mut c_void) -> u64 {
    // SAFETY: as in `one`.
    let callback = unsafe { &*user.cast::<Callback>() };
    let push = |state, hot: &Hot| {
        // SAFETY: this function's contract.
        unsafe {
            stack::push(state, K::value(a, &hot.feeds[0]));
            stack::push(state, K::value(b, &hot.feeds[1]));
        }
    };
    match run(callback, 2, push) {
        Some(answer) => answer,
        // SAFETY: as above.
        None => unsafe { answer_slowly(user, &[a, b, _c, _d, _e], &NO_VECTORS) },
    }
}

/// # Safety
///
/// `user` is the callback that the closure was made for; the registers hold its arguments.
unsafe extern "C" fn words(a: Word, b: Word, c: Word, d: Word, e: Word, user: *mut c_void) -> u64 {
    // SAFETY: this function's contract.
    unsafe { answer(user, &[a, b, c, d, e], &NO_VECTORS) }
}

macro_rules! with_vectors {
    ($name:ident -> $result:ty, $of_bits:expr) => {
        /// # Safety
        ///
        /// As for [`words`].
        unsafe extern "C" fn $name(
            a: Word,
            b: Word,
            c: Word,
            d: Word,
            e: Word,
            user: *mut c_void,
            s: Vector,
            t: Vector,
            u: Vector,
            v: Vector,
            w: Vector,
            x: Vector,
            y: Vector,
            z: Vector,
        ) -> $result {
            // SAFETY: this function's contract.
            $of_bits(unsafe { answer(user, &[a, b, c, d, e], &[s, t, u, v, w, x, y, z]) })
        }
    };
}

with_vectors!(mixed -> u64, std::convert::identity);
with_vectors!(vector -> f64, f64::from_bits);

/// # Safety
///
/// As for [`words`].
#[inline(always)]
unsafe fn answer(user: *mut c_void, words: &[Word; WORDS], vectors: &[Vector; VECTORS]) -> u64 {
    // SAFETY: as in `one`.
    let callback = unsafe { &*user.cast::<Callback>() };
    let push_all = |state, hot: &Hot| {
        for feed in &hot.feeds {
            // SAFETY: the register holds the argument.
            stack::push(state, unsafe { feed.way.value(place(feed, words, vectors)) });
        }
    };
    match run(callback, callback.params.len(), push_all) {
        Some(answer) => answer,
        // SAFETY: this function's contract.
        None => unsafe { answer_slowly(user, words, vectors) },
    }
}

/// The argument's first byte, in the register it came in.
#[inline(always)]
fn place(feed: &Feed, words: &[Word; WORDS], vectors: &[Vector; VECTORS]) -> *const u8 {
    if feed.in_vector { (&raw const vectors[feed.register]).cast() } else { (&raw const words[feed.register]).cast() }
}

/// Calls the Lua function with the `count` arguments that `push_all` pushes. None, and nothing was done, when that is not
/// as simple as it nearly always is.
#[inline(always)]
fn run(callback: &Callback, count: usize, push_all: impl FnOnce(State, &Hot)) -> Option<u64> {
    let hot = callback.hot.get()?;
    // The plain case: alive, on Lua's own thread inside a call of ours, nobody else about, nothing in another's hands.
    if !callback.is_ready() || hot.lent.get() || !callback.ownership.is_simply_free() {
        return None;
    }
    let record = callback.context.calls.get();
    // SAFETY: records live on the native stacks of calls in progress; this is the thread whose call it is.
    let raw = unsafe { record.as_ref() }?.raw;
    // SAFETY: as above: the state is live, and this thread is about to have the turn.
    let state = unsafe { State::new(raw) };
    if !stack::has_room(state, count + 30) && !state.reserve(count as c_int + 30) {
        return None;
    }
    callback.ownership.take_simply();
    stack::push(state, hot.handler);
    stack::push(state, hot.function);
    push_all(state, hot);
    if hot.shares {
        hot.lent.set(true);
    }
    let done = state.pcall_with(count as c_int, 1, -(count as c_int) - 2);
    hot.lent.set(false);
    let answer = if done { take(state, callback, hot) } else { failed(state, callback) };
    callback.ownership.release_at_home();
    Some(answer)
}

/// Takes the result, and the message handler under it, from the stack.
#[inline(always)]
fn take(state: State, callback: &Callback, hot: &Hot) -> u64 {
    let value = stack::from_top(state, 1);
    let bits = match hot.result {
        Result::Nothing => Some(0),
        Result::Int => {
            value.integer().filter(|v| *v >= i32::MIN.into() && *v <= u32::MAX.into()).map(|v| v as i32 as u64)
        }
        Result::Double => value.number().map(f64::to_bits),
        Result::Other => None,
    };
    match bits {
        Some(bits) => {
            stack::pop(state, 2);
            bits
        }
        None => convert(state, callback),
    }
}

/// The same through the table of conversions.
#[inline(never)]
fn convert(state: State, callback: &Callback) -> u64 {
    let mut buffer = [0u64; 2];
    let handler = state.abs(-2);
    if !give_protected(state, callback, buffer.as_mut_ptr().cast(), handler) {
        keep_error(state, callback);
    }
    state.set_top(handler - 1);
    buffer[0]
}

#[cold]
#[inline(never)]
fn failed(state: State, callback: &Callback) -> u64 {
    let handler = state.abs(-2);
    keep_error(state, callback);
    state.set_top(handler - 1);
    0
}

/// The way that serves everything.
///
/// # Safety
///
/// As for [`words`].
#[cold]
#[inline(never)]
unsafe fn answer_slowly(user: *mut c_void, words: &[Word; WORDS], vectors: &[Vector; VECTORS]) -> u64 {
    // SAFETY: this function's contract.
    let callback = unsafe { &*user.cast::<Callback>() };
    let mut args = [std::ptr::null(); WORDS + VECTORS];
    if let Some(hot) = callback.hot.get() {
        for (arg, feed) in args.iter_mut().zip(&hot.feeds) {
            *arg = place(feed, words, vectors);
        }
    }
    let mut result = [0u64; 2];
    // SAFETY: each argument's bytes are where its pointer says; the result has 16 bytes, zeroed.
    unsafe { enter(user, args.as_ptr(), result.as_mut_ptr().cast()) };
    result[0]
}
