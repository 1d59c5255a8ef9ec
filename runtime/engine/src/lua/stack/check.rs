//! Whether Lua's memory is laid out as the module says, by comparing with what the API answers.

use std::ffi::c_int;

use super::{Frame, KNOWN, Value};
use crate::lua::state::{State, ffi};

/// Compares on values of each kind. False, and nothing of this module may be used: some answer was another.
pub(crate) fn fits(state: State) -> bool {
    if !KNOWN || !state.reserve(20) {
        return false;
    }
    let top = state.top();
    state.new_userdata(16);
    state.push_closure(compare, 1);
    state.push_integer(0x1234_5678_9abc);
    state.push_number(2.5);
    state.push_str("a key");
    state.push_str("a text of more than forty bytes, which Lua does not intern");
    state.new_userdata(48);
    state.new_table(0, 0);
    state.set_metatable(-2);
    state.new_table(3, 0);
    for item in 1..=3 {
        state.push_integer(item * 11);
        state.raw_seti(-2, item);
    }
    state.push_nil();
    state.push_boolean(true);
    state.push_boolean(false);
    state.new_table(0, 1);
    state.push_integer(77);
    state.raw_seti(-2, 0);
    let fits = state.pcall(10, 1) && state.is_integer(-1) && state.integer(-1) == 1;
    state.set_top(top);
    fits
}

/// The questions, asked of the values that [`fits`] passes; pushes 1 when every answer is right.
unsafe extern "C-unwind" fn compare(raw: *mut ffi::lua_State) -> c_int {
    // SAFETY: Lua calls this function with its live state.
    let state = unsafe { State::new(raw) };
    // SAFETY: this is the running C function's state. That the layout fits is what is being found out: on the Lua that
    // `KNOWN` names, no address read here is anything but what its name says.
    let frame = unsafe { Frame::of(raw) };
    let same = frame.count() == 10
        && scalars(state, frame)
        && texts(state, frame)
        && userdata(state, frame)
        && table(state, frame)
        && pushes(state, frame);
    state.set_top(0);
    state.push_integer(same.into());
    1
}

fn scalars(state: State, frame: Frame) -> bool {
    let tags = |i: usize, value: Value| frame.arg(i).tag == value.tag;
    frame.arg(1).integer() == Some(state.integer(1))
        && frame.arg(1).number() == Some(state.number(1))
        && frame.arg(2).integer().is_none()
        && frame.arg(2).number() == Some(state.number(2))
        && frame.arg(7).is_nil()
        && tags(7, Value::nil())
        && tags(8, Value::of_boolean(true))
        && tags(9, Value::of_boolean(false))
}

fn texts(state: State, frame: Frame) -> bool {
    let same = |i: usize| {
        let bytes = frame.arg(i).text();
        bytes == state.bytes(i as c_int) && bytes.map_or(0, |b| b.as_ptr() as usize) == state.string_address(i as c_int)
    };
    same(3) && same(4) && frame.arg(3).key() == state.string_address(3) && frame.arg(4).key() == 0
}

fn userdata(state: State, frame: Frame) -> bool {
    let at = |value: &Value| value.bits as *const super::Userdata;
    let plain = at(frame.arg(5));
    // SAFETY: see `compare`: the userdata's head, by its own address.
    let (user_values, len, metatable) = unsafe { ((*plain).user_values, (*plain).len, (*plain).metatable) };
    let memory = plain.wrapping_add(1).cast_mut().cast();
    state.metatable(5);
    let same = user_values == 1 && len == 48 && memory == state.userdata(5) && metatable == state.pointer(-1);
    state.pop(1);
    // SAFETY: see `compare`.
    let callee = unsafe { *frame.callee };
    if !same || callee.tag != super::C_CLOSURE {
        return false;
    }
    // SAFETY: see `compare`.
    let upvalue = unsafe { (*(callee.bits as *const super::CClosure)).upvalue };
    upvalue.tag == super::USERDATA
        && at(&upvalue).wrapping_add(1).cast_mut().cast() == state.userdata(ffi::lua_upvalueindex(1))
}

fn table(state: State, frame: Frame) -> bool {
    // SAFETY: nothing changes the table meanwhile.
    let items = unsafe { frame.arg(6).items() };
    if items.len() != 3 || (1..=3).any(|n| items[n - 1].integer() != Some(n as i64 * 11)) {
        return false;
    }
    items[1].replace(Value::of_number(0.5));
    state.raw_geti(6, 2);
    let seen = state.number(-1) == 0.5 && !state.is_integer(-1);
    state.pop(1);
    seen && only_node(state, frame)
}

fn only_node(state: State, frame: Frame) -> bool {
    let node = frame.arg(10).only_node();
    // SAFETY: see `compare`: the node's value.
    if unsafe { (*node).integer() } != Some(77) {
        return false;
    }
    // SAFETY: as above.
    unsafe { (*node).replace(Value::of_number(1.5)) };
    state.raw_geti(10, 0);
    let seen = state.number(-1) == 1.5 && !state.is_integer(-1);
    state.pop(1);
    seen
}

fn pushes(state: State, frame: Frame) -> bool {
    let before = state.top();
    frame.push(Value::of_integer(-7));
    frame.push(Value::of_number(-0.5));
    let pushed = state.top() == before + 2 && state.integer(-2) == -7 && state.number(-1) == -0.5;
    super::pop(state, 2);
    pushed && state.top() == before && super::has_room(state, 10) && !super::has_room(state, 1 << 24)
}
