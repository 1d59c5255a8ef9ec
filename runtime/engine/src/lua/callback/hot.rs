//! A callback's short way in: arguments go from registers onto Lua's stack in place, the result comes back the same way.
//!
//! It serves what [`super::enter`] serves without allocating: numbers, and pointers that the Lua function merely indexes.
//! What is out of the ordinary when C calls (a thread that is not Lua's, a callback that was freed, a result that is no
//! number) is left to that one, or to its helpers.

use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;

use moonglue_ffi::{RegisterHandlers, VECTORS, Vector, WORDS, Word};

use super::enter::{enter, give_protected, keep_error};
use super::escape::indexed_only;
use super::{Callback, Life};
use crate::lua::convert::Plain;
use crate::lua::ctype::{Conv, Kind, TypeRef};
use crate::lua::error::Res;
use crate::lua::object::CData;
use crate::lua::stack::{self, Value};
use crate::lua::state::State;

/// What C calls, by signature.
pub(super) const HANDLERS: RegisterHandlers = RegisterHandlers { words, mixed, vector };

/// How an argument goes to Lua.
#[derive(Clone, Copy)]
enum Way {
    Number(Plain),
    Boolean,
    /// An address as an integer.
    Address,
    /// In the pointer object that all calls share.
    Shared {
        value: Value,
        object: *mut CData,
    },
}

/// One argument: its sort of register, its number among those, and its way.
#[derive(Clone, Copy)]
struct Feed {
    in_vector: bool,
    register: usize,
    way: Way,
}

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
    /// The shared pointer objects are in a call's hands.
    lent: Cell<bool>,
    shares: bool,
}

/// Whether the short way serves the Lua function at `i` as a callback with these types.
pub(super) fn serves(state: State, i: c_int, result: TypeRef, params: &[TypeRef]) -> bool {
    let is_simple = |ty: &TypeRef| ty.plain.is_some() || is_boolean(ty);
    let has_pointers = params.iter().any(|ty| matches!(ty.kind, Kind::Pointer(_)));
    let indexed = if has_pointers { indexed_only(state, i, params.len()) } else { [false; _] };
    result.context.reads_stack.get()
        && (result.is_void() || is_simple(&result))
        && params.iter().enumerate().all(|(k, ty)| {
            is_simple(ty) || is_address(ty) || matches!(ty.kind, Kind::Pointer(_)) && indexed.get(k) == Some(&true)
        })
}

fn is_boolean(ty: TypeRef) -> bool {
    ty.conv() == Some(Conv::Bool)
}

fn is_address(ty: TypeRef) -> bool {
    ty.conv() == Some(Conv::VoidP)
}

/// Prepares the short way for the callback whose function object is on the top, and whose Lua function is at `i`. What it
/// refers to is kept by the function object.
pub(super) fn prepare(state: State, callback: &Callback, i: c_int) -> Res<()> {
    let i = state.abs(i);
    let (mut words, mut vectors) = (0, 0);
    let mut feeds = Vec::with_capacity(callback.params.len());
    for (k, ty) in callback.params.iter().enumerate() {
        let in_vector = matches!(ty.plain, Some(Plain::F32 | Plain::F64));
        let count = if in_vector { &mut vectors } else { &mut words };
        let register = *count;
        *count += 1;
        let way = match (ty.plain, &ty.kind) {
            (Some(plain), _) => Way::Number(plain),
            (None, Kind::Pointer(_)) => shared_pointer(state, ty, k)?,
            (None, _) if is_boolean(ty) => Way::Boolean,
            (None, _) => Way::Address,
        };
        feeds.push(Feed { in_vector, register, way });
    }
    let result = match callback.result.plain {
        _ if callback.result.is_void() => Result::Nothing,
        Some(Plain::I32) => Result::Int,
        Some(Plain::F64) => Result::Double,
        _ => Result::Other,
    };
    let shares = feeds.iter().any(|feed| matches!(feed.way, Way::Shared { .. }));
    state.push_value(i);
    state.push_ref(callback.context.refs.message_handler.get());
    let (function, handler) = (stack::from_top(state, 2), stack::from_top(state, 1));
    state.pop(2);
    let _ = callback.hot.set(Hot { feeds, result, function, handler, lent: Cell::new(false), shares });
    Ok(())
}

/// Makes the pointer object that all calls share for parameter `k`, kept by the function object on the top.
fn shared_pointer(state: State, ty: TypeRef, k: usize) -> Res<Way> {
    state.user_value(-1);
    let object: *mut CData = state.push_new(ty)?;
    let value = stack::from_top(state, 1);
    state.set_raw_field(-2, &format!("shared {k}"));
    state.pop(1);
    Ok(Way::Shared { value, object })
}

/// # Safety
///
/// `user` is the callback that the closure was made for; the registers hold its arguments.
unsafe extern "C" fn words(a: Word, b: Word, c: Word, d: Word, e: Word, user: *mut c_void) -> u64 {
    // SAFETY: this function's contract.
    unsafe { answer(user, &[a, b, c, d, e], &[const { MaybeUninit::uninit() }; VECTORS]) }
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
    // SAFETY: this function's contract: a callback is never freed once C may know its entry.
    let callback = unsafe { &*user.cast::<Callback>() };
    if let Some(hot) = callback.hot.get()
        && callback.life() == Life::Alive
        && !callback.use_errno
        && !hot.lent.get()
        && let Some(answer) = run(callback, hot, words, vectors)
    {
        return answer;
    }
    // SAFETY: as above.
    unsafe { answer_slowly(user, words, vectors) }
}

/// The argument's first byte, in the register it came in.
#[inline(always)]
fn place(feed: &Feed, words: &[Word; WORDS], vectors: &[Vector; VECTORS]) -> *const u8 {
    if feed.in_vector { (&raw const vectors[feed.register]).cast() } else { (&raw const words[feed.register]).cast() }
}

#[inline(always)]
fn run(callback: &Callback, hot: &Hot, words: &[Word; WORDS], vectors: &[Vector; VECTORS]) -> Option<u64> {
    let turn = callback.ownership.enter_at_home()?;
    let record = callback.context.calls.get();
    let raw = if record.is_null() {
        callback.context.main.get()
    } else {
        // SAFETY: records live on the native stacks of calls in progress; the turn makes this thread the only reader.
        unsafe { (*record).raw }
    };
    // SAFETY: the turn is ours, so this thread may use the state; it is live while a call is in progress or its runtime is.
    let state = unsafe { State::new(raw) };
    let count = hot.feeds.len();
    if !stack::has_room(state, count + 30) && !state.reserve(count as c_int + 30) {
        callback.ownership.leave(turn);
        return None;
    }
    stack::push(state, hot.handler);
    stack::push(state, hot.function);
    for feed in &hot.feeds {
        let p = place(feed, words, vectors);
        // SAFETY (of the loads): the register holds the argument, whose width the way knows.
        let value = match feed.way {
            // SAFETY: see above.
            Way::Number(plain) => unsafe { plain.load(p) },
            // SAFETY: see above.
            Way::Boolean => Value::of_boolean(unsafe { p.read() } != 0),
            // SAFETY: see above.
            Way::Address => match unsafe { p.cast::<i64>().read() } {
                0 => Value::nil(),
                address => Value::of_integer(address),
            },
            Way::Shared { value, object } => {
                // SAFETY: see above.
                let address = unsafe { p.cast::<*const u8>().read() };
                if address.is_null() {
                    Value::nil()
                } else {
                    // SAFETY: the object is kept by the function object of this callback, and in no other call's hands.
                    unsafe { (*object).set_address_value(address) };
                    value
                }
            }
        };
        stack::push(state, value);
    }
    hot.lent.set(hot.shares);
    let done = state.pcall_with(count as c_int, 1, -(count as c_int) - 2);
    hot.lent.set(false);
    let answer = if done { take(state, callback, hot) } else { failed(state, callback) };
    callback.ownership.leave(turn);
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
