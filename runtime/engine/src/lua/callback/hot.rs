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
use super::enter::{ROOM, enter, give_protected, keep_error};
use super::feed::{Feed, Way};
use crate::lua::convert::Plain;
use crate::lua::ctype::TypeRef;
use crate::lua::stack::{self, Pushes, Value};
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
    takes_pointers: bool,
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
        let takes_pointers = feeds.iter().any(|feed| feed.way.is_pointer());
        Hot { feeds, result, function, handler, lent: Cell::new(false), shares, takes_pointers }
    }
}

/// What C calls for a callback with these parameters: the entries for the commonest do not ask what they are.
pub(super) fn handlers(feeds: &[Feed], result: TypeRef) -> RegisterHandlers {
    let gives_int = matches!(result.plain, Some(Plain::I32));
    let words = match feeds.iter().map(|feed| &feed.way).collect::<Vec<_>>()[..] {
        [Way::Number(Plain::I32)] if gives_int => one::<Int>,
        [Way::Shared { .. } | Way::First { .. }] if gives_int => one::<Pointer>,
        [Way::Item(_)] if gives_int => one::<Item>,
        [Way::Number(Plain::I32), Way::Number(Plain::I32)] if gives_int => two::<Int>,
        [Way::Item(Plain::I32), Way::Item(Plain::I32)] if gives_int => two::<IntItem>,
        [Way::Item(Plain::F64), Way::Item(Plain::F64)] if gives_int => two::<DoubleItem>,
        [Way::Item(_), Way::Item(_)] if gives_int => two::<Item>,
        [Way::Shared { .. } | Way::First { .. }, Way::Shared { .. } | Way::First { .. }] if gives_int => two::<Pointer>,
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

    /// Whether the short way cannot serve it.
    ///
    /// # Safety
    ///
    /// As for [`Kind::value`].
    #[inline(always)]
    unsafe fn is_special(_: Word) -> bool {
        false
    }
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

    /// An address of another process.
    #[inline(always)]
    unsafe fn is_special(word: Word) -> bool {
        // SAFETY: this function's contract.
        (unsafe { word.assume_init() } as i64) < 0
    }
}

/// The value of [`Way::Item`], where it may be known what it is.
///
/// # Safety
///
/// The register holds an argument of this way, which is not NULL.
#[inline(always)]
unsafe fn item(word: Word, feed: &Feed, known: Option<Plain>) -> Value {
    // SAFETY: this function's contract.
    unsafe { feed.way.pointer_to(known, word.assume_init() as *const u8) }
}

macro_rules! items {
    ($($name:ident: $known:expr),*) => {
        $(struct $name;

        impl Kind for $name {
            #[inline(always)]
            unsafe fn value(word: Word, feed: &Feed) -> Value {
                // SAFETY: this function's contract.
                unsafe { item(word, feed, $known) }
            }

            /// NULL, or an address of another process.
            #[inline(always)]
            unsafe fn is_special(word: Word) -> bool {
                // SAFETY: this function's contract.
                (unsafe { word.assume_init() } as i64) <= 0
            }
        })*
    };
}

items!(Item: None, IntItem: Some(Plain::I32), DoubleItem: Some(Plain::F64));

const NO_VECTORS: [Vector; VECTORS] = [const { MaybeUninit::uninit() }; VECTORS];

/// # Safety
///
/// `user` is the callback that the closure was made for; the first register holds its only argument, the result is an `int`.
unsafe extern "C" fn one<K: Kind>(a: Word, b: Word, c: Word, d: Word, e: Word, user: *mut c_void) -> u64 {
    // SAFETY: this function's contract: a callback is never freed once C may know its entry.
    let callback = unsafe { &*user.cast::<Callback>() };
    // SAFETY: this function's contract.
    let is_special = unsafe { K::is_special(a) };
    let Some((hot, state)) = begin(callback, is_special, 1) else {
        // SAFETY: as above.
        return unsafe { words_slowly(a, b, c, d, e, user) };
    };
    // SAFETY: as above.
    let push_all = |stack: &mut Pushes| stack.push(unsafe { K::value(a, &hot.feeds[0]) });
    finish(callback, hot, state, 1, push_all, int)
}

/// # Safety
///
/// As for [`one`], with two arguments.
unsafe extern "C" fn two<K: Kind>(a: Word, b: Word, c: Word, d: Word, e: Word, user: *mut c_void) -> u64 {
    // SAFETY: as in `one`.
    let callback = unsafe { &*user.cast::<Callback>() };
    // SAFETY: this function's contract.
    let is_special = unsafe { K::is_special(a) || K::is_special(b) };
    let Some((hot, state)) = begin(callback, is_special, 2) else {
        // SAFETY: as above.
        return unsafe { words_slowly(a, b, c, d, e, user) };
    };
    let push_all = |stack: &mut Pushes| {
        let [first, second] = &hot.feeds[..] else { return };
        // SAFETY: this function's contract.
        unsafe {
            stack.push(K::value(a, first));
            stack.push(K::value(b, second));
        }
    };
    finish(callback, hot, state, 2, push_all, int)
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
    let count = callback.params.len();
    // SAFETY: each register holds its argument.
    let is_special = |feed: &Feed| unsafe { feed.way.is_special(place(feed, words, vectors)) };
    let is_special = callback.hot.get().is_some_and(|hot| hot.takes_pointers && hot.feeds.iter().any(is_special));
    let Some((hot, state)) = begin(callback, is_special, count) else {
        // SAFETY: this function's contract.
        return unsafe { answer_slowly(user, words, vectors) };
    };
    let push_all = |stack: &mut Pushes| {
        for feed in &hot.feeds {
            // SAFETY: the register holds the argument.
            stack.push(unsafe { feed.way.value(place(feed, words, vectors)) });
        }
    };
    finish(callback, hot, state, count, push_all, |value| match hot.result {
        Result::Nothing => Some(0),
        Result::Int => int(value),
        Result::Double => value.number().map(f64::to_bits),
        Result::Other => None,
    })
}

/// The bits of an `int`, when the value is one in either reading.
#[inline(always)]
fn int(value: Value) -> Option<u64> {
    value.integer().filter(|v| *v >= i32::MIN.into() && *v <= u32::MAX.into()).map(|v| v as i32 as u64)
}

/// The argument's first byte, in the register it came in.
#[inline(always)]
fn place(feed: &Feed, words: &[Word; WORDS], vectors: &[Vector; VECTORS]) -> *const u8 {
    if feed.in_vector { (&raw const vectors[feed.register]).cast() } else { (&raw const words[feed.register]).cast() }
}

/// Takes the turn for a call with `count` arguments. None, and nothing was done, when an argument is special, or anything is
/// not as simple as it nearly always is.
#[inline(always)]
fn begin(callback: &Callback, is_special: bool, count: usize) -> Option<(&Hot, State)> {
    let hot = callback.hot.get()?;
    // The plain case: alive, on Lua's own thread inside a call of ours, nobody else about, nothing in another's hands.
    if is_special || !callback.is_ready() || hot.lent.get() || !callback.ownership.is_free_at_home() {
        return None;
    }
    let record = callback.context.calls.get();
    // SAFETY: records live on the native stacks of calls in progress; this is the thread whose call it is.
    let raw = unsafe { record.as_ref() }?.raw;
    // SAFETY: as above: the state is live, and this thread is about to have the turn.
    let state = unsafe { State::new(raw) };
    if !callback.ownership.take_simply() {
        return None;
    }
    if stack::has_room(state, count + ROOM) || make_room(state, count) {
        return Some((hot, state));
    }
    callback.ownership.release_at_home();
    None
}

/// A native call has less room to begin with than its callbacks may need: its first callback makes it. False when there is
/// no memory.
#[cold]
#[inline(never)]
fn make_room(state: State, count: usize) -> bool {
    state.reserve((count + ROOM) as c_int)
}

/// Calls the Lua function with the arguments that `push_all` pushes, takes its result with `answer`, or, when that is no
/// plain one, through the table of conversions, and gives the turn back.
#[inline(always)]
fn finish(
    callback: &Callback,
    hot: &Hot,
    state: State,
    count: usize,
    push_all: impl FnOnce(&mut Pushes),
    answer: impl FnOnce(Value) -> Option<u64>,
) -> u64 {
    let mut stack = Pushes::begin(state);
    stack.push(hot.handler);
    stack.push(hot.function);
    push_all(&mut stack);
    stack.end();
    if hot.shares {
        hot.lent.set(true);
    }
    let done = state.pcall_with(count as c_int, 1, -(count as c_int) - 2);
    hot.lent.set(false);
    let bits = match done.then(|| answer(stack::from_top(state, 1))) {
        Some(Some(bits)) => {
            // The result, and the message handler under it.
            stack::pop(state, 2);
            bits
        }
        Some(None) => convert(state, callback),
        None => failed(state, callback),
    };
    callback.ownership.release_at_home();
    bits
}

/// Takes the result through the table of conversions.
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

/// The way that serves everything, for integer registers.
///
/// # Safety
///
/// As for [`words`].
#[cold]
#[inline(never)]
unsafe extern "C" fn words_slowly(a: Word, b: Word, c: Word, d: Word, e: Word, user: *mut c_void) -> u64 {
    // SAFETY: this function's contract.
    unsafe { answer_slowly(user, &[a, b, c, d, e], &NO_VECTORS) }
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
