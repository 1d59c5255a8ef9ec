//! Views: structs, unions, arrays and variables that lie in the memory of another process, as objects.
//!
//! A view reads and writes the other side's memory at each access. It is no C object of this process: what is to work with it
//! asks for it by name.

use std::ffi::c_int;

use super::memory::RemotePlace;
use crate::lua::ctype::{CType, Kind, TypeRef};
use crate::lua::error::{Failure, Kind as ErrorKind, Res, entry, fail};
use crate::lua::record::metamethods::push_attribute;
use crate::lua::state::{State, ffi};

/// First word of a view's userdata.
const MAGIC: u64 = 0x6d6f_6f6e_7669_6577;

/// Payload of a view's userdata.
#[repr(C)]
pub(crate) struct View {
    magic: u64,
    pub(crate) ty: TypeRef,
    pub(crate) word: u64,
}

impl View {
    /// Its place, while its process lives.
    pub(crate) fn place(&self) -> Res<RemotePlace> {
        RemotePlace::of_word(self.ty.context, self.word).map_err(|e| e.at(&self.ty.name))
    }

    /// Whether it is an object of `ty`.
    pub(crate) fn is_instance(&self, ty: &CType) -> bool {
        self.ty.derives_from(ty)
    }
}

/// Pushes a view of the object of type `ty` that `word` is the address of.
pub(crate) fn push(state: State, ty: TypeRef, word: u64) {
    let p = state.new_userdata(size_of::<View>()).cast::<View>();
    // SAFETY: Lua just made it with exactly this size.
    unsafe { p.write(View { magic: MAGIC, ty, word }) };
    state.push_ref(ty.context.refs.view_metatable.get());
    state.set_metatable(-2);
}

/// The view at `i`, if there is one.
pub(crate) fn view_at(state: State, i: c_int) -> Option<&'static View> {
    if state.tag(i) != ffi::LUA_TUSERDATA || state.raw_len(i) != size_of::<View>() {
        return None;
    }
    let p = state.userdata(i).cast::<View>();
    // SAFETY: a full userdata of the right size; only `push` writes the magic word. The reference is short-lived: entries
    // keep the value on their stack.
    unsafe { if (*p).magic == MAGIC { Some(&*p) } else { None } }
}

/// Pushes a local copy of what the view at `i` shows.
pub(crate) fn push_copy(state: State, i: c_int) -> Res<()> {
    match view_at(state, i) {
        Some(view) => view.place()?.push_copy(state, view.ty),
        None => fail(ErrorKind::InternalError, "no view"),
    }
}

fn check(state: State) -> Res<&'static View> {
    match view_at(state, 1) {
        Some(view) => Ok(view),
        None => fail(ErrorKind::TypeError, format_args!("expected a C object, got {}", state.describe(1))),
    }
}

/// The index at argument 2 within `n` items.
fn array_index(state: State, ty: &CType, n: usize) -> Res<i64> {
    let v = crate::lua::convert::wide_integer(state, 2, "an integer index").map_err(|e| e.at(&ty.name))?;
    match i64::try_from(v).ok().filter(|k| (0..n as i64).contains(k)) {
        Some(k) => Ok(k),
        None => fail(ErrorKind::IndexError, format_args!("{}: index {v} is outside 0 to {}", ty.name, n as i64 - 1)),
    }
}

entry! {
    fn index(state) {
        let view = check(state)?;
        match &view.ty.kind {
            Kind::Record(info) => {
                if let Some(field) = info.fields().find(state, 2) {
                    view.place()?.push_field(state, view.ty, field).map_err(|e| e.at(format_args!("{}.{}", view.ty.name, field.name)))?;
                    return Ok(1);
                }
                if push_attribute(state, view.ty, 2) {
                    return Ok(1);
                }
                let name = state.key_text(2);
                info.no_field(name.trim_matches('\'')).map_err(|e| e.at(&view.ty.name))
            }
            Kind::Array(elem, n) if !state.is_string(2) => {
                let k = array_index(state, view.ty, *n)?;
                view.place()?.item(elem, k).push(state, elem)?;
                Ok(1)
            }
            Kind::Simple(_) if state.bytes(2) == Some(b"value") => {
                view.place()?.push(state, view.ty)?;
                Ok(1)
            }
            _ => through_copy(state),
        }
    }
}

/// What is left asks a local copy: methods and text of arrays, pointers.
fn through_copy(state: State) -> Res {
    push_copy(state, 1)?;
    let copy = state.abs(-1);
    state.push_value(2);
    if !get(state, copy)? {
        return Err(Failure::Raised);
    }
    if !state.is_function(-1) {
        return Ok(1);
    }
    // A method: called later with the view, it works on a copy made then.
    state.push_value(2);
    state.push_closure(call_method, 1);
    Ok(1)
}

/// Replaces the key on the top by `object[key]`; false: an error value.
fn get(state: State, object: c_int) -> Res<bool> {
    unsafe extern "C-unwind" fn get(raw: *mut ffi::lua_State) -> c_int {
        // SAFETY: runs under `pcall` with the object and the key as its arguments.
        unsafe { ffi::lua_gettable(raw, 1) };
        1
    }
    state.push_closure(get, 0);
    state.push_value(object);
    state.push_value(-3);
    let done = state.pcall(2, 1);
    state.remove(-2);
    Ok(done)
}

/// Methods that change what they are called on.
const WRITING: [&[u8]; 2] = [b"set", b"fill"];

entry! {
    /// `view:method(...)`: the method of a local copy; what it changed goes back.
    fn call_method(state) {
        let args = state.top();
        let view = check(state)?;
        push_copy(state, 1)?;
        let copy = state.abs(-1);
        state.push_value(ffi::lua_upvalueindex(1));
        if !get(state, copy)? {
            return Err(Failure::Raised);
        }
        state.push_value(copy);
        for i in 2..=args {
            state.push_value(i);
        }
        if !state.pcall(args, ffi::LUA_MULTRET) {
            return Err(Failure::Raised);
        }
        let results = state.top() - copy;
        if state.bytes(ffi::lua_upvalueindex(1)).is_some_and(|name| WRITING.contains(&name)) {
            view.place()?.store(state, view.ty, copy)?;
        }
        Ok(results)
    }
}

entry! {
    fn new_index(state) {
        let view = check(state)?;
        state.set_top(3);
        let place = view.place()?;
        match &view.ty.kind {
            Kind::Record(info) => match info.fields().find(state, 2) {
                Some(field) => {
                    place.store_field(state, view.ty, field, 3).map_err(|e| e.in_part(&field.name).in_part(&view.ty.name))?;
                    Ok(0)
                }
                None => {
                    let name = state.key_text(2);
                    info.no_field(name.trim_matches('\'')).map_err(|e| e.at(&view.ty.name))
                }
            },
            Kind::Array(elem, n) if !state.is_string(2) => {
                let k = array_index(state, view.ty, *n)?;
                let stored = place.item(elem, k).store(state, elem, 3);
                stored.map_err(|e| e.in_part(format_args!("[{k}]")).in_part(&view.ty.name))?;
                Ok(0)
            }
            Kind::Simple(_) if state.bytes(2) == Some(b"value") => {
                place.store(state, view.ty, 3).map_err(|e| e.at(&view.ty.name))?;
                Ok(0)
            }
            _ => {
                // Changed in a copy, which goes back whole.
                push_copy(state, 1)?;
                let copy = state.abs(-1);
                set(state, copy)?;
                place.store(state, view.ty, copy)?;
                Ok(0)
            }
        }
    }
}

/// `object[key] = value` with arguments 2 and 3.
fn set(state: State, object: c_int) -> Res<()> {
    unsafe extern "C-unwind" fn set(raw: *mut ffi::lua_State) -> c_int {
        // SAFETY: runs under `pcall` with the object, the key and the value as its arguments.
        unsafe { ffi::lua_settable(raw, 1) };
        0
    }
    state.push_closure(set, 0);
    state.push_value(object);
    state.push_value(2);
    state.push_value(3);
    if state.pcall(3, 0) { Ok(()) } else { Err(Failure::Raised) }
}

entry! {
    fn length(state) {
        let view = check(state)?;
        match &view.ty.kind {
            Kind::Array(_, n) => {
                state.push_integer(*n as i64);
                Ok(1)
            }
            _ => fail(ErrorKind::TypeError, format_args!("{} has no length", view.ty.name)),
        }
    }
}

entry! {
    fn to_string(state) {
        let view = check(state)?;
        // A process that has ended is no reason not to print.
        let Ok(place) = view.place() else {
            state.push_str(&format!("{}(of a process that has ended)", view.ty.name));
            return Ok(1);
        };
        if place.push_copy(state, view.ty).is_err() {
            state.push_str(&format!("{}(at {:#x}, which cannot be read)", view.ty.name, place.address));
            return Ok(1);
        }
        state.replace(1);
        if state.push_shown(1) { Ok(1) } else { Err(Failure::Raised) }
    }
}

entry! {
    /// `pairs(view)`: those of a local copy.
    fn pairs(state) {
        check(state)?;
        push_copy(state, 1)?;
        let copy = state.abs(-1);
        unsafe extern "C-unwind" fn all(raw: *mut ffi::lua_State) -> c_int {
            // SAFETY: runs under `pcall` with the object as its argument; every object that is copied has `__pairs` or
            // fails with Lua's own error.
            unsafe {
                if ffi::luaL_getmetafield(raw, 1, c"__pairs".as_ptr()) == 0 {
                    return ffi::luaL_error(raw, c"this object has no items".as_ptr());
                }
                ffi::lua_pushvalue(raw, 1);
                ffi::lua_callk(raw, 1, 3, 0, None);
            }
            3
        }
        state.push_closure(all, 0);
        state.push_value(copy);
        if state.pcall(1, 3) { Ok(3) } else { Err(Failure::Raised) }
    }
}

entry! {
    fn equal(state) {
        let same = matches!((view_at(state, 1), view_at(state, 2)), (Some(a), Some(b)) if a.word == b.word && a.ty.is(b.ty));
        state.push_boolean(same);
        Ok(1)
    }
}

/// Operators that a script may have defined for a structure.
const OPERATORS: [&str; 17] = [
    "__add", "__sub", "__mul", "__div", "__mod", "__pow", "__unm", "__idiv", "__band", "__bor", "__bxor", "__shl",
    "__shr", "__bnot", "__concat", "__lt", "__le",
];

entry! {
    /// An operator, or a call, of a view: what its type's structure defines.
    fn operator(state) {
        let args = state.top();
        let name = ffi::lua_upvalueindex(1);
        for i in 1..=args.min(2) {
            let ty = view_at(state, i).map(|view| view.ty).or_else(|| state.object(i).map(|o| o.ty));
            if let Some(ty) = ty.filter(|ty| ty.record().is_some())
                && push_attribute(state, ty, name)
            {
                state.insert(1);
                let base = state.top() - args - 1;
                return if state.pcall(args, ffi::LUA_MULTRET) { Ok(state.top() - base) } else { Err(Failure::Raised) };
            }
        }
        let (name, what) = (state.text(name).unwrap_or_default(), state.describe(1));
        fail(ErrorKind::TypeError, format_args!("{what} has no operator '{name}'"))
    }
}

/// Leaves the metatable of views on the stack.
pub(crate) fn push_metatable(state: State) {
    state.new_table(0, 32);
    for (name, f) in [
        ("__index", index as ffi::lua_CFunction),
        ("__newindex", new_index),
        ("__len", length),
        ("__tostring", to_string),
        ("__pairs", pairs),
        ("__eq", equal),
    ] {
        state.push_closure(f, 0);
        state.set_raw_field(-2, name);
    }
    for name in OPERATORS.into_iter().chain(["__call"]) {
        state.push_str(name);
        state.push_closure(operator, 1);
        state.set_raw_field(-2, name);
    }
    state.push_str("remote object");
    state.set_raw_field(-2, "__name");
    state.push_boolean(false);
    state.set_raw_field(-2, "__metatable");
}
