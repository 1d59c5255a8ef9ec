//! The native call in progress, for a handler of fatal signals: read without a lock and without allocating.

use std::ffi::CStr;
use std::fmt;
use std::mem::MaybeUninit;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};

use super::context::Context;
use super::ctype::{CType, Conv, Kind};
use super::function::record::CallRecord;
use super::function::{Function, Pass, Plan};
use super::stack;
use super::state::ffi;
use crate::host::{ArgumentClass, NativeArgument, NativeCall};

/// Lua states of one thread that are remembered; calls of further ones are not described.
const STATES: usize = 8;

/// Arguments that are described.
const ARGUMENTS: usize = 16;

thread_local! {
    // Without a destructor and with a constant start value: a signal handler reads it.
    static CONTEXTS: [AtomicPtr<Context>; STATES] = const { [const { AtomicPtr::new(null_mut()) }; STATES] };
}

/// Remembers a context of this thread.
pub(crate) fn remember(context: *mut Context) {
    CONTEXTS.with(|all| {
        let free = |slot: &&AtomicPtr<Context>| slot.load(Ordering::Acquire).is_null();
        if let Some(slot) = all.iter().find(free) {
            slot.store(context, Ordering::Release);
        }
    });
}

/// Forgets a context that is about to go.
pub(crate) fn forget(context: *mut Context) {
    CONTEXTS.with(|all| {
        for slot in all {
            // Not found here: it was one too many, or is dropped on another thread.
            let _ = slot.compare_exchange(context, null_mut(), Ordering::AcqRel, Ordering::Acquire);
        }
    });
}

/// Shows the native call this thread is in to `visit`; false when it is in none. For handlers of fatal signals: takes
/// no lock, allocates nothing, and reads only what the interrupted call keeps in place.
pub fn describe_native_call(visit: &mut dyn FnMut(&NativeCall<'_>)) -> bool {
    CONTEXTS.with(|all| {
        for slot in all {
            // SAFETY: a context is forgotten before it is freed, on this thread, which the handler has interrupted.
            let Some(context) = (unsafe { slot.load(Ordering::Acquire).as_ref() }) else { continue };
            // SAFETY: a record is unlinked before the entry that owns it returns.
            if let Some(record) = unsafe { context.calls.get().as_ref() } {
                describe(record, visit);
                return true;
            }
        }
        false
    })
}

fn describe(record: &CallRecord, visit: &mut dyn FnMut(&NativeCall<'_>)) {
    // SAFETY: the entry keeps the function object on its Lua stack and the plan in use while the call is in progress.
    let (function, plan) = unsafe { (record.function(), &*record.plan) };
    let mut arguments = [NativeArgument { type_name: "", bits: 0, size: 0, class: ArgumentClass::Bytes }; ARGUMENTS];
    let count = plan.params.len().min(ARGUMENTS);
    for (k, (argument, param)) in arguments.iter_mut().zip(&plan.params).enumerate() {
        let (class, size) = class_of(param.pass, param.ty);
        let mut bits = 0u64;
        if let Some(frame) = record.frame() {
            // SAFETY: the slot is inside the frame, which is live during the call, and has at least the type's size.
            unsafe {
                let slot = frame.add(param.slot as usize);
                std::ptr::copy_nonoverlapping(slot, (&raw mut bits).cast::<u8>(), size.min(8));
            }
        } else if let Some(call) = record.on_lua_stack() {
            // SAFETY: Lua's record of the running entry's call; only numbers are left there.
            let value = unsafe { stack::argument_of(call, k + 1) };
            bits = match (param.pass, value.integer(), value.number()) {
                (Pass::Double, _, Some(v)) => v.to_bits(),
                (Pass::Float, _, Some(v)) => u64::from((v as f32).to_bits()),
                (_, Some(v), _) => v as u64,
                _ => value.is_true().into(),
            };
            bits &= u64::MAX >> (64 - 8 * size.clamp(1, 8));
        }
        *argument = NativeArgument { type_name: &param.ty.name, bits, size, class };
    }
    let name = function.name.as_str();
    let mut event = MaybeUninit::<ffi::lua_Debug>::zeroed();
    visit(&NativeCall {
        function: name,
        library: function.library.as_ref().map(|library| library.name.as_str()),
        signature: &Signature { name, function, plan },
        arguments: &arguments[..count],
        place: place_of(record.raw, &mut event),
    });
}

/// Chunk and line of the innermost Lua function of `raw`.
fn place_of(raw: *mut ffi::lua_State, event: &mut MaybeUninit<ffi::lua_Debug>) -> Option<(&CStr, u32)> {
    let event = event.as_mut_ptr();
    let mut level = 0;
    // SAFETY: `raw` is the state the interrupted entry runs on; these functions only read its call frames and write to
    // `event`, which is zeroed and thus a valid `lua_Debug`.
    unsafe {
        while ffi::lua_getstack(raw, level, event) != 0 {
            level += 1;
            if ffi::lua_getinfo(raw, c"Sl".as_ptr(), event) != 0 && (*event).currentline > 0 {
                let chunk = CStr::from_ptr((&raw const (*event).short_src).cast());
                return Some((chunk, (*event).currentline.cast_unsigned()));
            }
        }
    }
    None
}

/// How the bytes in the frame are meant, and how many there are.
fn class_of(pass: Pass, ty: &CType) -> (ArgumentClass, usize) {
    use ArgumentClass::{Bytes, Float, Pointer, Signed, Unsigned};
    let pointer = (Pointer, size_of::<usize>());
    match pass {
        Pass::Int32 => return (Signed, 4),
        Pass::Double => return (Float, 8),
        Pass::Float => return (Float, 4),
        Pass::CharP | Pass::Address | Pass::Array | Pass::InOut | Pass::Out(_) => return pointer,
        Pass::Record | Pass::Integer(_) | Pass::Scalar => {}
    }
    let class = match &ty.kind {
        Kind::Simple(simple) => match simple.conv {
            Conv::I8 | Conv::I16 | Conv::I32 | Conv::I64 | Conv::HResult | Conv::VariantBool => Signed,
            Conv::U8 | Conv::U16 | Conv::U32 | Conv::U64 | Conv::Bool | Conv::Char | Conv::WChar => Unsigned,
            Conv::F32 | Conv::F64 => Float,
            Conv::CharP | Conv::ConstCharP | Conv::WCharP | Conv::VoidP => Pointer,
            _ => Bytes,
        },
        Kind::Pointer(_) | Kind::Function(_) => Pointer,
        _ => Bytes,
    };
    (class, ty.size())
}

/// `result name(parameters)`, printed without allocating.
struct Signature<'a> {
    name: &'a str,
    function: &'a Function,
    plan: &'a Plan,
}

impl fmt::Display for Signature<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}(", self.plan.result.name, self.name)?;
        for (index, param) in self.plan.params.iter().enumerate() {
            let separator = if index > 0 { ", " } else { "" };
            write!(f, "{separator}{}", param.ty.name)?;
        }
        let is_declared = self.function.params.try_borrow().is_ok_and(|params| params.is_some());
        f.write_str(if is_declared { ")" } else { "), argtypes not declared" })
    }
}
