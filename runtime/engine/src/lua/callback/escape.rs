//! Which parameters a Lua function merely indexes.
//!
//! A pointer that C passes to a callback becomes an object, which costs more than the call. When the function does nothing
//! with the parameter but index it (`a[0]`, `a.contents.key`), nobody can tell the object of one call from that of the
//! next, and one object serves all calls. When it begins by reading `a[0]`, and reads it nowhere else, the item can be read
//! for it beforehand. The function's bytecode tells, in the form that `lua_dump` gives it.

use std::ffi::c_int;

use super::bytecode::{Function, Instruction, dump};
use crate::lua::state::State;

/// Parameters that are looked at: the first ones.
const MOST: usize = 8;

/// What a function does with a parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Use {
    /// Anything.
    Any,
    /// It indexes the parameter, and asks whether it is nil or false.
    Indexed,
    /// That, and item 0 is read on every call, before anything that could change it, and not after that.
    FirstItem,
    /// It reads item 0 in that way, and does nothing else with it.
    OnlyFirstItem,
}

/// What the function at `i` does with each of its first `count` parameters; anything when nothing is known about it.
pub(super) fn uses(state: State, i: c_int, count: usize) -> [Use; MOST] {
    let none = [Use::Any; MOST];
    if count > MOST || !state.is_function(i) {
        return none;
    }
    dump(state, i, true).and_then(|dump| Function::read(&dump)).map_or(none, |function| function.uses())
}

impl Function {
    fn uses(&self) -> [Use; MOST] {
        let start = self.straight_start();
        std::array::from_fn(|r| {
            let lets_go = self.is_vararg
                // What is passed beyond the parameters is dropped.
                || r < usize::from(self.params)
                    && (self.captured.iter().any(|c| usize::from(*c) == r) || self.code.iter().any(|i| i.lets_go(r)));
            let reads_first = |i: &Instruction| i.reads_first_item(r);
            let begins_with_it =
                self.code[..start].iter().any(reads_first) && !self.code[start..].iter().any(reads_first);
            match (lets_go, begins_with_it) {
                (true, _) => Use::Any,
                (false, true) if r >= usize::from(self.params) => Use::Indexed,
                (false, true) if self.code.iter().any(|i| i.reads(r) && !reads_first(i)) => Use::FirstItem,
                (false, true) => Use::OnlyFirstItem,
                (false, false) => Use::Indexed,
            }
        })
    }

    /// How many instructions at the start run once in each call, one after the other, and change nothing: copies, loads,
    /// and items of parameters.
    fn straight_start(&self) -> usize {
        let jumps_back = |i: &Instruction| matches!(i.opcode(), 73 | 77) || i.opcode() == 56 && i.0 >> 31 == 0;
        if self.code.iter().any(jumps_back) {
            return 0;
        }
        let is_plain = |i: &Instruction| match i.opcode() {
            0..=4 | 7..=9 => true,
            // Whether the parameter still is what was passed is asked by `writes`.
            13 => i.b() < usize::from(self.params),
            _ => false,
        };
        let writes_parameter = |i: &Instruction| i.a() < usize::from(self.params);
        self.code.iter().position(|i| !is_plain(i) || writes_parameter(i)).unwrap_or(self.code.len())
    }
}
