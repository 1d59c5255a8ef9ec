//! The native loops behind `fn:map`.

use std::ffi::c_void;
use std::mem::transmute;

use super::plan::{Param, Pass, Plan};
use crate::lua::convert::{load_float, load_integer, store_float, store_integer};
use crate::lua::ctype::Conv;

/// Numbers in memory, `step` bytes apart.
#[derive(Clone, Copy)]
pub(super) struct Items {
    pub(super) conv: Conv,
    pub(super) addr: *mut u8,
    pub(super) step: usize,
}

/// Where one argument of each call comes from.
pub(super) enum Source {
    /// Item `k` of an array of numbers.
    Items(Items),
    /// The same value each time, written into the frame once.
    Constant,
}

impl Source {
    /// The first item, when the items are just what a loop over `conv` reads.
    fn of(&self, conv: Conv) -> Option<*const u8> {
        match self {
            Source::Items(items) if items.conv == conv => Some(items.addr),
            _ => None,
        }
    }
}

/// Calls the code for each item with the C compiler's own calling sequence, where the signature is one of the commonest;
/// false when it is none of those.
pub(super) fn straight(code: *const c_void, plan: &Plan, sources: &[Source], out: Option<Items>, len: usize) -> bool {
    let Some(out) = out else { return false };
    let uniform = |conv: Conv, pass: Pass| out.conv == conv && plan.params.iter().all(|p| p.pass == pass);
    macro_rules! run {
        ($t:ty, $conv:expr) => {
            match sources {
                [a] => match a.of($conv) {
                    // SAFETY: the plan declares exactly this signature; that the code has it is the script author's word.
                    // `map` checked that both arrays have `len` items.
                    Some(a) => unsafe {
                        let f = transmute::<*const c_void, unsafe extern "C" fn($t) -> $t>(code);
                        unary(f, a.cast(), out.addr.cast(), len)
                     },
                    None => return false,
                },
                [a, b] => match (a.of($conv), b.of($conv)) {
                    // SAFETY: as above, for three arrays.
                    (Some(a), Some(b)) => unsafe {
                        let f = transmute::<*const c_void, unsafe extern "C" fn($t, $t) -> $t>(code);
                        binary(f, a.cast(), b.cast(), out.addr.cast(), len)
                    },
                    _ => return false,
                },
                _ => return false,
            }
        };
    }
    if uniform(Conv::F64, Pass::Double) {
        run!(f64, Conv::F64);
    } else if uniform(Conv::F32, Pass::Float) {
        run!(f32, Conv::F32);
    } else if uniform(Conv::I32, Pass::Int32) {
        run!(i32, Conv::I32);
    } else {
        return false;
    }
    true
}

/// `out[k] = f(a[k])`. A function of its own, so that all it uses stays in registers; four calls in a turn, since one place
/// that calls again and again depends on where it lies in memory.
///
/// # Safety
///
/// `f` is a C function of that type, fit to be called; both arrays have `len` items, of any alignment.
#[inline(never)]
unsafe fn unary<T: Copy>(f: unsafe extern "C" fn(T) -> T, a: *const T, out: *mut T, len: usize) {
    // SAFETY: this function's contract, for `k < len`.
    let one = |k: usize| unsafe { out.add(k).write_unaligned(f(a.add(k).read_unaligned())) };
    let mut k = 0;
    while k + 4 <= len {
        one(k);
        one(k + 1);
        one(k + 2);
        one(k + 3);
        k += 4;
    }
    while k < len {
        one(k);
        k += 1;
    }
}

/// `out[k] = f(a[k], b[k])`.
///
/// # Safety
///
/// As [`unary`], for three arrays.
#[inline(never)]
unsafe fn binary<T: Copy>(f: unsafe extern "C" fn(T, T) -> T, a: *const T, b: *const T, out: *mut T, len: usize) {
    for k in 0..len {
        // SAFETY: this function's contract, `k < len`.
        unsafe { out.add(k).write_unaligned(f(a.add(k).read_unaligned(), b.add(k).read_unaligned())) };
    }
}

/// The value of one item as its slot wants it.
#[inline(always)]
fn slot_value(param: &Param, items: &Items, k: usize) -> u64 {
    let item = items.addr.wrapping_add(k * items.step);
    let is_float = matches!(items.conv, Conv::F32 | Conv::F64);
    // SAFETY (of the loads): `map` checked that each array has the items that the loop reads.
    match param.pass {
        // SAFETY: see above.
        Pass::Double if is_float => unsafe { load_float(items.conv, item, false) }.to_bits(),
        // SAFETY: see above.
        Pass::Double => (unsafe { load_integer(items.conv, item, false) } as f64).to_bits(),
        // SAFETY: see above.
        Pass::Float => u64::from((unsafe { load_float(items.conv, item, false) } as f32).to_bits()),
        // SAFETY: see above.
        _ => (unsafe { load_integer(items.conv, item, false) }) as u64,
    }
}

/// Calls the code for each item through the plan's own call; `frame` holds the constants already.
pub(super) fn general(
    code: *const c_void,
    plan: &Plan,
    sources: &[Source],
    out: Option<Items>,
    len: usize,
    frame: &mut [u128],
) {
    // A call uses its frame as scratch space: constants are put back each time.
    let constants = frame.to_vec();
    let has_constants = sources.iter().any(|s| matches!(s, Source::Constant));
    let mut result = [0u128; 2];
    let result: *mut u8 = result.as_mut_ptr().cast();
    for k in 0..len {
        if has_constants {
            frame.copy_from_slice(&constants);
        }
        let base: *mut u8 = frame.as_mut_ptr().cast();
        for (param, source) in plan.params.iter().zip(sources) {
            if let Source::Items(items) = source {
                let slot = base.wrapping_add(param.slot as usize).cast::<u64>();
                // SAFETY: the slot is `PreparedCall`'s own, eight bytes inside the frame.
                unsafe { slot.write(slot_value(param, items, k)) };
            }
        }
        // SAFETY: the frame has the plan's size and every slot is written; 32 bytes hold any number's result. That the
        // code has the declared signature is the script author's word.
        unsafe { plan.call.invoke(code, base, result) };
        if let Some(out) = out {
            store_result(&out, k, result);
        }
    }
}

/// Writes the arguments of call `k` that come from arrays into the words of a frame.
pub(super) fn fill_words(plan: &Plan, sources: &[Source], k: usize, words: &mut [u64]) {
    for (param, source) in plan.params.iter().zip(sources) {
        if let Source::Items(items) = source {
            words[param.slot as usize / 8] = slot_value(param, items, k);
        }
    }
}

/// Stores the result in the buffer, a number of at most eight bytes, as item `k`.
pub(super) fn store_result(out: &Items, k: usize, result: *mut u8) {
    let to = out.addr.wrapping_add(k * out.step);
    // SAFETY: `map` checked that the output has the item; the buffer holds the result's bytes.
    unsafe {
        match out.conv {
            Conv::F32 | Conv::F64 => store_float(out.conv, to, load_float(out.conv, result, false), false),
            conv => store_integer(conv, to, load_integer(conv, result, false) as u64, false),
        }
    }
}
