//! Whole arrays of numbers to and from Lua tables, one tight loop per type.

use std::ffi::c_int;

use crate::lua::convert::{Mode, Plain, load_float, load_integer, store_float, store_integer};
use crate::lua::ctype::{Conv, Kind, TypeRef};
use crate::lua::error::{Failure, Kind as ErrorKind, Res, fail};
use crate::lua::stack;
use crate::lua::state::{State, ffi};

/// Stores `t[1..=len]` of the table at `i` into `len` items of `elem` at `addr`. False: `elem` is no plain number, use
/// the general way. Nil items leave what is there.
pub(crate) fn store_table(state: State, elem: TypeRef, addr: *mut u8, i: c_int, len: usize) -> Res<bool> {
    let Kind::Simple(s) = &elem.kind else { return Ok(false) };
    let (conv, size, swapped) = (s.conv, elem.size(), s.swapped);
    let done = store_in_place(state, elem, addr, i, len);
    match conv {
        Conv::F64 | Conv::F32 => {
            for k in done..len {
                let item = addr.wrapping_add(k * size);
                match state.raw_geti(i, k as i64 + 1) {
                    // SAFETY: item `k < len` lies in the array: the callers checked `len` against its length.
                    ffi::LUA_TNUMBER => unsafe { store_float(conv, item, state.number(-1), swapped) },
                    ffi::LUA_TNIL => {}
                    _ => general(state, elem, item, k)?,
                }
                state.pop(1);
            }
        }
        Conv::I8 | Conv::U8 | Conv::I16 | Conv::U16 | Conv::I32 | Conv::U32 | Conv::I64 | Conv::U64 => {
            let bits = (size * 8) as u32;
            let (low, high) = if bits >= 64 { (i64::MIN, i64::MAX) } else { (-(1 << (bits - 1)), (1 << bits) - 1) };
            for k in done..len {
                let item = addr.wrapping_add(k * size);
                let tag = state.raw_geti(i, k as i64 + 1);
                let v = state.integer(-1);
                if tag == ffi::LUA_TNUMBER && state.is_integer(-1) && v >= low && v <= high {
                    // SAFETY: as above.
                    unsafe { store_integer(conv, item, v as u64, swapped) };
                } else if tag != ffi::LUA_TNIL {
                    general(state, elem, item, k)?;
                }
                state.pop(1);
            }
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// Stores the first items of the table at `i`, as long as they are plain numbers that fit, or nil; how many it went through.
fn store_in_place(state: State, elem: TypeRef, addr: *mut u8, i: c_int, len: usize) -> usize {
    let Some(plain) = elem.plain.filter(|_| elem.context.reads_stack.get()) else { return 0 };
    // SAFETY: the table's value is on the stack, and nothing runs while the loop does.
    let items = unsafe { stack::value_at(state, i).items() };
    let items = &items[..len.min(items.len())];
    macro_rules! each {
        ($plain:expr) => {{
            let size = $plain.size();
            items.iter().enumerate().position(|(k, item)| {
                // SAFETY: item `k < len` lies in the array: the callers checked `len` against its length.
                !unsafe { $plain.store(addr.wrapping_add(k * size), item) } && !item.is_nil()
            })
        }};
    }
    // The commonest by themselves, so that the loop does not ask each time.
    let stopped = match plain {
        Plain::F64 => each!(Plain::F64),
        Plain::I32 => each!(Plain::I32),
        _ => each!(plain),
    };
    stopped.unwrap_or(items.len())
}

/// Fills the new table on the top with items of `elem`, from `item(k)` each; false when that cannot be done in place.
fn fill_in_place(state: State, elem: TypeRef, len: usize, item: impl Fn(usize) -> *mut u8) -> bool {
    let Some(plain) = elem.plain.filter(|_| elem.context.reads_stack.get()) else { return false };
    // SAFETY: the table's value is on the stack, and nothing runs while the loop does.
    let items = unsafe { stack::value_at(state, -1).items() };
    if items.len() < len {
        return false;
    }
    macro_rules! each {
        ($plain:expr) => {
            for (k, value) in items[..len].iter_mut().enumerate() {
                // SAFETY: the callers checked that items `0..len` at this step lie inside the memory they may read.
                value.replace(unsafe { $plain.load(item(k)) });
            }
        };
    }
    match plain {
        Plain::F64 => each!(Plain::F64),
        Plain::I32 => each!(Plain::I32),
        _ => each!(plain),
    }
    true
}

#[cold]
fn general(state: State, elem: TypeRef, item: *mut u8, k: usize) -> Res<()> {
    let value = state.abs(-1);
    state.store(elem, item, value, None, Mode::Checked).map_err(|e: Failure| e.in_part(format_args!("[{k}]")))
}

/// Pushes a table of `len` items of `elem`, `step` items apart, from `addr` on; `source` as in `push_from`.
pub(crate) fn push_table(
    state: State,
    elem: TypeRef,
    addr: *mut u8,
    len: usize,
    step: isize,
    source: Option<c_int>,
) -> Res<()> {
    if len > i32::MAX as usize {
        return fail(ErrorKind::MemoryError, format_args!("a table of {len} items is too large"));
    }
    state.new_table(len, 0);
    // A step beyond the items is only taken zero times.
    let stride = (elem.size() as isize).wrapping_mul(step);
    let item = |k: usize| addr.wrapping_offset((k as isize).wrapping_mul(stride));
    if fill_in_place(state, elem, len, item) {
        return Ok(());
    }
    let conv = elem.conv();
    let swapped = matches!(&elem.kind, Kind::Simple(s) if s.swapped);
    match conv {
        Some(conv @ (Conv::F64 | Conv::F32 | Conv::F80)) => {
            for k in 0..len {
                // SAFETY: the callers checked that items `0..len` at this step lie inside the memory they may read.
                state.push_number(unsafe { load_float(conv, item(k), swapped) });
                state.raw_seti(-2, k as i64 + 1);
            }
        }
        Some(conv @ (Conv::I8 | Conv::U8 | Conv::I16 | Conv::U16 | Conv::I32 | Conv::U32 | Conv::I64 | Conv::U64)) => {
            for k in 0..len {
                // SAFETY: as above.
                state.push_integer(unsafe { load_integer(conv, item(k), swapped) });
                state.raw_seti(-2, k as i64 + 1);
            }
        }
        _ => {
            for k in 0..len {
                state.push_from(elem, item(k), source)?;
                state.raw_seti(-2, k as i64 + 1);
            }
        }
    }
    Ok(())
}
