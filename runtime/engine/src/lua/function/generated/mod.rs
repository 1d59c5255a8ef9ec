//! Machine code for functions that are called often: the whole way from Lua to C and back, for one function.
//!
//! It does what the entries of [`super::hot`] do, with every answer written into it: types, addresses, registers. Whatever
//! is not of the plain kind it leaves to them, before it has changed anything. Code belongs to a context and stays as long
//! as that; what may go sooner (a library, a declaration, the function itself) shuts the [`Gate`] that the code passes.
//!
//! It is made after a number of calls, and only where the processor is x86-64 with the System V convention, where memory
//! may be made executable, and where Lua's memory has the layout that [`crate::lua::stack`] knows.

#[cfg(all(feature = "generated", target_arch = "x86_64", unix))]
mod arguments;
#[cfg(all(feature = "generated", target_arch = "x86_64", unix))]
mod code;
#[cfg(not(all(feature = "generated", target_arch = "x86_64", unix)))]
#[path = "none.rs"]
mod code;
#[cfg(all(feature = "generated", target_arch = "x86_64", unix))]
mod helpers;
#[cfg(all(feature = "generated", target_arch = "x86_64", unix))]
mod results;
#[cfg(all(feature = "generated", target_arch = "x86_64", unix))]
mod unwind;

use std::cell::{Cell, RefCell};
use std::ffi::{c_int, c_void};

use rustc_hash::FxHashSet;

use super::Function;
use super::hot::Entry;
use super::plan::Plan;
use crate::lua::object::CData;
use crate::lua::stack::Frame;
use crate::lua::state::ffi;

/// After so many calls a function gets code of its own.
pub(crate) const OFTEN: u32 = 200;

/// So many pieces of code a context makes: they stay as long as it does, a page or two each.
const MOST: usize = 2000;

/// What the code of one function passes on its way: the address of the C function, or null when it must not be used.
#[repr(C)]
pub(crate) struct Gate {
    code: Cell<*const c_void>,
    /// Null when the function is gone.
    function: Cell<*const Function>,
}

/// The code of a context.
#[derive(Default)]
pub(crate) struct Generated {
    /// Code is made after so many calls of a function; 0: never.
    after: Cell<u32>,
    #[expect(clippy::vec_box, reason = "code holds their addresses")]
    gates: RefCell<Vec<Box<Gate>>>,
    /// Holds the memory.
    code: RefCell<Vec<code::Code>>,
    /// Where each begins.
    entries: RefCell<FxHashSet<usize>>,
}

impl Generated {
    /// Lets code be made for functions that were called so often.
    pub(crate) fn allow(&self, after: u32) {
        self.after.set(if code::POSSIBLE { after } else { 0 });
    }

    /// Whether code is to be made at the first call.
    pub(crate) fn at_once(&self) -> bool {
        self.after.get() == 1
    }

    /// Whether a function begins at that address.
    pub(crate) fn has(&self, address: usize) -> bool {
        self.entries.borrow().contains(&address)
    }

    /// Something changed that all code may rely on: what is called often gets new code.
    pub(crate) fn retire_all(&self) {
        for gate in self.gates.borrow().iter() {
            // SAFETY: a function that goes clears its gates first.
            if let Some(function) = unsafe { gate.function.replace(std::ptr::null()).as_ref() } {
                function.forget_code();
            }
            gate.code.set(std::ptr::null());
        }
    }
}

impl Function {
    /// The entry to use for a plan that was just made: one that counts, where code can be made.
    pub(super) fn first_entry(&self, context: &crate::lua::context::Context, plan: &Plan) -> Entry {
        let generated = &context.generated;
        let can =
            generated.after.get() != 0 && self.callback.is_none() && !self.slot_exposed.get() && code::serves(plan);
        self.calls.set(0);
        if can { counting } else { plan.hot }
    }

    /// Shuts the code that was made for this function.
    pub(crate) fn retire_code(&self) {
        if let Some(gate) = self.gate.take() {
            // SAFETY: gates are freed with their context, which outlives every function of its state.
            let gate = unsafe { &*gate };
            gate.code.set(std::ptr::null());
            gate.function.set(std::ptr::null());
        }
    }

    /// The code is gone: calls are counted anew.
    fn forget_code(&self) {
        self.gate.set(None);
        self.calls.set(0);
        if !self.plan.get().is_null() {
            self.hot.set(counting);
        }
    }

    /// Whoever can reach the word that holds the address can change it.
    pub(crate) fn expose_slot(&self) {
        self.slot_exposed.set(true);
        self.retire_code();
        // SAFETY: a plan that is current is owned by the function.
        if let Some(plan) = unsafe { self.plan.get().as_ref() } {
            self.hot.set(plan.hot);
        }
    }
}

/// Counts calls, and makes code when there were enough.
fn counting(frame: Frame, object: &'static CData, function: &'static Function) -> c_int {
    // SAFETY: entries are set together with a plan, which stays while they are.
    let plan = unsafe { &*function.plan.get() };
    let calls = function.calls.get() + 1;
    function.calls.set(calls);
    if calls >= object.ty.context.generated.after.get() {
        function.hot.set(plan.hot);
        if let Some(code) = install(frame, object, function, plan) {
            // SAFETY: the frame is that of the running function, which the code was made for.
            return unsafe { code(frame.state().raw()) };
        }
    }
    (plan.hot)(frame, object, function)
}

/// Makes code for `function` and lets the running closure run it from now on. Without success nothing changes.
fn install(
    frame: Frame,
    object: &'static CData,
    function: &'static Function,
    plan: &Plan,
) -> Option<ffi::lua_CFunction> {
    let context = object.ty.context;
    let generated = &context.generated;
    let address = object.address_value().cast_const().cast::<c_void>();
    let full = generated.code.borrow().len() >= MOST;
    if address.is_null() || function.is_closed() || function.slot_exposed.get() || full {
        return None;
    }
    function.retire_code();
    let gate = Box::new(Gate { code: Cell::new(address), function: Cell::new(function) });
    let Some(code) = code::make(context, plan, &gate) else {
        // Where one page cannot be made executable, no other will.
        generated.after.set(0);
        return None;
    };
    let entry = code.entry();
    frame.set_called_code(entry);
    function.gate.set(Some(&*gate));
    generated.gates.borrow_mut().push(gate);
    generated.entries.borrow_mut().insert(entry as usize);
    generated.code.borrow_mut().push(code);
    Some(entry)
}
