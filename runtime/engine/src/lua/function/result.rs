//! A call's result, from its buffer to Lua.

use super::Function;
use super::plan::{Give, Plan};
use crate::lua::convert::load_integer;
use crate::lua::ctype::Conv;
use crate::lua::error::{Failure, Kind as ErrorKind, NewError, Res};
use crate::lua::state::State;

/// Pushes the result in `buffer`; nothing for void. A struct was written into an object that is on the stack already.
#[inline(always)]
pub(crate) fn push(state: State, function: &Function, plan: &Plan, buffer: *mut u8) -> Res {
    // SAFETY (of each load): `PreparedCall::invoke` wrote the result's bytes at the start of the buffer.
    match plan.give {
        Give::Nothing => return Ok(0),
        Give::Int32 | Give::Converted => {
            // SAFETY: see above.
            state.push_integer(unsafe { load_integer(Conv::I32, buffer, false) });
        }
        Give::Double => {
            // SAFETY: see above.
            state.push_number(f64::from_bits(unsafe { buffer.cast::<u64>().read() }));
        }
        Give::Integer(conv) => {
            // SAFETY: see above.
            state.push_integer(unsafe { load_integer(conv, buffer, false) });
        }
        Give::Record => {}
        Give::Undeclared => {
            // SAFETY: see above: undeclared results are called for with 64 bits.
            let whole = unsafe { load_integer(Conv::I64, buffer, false) };
            warn_once(function, whole);
            state.push_integer((whole as i32).into());
        }
        Give::HResult => {
            // SAFETY: see above.
            let code = unsafe { load_integer(Conv::HResult, buffer, false) };
            if code < 0 {
                return Err(failed(function, code as i32));
            }
            state.push_integer(code);
        }
        Give::Value => state.push_from(plan.result, buffer, None)?,
    }
    Ok(1)
}

#[cold]
fn failed(function: &Function, code: i32) -> Failure {
    Failure::New(Box::new(NewError {
        kind: ErrorKind::OSError,
        message: format!("{}: HRESULT 0x{:08X}", function.name, code as u32),
        errno: Some(code),
        has_path: false,
        remote: None,
    }))
}

/// A pointer or 64-bit value read as an int is the commonest silent mistake: say so, once a function.
#[inline(always)]
fn warn_once(function: &Function, whole: i64) {
    // With 32-bit registers the upper half is another one, which an int leaves as it was.
    let is_one_register = cfg!(target_pointer_width = "64");
    let looks_like_an_int = !is_one_register || whole == i64::from(whole as i32) || whole == i64::from(whole as u32);
    if !looks_like_an_int && !function.warned.replace(true) {
        warn(function, whole);
    }
}

#[cold]
fn warn(function: &Function, whole: i64) {
    let name = &function.name;
    eprintln!(
        "moonglue: warning: {name} returned {whole:#x}, which is no int, and its restype was never set: \
         cut to {}. Set restype (to c_int, to keep this).",
        whole as i32
    );
}
