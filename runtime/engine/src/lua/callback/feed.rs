//! How a callback's arguments go to Lua the short way, and what is prepared for that.

use std::ffi::c_int;

use super::Callback;
use super::escape::{Use, uses};
use super::hot::Hot;
use super::unboxed::push_taking_items;
use crate::lua::convert::Plain;
use crate::lua::ctype::{Conv, Kind, TypeRef};
use crate::lua::error::Res;
use crate::lua::object::CData;
use crate::lua::pointer::index_behind;
use crate::lua::stack::{self, Value};
use crate::lua::state::State;

/// How an argument goes to Lua.
#[derive(Clone, Copy)]
pub(super) enum Way {
    Number(Plain),
    Boolean,
    /// An address as an integer.
    Address,
    /// In the pointer object that all calls share.
    Shared {
        value: Value,
        object: *mut CData,
    },
    /// As a table that all calls share: item 0 is read for the function beforehand, all else it finds in the pointer object.
    First {
        value: Value,
        item: *mut Value,
        plain: Plain,
        object: *mut CData,
    },
    /// The item itself that a pointer leads to, for a function that was changed to take that. Not for NULL.
    Item(Plain),
}

/// One argument: its sort of register, its number among those, and its way.
#[derive(Clone, Copy)]
pub(super) struct Feed {
    pub(super) in_vector: bool,
    pub(super) register: usize,
    pub(super) way: Way,
}

impl Way {
    pub(super) fn is_shared(&self) -> bool {
        matches!(self, Way::Shared { .. } | Way::First { .. })
    }

    pub(super) fn is_pointer(&self) -> bool {
        self.is_shared() || matches!(self, Way::Item(_))
    }

    /// Whether the argument at `p` cannot go to Lua this way.
    ///
    /// # Safety
    ///
    /// An argument for this way is there.
    #[inline(always)]
    pub(super) unsafe fn is_special(&self, p: *const u8) -> bool {
        if !self.is_pointer() {
            return false;
        }
        // SAFETY: this function's contract: a pointer is there.
        let address = unsafe { p.cast::<i64>().read() };
        // Addresses of other processes have the highest bit set; NULL is no item.
        address < 0 || address == 0 && matches!(self, Way::Item(_))
    }

    /// The value of the argument at `p`, which is not special.
    ///
    /// # Safety
    ///
    /// An argument for this way is there.
    #[inline(always)]
    pub(super) unsafe fn value(&self, p: *const u8) -> Value {
        // SAFETY (of the loads): this function's contract.
        match self {
            // SAFETY: see above.
            Way::Number(plain) => unsafe { plain.load(p) },
            // SAFETY: see above.
            Way::Boolean => Value::of_boolean(unsafe { p.read() } != 0),
            // SAFETY: see above.
            Way::Address => match unsafe { p.cast::<i64>().read() } {
                0 => Value::nil(),
                address => Value::of_integer(address),
            },
            // SAFETY: see above.
            Way::Shared { .. } | Way::First { .. } | Way::Item(_) => unsafe {
                self.pointer(p.cast::<*const u8>().read())
            },
        }
    }

    /// The value of a pointer parameter.
    ///
    /// # Safety
    ///
    /// The address was passed as such a parameter.
    #[inline(always)]
    pub(super) unsafe fn pointer(&self, address: *const u8) -> Value {
        // SAFETY: this function's contract.
        unsafe { self.pointer_to(None, address) }
    }

    /// The same, where it may be known what a first item is.
    ///
    /// # Safety
    ///
    /// As for [`Way::pointer`]; what is known is so.
    #[inline(always)]
    pub(super) unsafe fn pointer_to(&self, known: Option<Plain>, address: *const u8) -> Value {
        if address.is_null() {
            return Value::nil();
        }
        // SAFETY (of the writes): the object and the table are kept by the callback's function object, and in no other call's
        // hands.
        match *self {
            Way::First { value, item, plain, object } => {
                // SAFETY: see above. The function reads the item itself in any case.
                unsafe {
                    (*item).replace(known.unwrap_or(plain).load(address));
                    (*object).set_address_value(address);
                }
                value
            }
            Way::Shared { value, object } => {
                // SAFETY: see above.
                unsafe { (*object).set_address_value(address) };
                value
            }
            // SAFETY: as for the first item.
            Way::Item(plain) => unsafe { known.unwrap_or(plain).load(address) },
            _ => Value::nil(),
        }
    }
}

fn is_boolean(ty: TypeRef) -> bool {
    ty.conv() == Some(Conv::Bool)
}

fn is_address(ty: TypeRef) -> bool {
    ty.conv() == Some(Conv::VoidP)
}

/// Key of the changed function in the table of what is shared.
const CHANGED: i64 = 0;

/// How the parameters of a callback for the Lua function at `i` go to it; none when the short way does not serve them. What
/// is shared is left in a table on the top of the stack in any case.
pub(super) fn feeds(state: State, i: c_int, result: TypeRef, params: &[TypeRef]) -> Res<Option<Vec<Feed>>> {
    let i = state.abs(i);
    state.new_table(0, 2);
    let is_simple = |ty: TypeRef| ty.plain.is_some() || is_boolean(ty);
    if !result.context.reads_stack.get() || !(result.is_void() || is_simple(result)) {
        return Ok(None);
    }
    let has_pointers = params.iter().any(|ty| is_pointer(ty));
    let mut uses = if has_pointers { uses(state, i, params.len()) } else { [Use::Any; _] };
    settle(state, i, params, &mut uses);
    let (mut words, mut vectors) = (0, 0);
    let mut feeds = Vec::with_capacity(params.len());
    for (k, ty) in params.iter().enumerate() {
        let in_vector = matches!(ty.plain, Some(Plain::F32 | Plain::F64));
        let count = if in_vector { &mut vectors } else { &mut words };
        let register = *count;
        *count += 1;
        let way = match (ty.plain, item(ty), uses.get(k)) {
            (Some(plain), ..) => Way::Number(plain),
            (None, Some(plain), Some(Use::OnlyFirstItem)) => Way::Item(plain),
            (None, Some(plain), Some(Use::FirstItem)) => first_item(state, ty, plain, k)?,
            (None, _, Some(Use::OnlyFirstItem | Use::FirstItem | Use::Indexed)) if is_pointer(ty) => {
                shared_pointer(state, ty, k)?
            }
            _ if is_boolean(ty) => Way::Boolean,
            _ if is_address(ty) => Way::Address,
            _ => return Ok(None),
        };
        feeds.push(Feed { in_vector, register, way });
    }
    Ok(Some(feeds))
}

/// Leaves a function that takes items in the table on the top, where the one at `i` does nothing with some of its pointers but
/// read what they lead to; where that cannot be had, they are pointers like others.
fn settle(state: State, i: c_int, params: &[TypeRef], uses: &mut [Use]) {
    let items: Vec<usize> =
        (0..params.len()).filter(|k| uses.get(*k) == Some(&Use::OnlyFirstItem) && item(params[*k]).is_some()).collect();
    if items.is_empty() {
        return;
    }
    if push_taking_items(state, i, &items) {
        state.raw_seti(-2, CHANGED);
    } else {
        items.iter().for_each(|k| uses[*k] = Use::FirstItem);
    }
}

fn is_pointer(ty: TypeRef) -> bool {
    matches!(ty.kind, Kind::Pointer(_))
}

/// What a pointer leads to, where that is a plain number and may be read without asking.
fn item(ty: TypeRef) -> Option<Plain> {
    match &ty.kind {
        Kind::Pointer(target) if ty.context.policy.raw_pointers => target.plain,
        _ => None,
    }
}

/// Makes the pointer object that all calls share for parameter `k`, kept by the table on the top.
fn shared_pointer(state: State, ty: TypeRef, k: usize) -> Res<Way> {
    let object: *mut CData = state.push_new(ty)?;
    let value = stack::from_top(state, 1);
    state.raw_seti(-2, k as i64 + 1);
    Ok(Way::Shared { value, object })
}

/// Makes the table that stands for the pointer of parameter `k` in all calls, kept by the table on the top.
fn first_item(state: State, ty: TypeRef, plain: Plain, k: usize) -> Res<Way> {
    state.new_table(0, 1);
    state.push_integer(0);
    state.raw_seti(-2, 0);
    let value = stack::from_top(state, 1);
    let item = value.only_node();
    state.new_table(0, 1);
    let object: *mut CData = state.push_new(ty)?;
    state.push_closure(index_behind, 1);
    state.set_raw_field(-2, "__index");
    state.set_metatable(-2);
    state.raw_seti(-2, k as i64 + 1);
    Ok(Way::First { value, item, plain, object })
}

/// Prepares the short way for the callback of the function object on the top, with the Lua function at `i` and the table of
/// what is shared at `shared`: the function object keeps all of it.
pub(super) fn prepare(state: State, callback: &Callback, feeds: Vec<Feed>, i: c_int, shared: c_int) {
    let (i, shared) = (state.abs(i), state.abs(shared));
    state.user_value(-1);
    state.push_value(shared);
    state.set_raw_field(-2, "shared");
    state.pop(1);
    state.raw_geti(shared, CHANGED);
    if !state.is_function(-1) {
        state.pop(1);
        state.push_value(i);
    }
    state.push_ref(callback.context.refs.message_handler.get());
    let (function, handler) = (stack::from_top(state, 2), stack::from_top(state, 1));
    state.pop(2);
    let _ = callback.hot.set(Hot::new(callback, feeds, function, handler));
}
