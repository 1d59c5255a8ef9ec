//! Pointers: `p.contents`, `p[i]`, arithmetic, comparison, slices, and `pointer`, `byref`, `cast`.

use std::ffi::c_int;

use moonglue_abi::Abi;

use super::array::{self, slice};
use super::bounds::require_reachable;
use super::convert::{
    Mode, Plain, Role, is_no_address, pointer_target, require_address, require_not_null, wide_integer,
};
use super::ctype::{CType, Kind, TypeRef};
use super::error::{Failure, Kind as ErrorKind, Res, entry, fail};
use super::object::CData;
use super::record::suggestion;
use super::remote::{self, view::view_at};
use super::show;
use super::simple::simple_types;
use super::stack::Frame;
use super::state::{State, ffi};
use super::types::check_type;

/// The type `POINTER(ty)`: one type object for each `ty`; void's is `c_void_p`.
pub(crate) fn pointer_to(ty: TypeRef) -> TypeRef {
    if let Some(p) = ty.pointer_to.get() {
        return p;
    }
    let context = ty.context;
    let pointer = if ty.is_void() {
        simple_types(context, ty.abi).void_p
    } else {
        // Also to types of other targets: it is an address here, or a word for one over there.
        let size = size_of::<usize>();
        let name = format!("LP_{}", ty.name);
        let pointer = context.adopt(CType::new(context, &name, Kind::Pointer(ty), Abi::HOST, size, size));
        pointer.instance_metatable.set(context.refs.pointer_metatable.get());
        pointer
    };
    ty.pointer_to.set(Some(pointer));
    pointer
}

/// The pointer at argument `i`: its object and target type.
fn pointer_at(state: State, i: c_int) -> Res<(&'static mut CData, TypeRef)> {
    if let Some(o) = state.object(i)
        && let Kind::Pointer(target) = &o.ty.kind
    {
        return Ok((o, target));
    }
    fail(ErrorKind::TypeError, format_args!("expected a pointer, got {}", state.describe(i)))
}

/// The address of item `k` of the pointer at argument 1.
#[inline]
fn item(state: State, o: &CData, target: TypeRef, k: i64) -> Res<*mut u8> {
    let p = o.address_value();
    if is_no_address(p) {
        return require_address(p, &o.ty.name).map(|()| p);
    }
    target.require_complete()?;
    let addr = p.wrapping_offset((k as isize).wrapping_mul(target.size() as isize));
    require_reachable(state, o, 1, addr, target.size())?;
    Ok(addr)
}

#[inline]
fn pointer_index(state: State, o: &CData) -> Res<i64> {
    if state.is_integer(2) {
        return Ok(state.integer(2));
    }
    let v = wide_integer(state, 2, "an integer index").map_err(|e| e.at(&o.ty.name))?;
    i64::try_from(v).or_else(|_| fail(ErrorKind::IndexError, format_args!("{}: index {v} is out of range", o.ty.name)))
}

/// Pushes the value of type `ty` at `addr`, reached through the pointer at argument 1: what the pointer keeps, views of
/// its target keep as well.
fn push_target(state: State, o: &CData, ty: TypeRef, addr: *mut u8) -> Res<()> {
    if !ty.is_aggregate() && !ty.holds_pointers.get() {
        return state.push_from(ty, addr, None);
    }
    state.push_kept(1, o.addr);
    let kept = state.abs(-1);
    if ty.is_aggregate() {
        push_window_keeping(state, ty, addr, kept);
    } else if state.is_table(kept) && state.raw_geti(kept, 1) != ffi::LUA_TNIL {
        let root = state.abs(-1);
        state.push_from(ty, addr, Some(root))?;
        state.remove(root);
    } else {
        state.set_top(kept);
        state.push_from(ty, addr, None)?;
    }
    state.remove(kept);
    Ok(())
}

/// Pushes an object of `ty` over `addr` that keeps the value at `kept`: an anchor makes it a view, anything else (a
/// buffer, a string) is kept by a borrowed object, nil is C's memory.
pub(crate) fn push_window_keeping(state: State, ty: TypeRef, addr: *mut u8, kept: c_int) {
    if state.is_table(kept) {
        state.push_window(ty, addr, Some(kept));
        return;
    }
    // A Lua string is nobody's to change.
    state.push_window(ty, addr, None).read_only = state.is_string(kept);
    if !state.is_nil(kept) {
        // Under an offset that no slot of the object has.
        state.push_value(kept);
        let beyond = addr.wrapping_add(ty.size().max(1));
        state.keep(-2, beyond);
    }
}

entry! {
    hot
    fn index(state) {
        let (o, target) = pointer_at(state, 1)?;
        refuse_reference(o)?;
        if !state.is_string(2) {
            let k = pointer_index(state, o)?;
            if o.is_remote() {
                remote::pointer::push_item(state, o, target, k)?;
                return Ok(1);
            }
            let addr = item(state, o, target, k)?;
            push_target(state, o, target, addr)?;
            return Ok(1);
        }
        match state.bytes(2).unwrap_or_default() {
            b"contents" if o.is_remote() => {
                remote::pointer::push_contents(state, o, target)?;
                Ok(1)
            }
            b"contents" => {
                let addr = item(state, o, target, 0)?;
                // SAFETY: a pointer to something pointer-sized: the memory is there, or the script's word for it.
                let null = |p: *mut u8| unsafe { p.cast::<*const u8>().read_unaligned() }.is_null();
                if target.holds_pointers.get() && !target.is_aggregate() && null(addr) {
                    state.push_nil();
                    return Ok(1);
                }
                if target.function().is_some() {
                    push_target(state, o, target, addr)?;
                    return Ok(1);
                }
                state.push_kept(1, o.addr);
                let kept = state.abs(-1);
                push_window_keeping(state, target, addr, kept);
                Ok(1)
            }
            b"slice" => {
                state.push_closure(slice_method, 0);
                Ok(1)
            }
            _ => no_property(state, o),
        }
    }
}

/// [`index`] where Lua's stack can be read in place: an item that is a plain number is read at once.
unsafe extern "C-unwind" fn index_in_place(raw: *mut ffi::lua_State) -> c_int {
    // SAFETY: Lua runs this function on `raw`; it is only in metatables where the layout fits.
    let frame = unsafe { Frame::of(raw) };
    if let Some((addr, plain)) = plain_item(frame) {
        // SAFETY: what a pointer points to, and how far, is the word of the script, which may use raw pointers.
        frame.push(unsafe { plain.load(addr) });
        return 1;
    }
    // SAFETY: as above.
    unsafe { index(raw) }
}

/// `__index` of a table that stands for the pointer in the first upvalue.
pub(crate) unsafe extern "C-unwind" fn index_behind(raw: *mut ffi::lua_State) -> c_int {
    // SAFETY: Lua runs this function on `raw`.
    let state = unsafe { State::new(raw) };
    state.push_value(ffi::lua_upvalueindex(1));
    state.replace(1);
    // SAFETY: as above; the pointer is the first argument now.
    unsafe { index(raw) }
}

/// The address of the plain number that argument 2 indexes through the pointer at argument 1.
#[inline(always)]
fn plain_item(frame: Frame) -> Option<(*mut u8, Plain)> {
    if frame.count() != 2 {
        return None;
    }
    let o = frame.arg(1).object()?;
    let Kind::Pointer(target) = &o.ty.kind else { return None };
    let k = frame.arg(2).integer()?;
    let plain = target.plain?;
    let p = o.local_address()?;
    if is_no_address(p) || o.by_reference || !o.ty.context.policy.raw_pointers {
        return None;
    }
    Some((p.wrapping_offset((k as isize).wrapping_mul(target.size() as isize)), plain))
}

/// `byref` makes an argument, not a pointer to work with.
fn refuse_reference(o: &CData) -> Res<()> {
    if o.by_reference {
        return fail(ErrorKind::TypeError, "a byref is only an argument; use pointer(obj) to look through it");
    }
    Ok(())
}

fn no_property(state: State, o: &CData) -> Res {
    let name = state.text(2).unwrap_or_default();
    let near = moonglue_ffi::near(&name, ["contents", "slice"]);
    fail(ErrorKind::AttributeError, format_args!("{}: no attribute '{name}'{}", o.ty.name, suggestion(&near)))
}

entry! {
    hot
    fn new_index(state) {
        let (o, target) = pointer_at(state, 1)?;
        refuse_reference(o)?;
        if state.is_string(2) {
            if state.bytes(2) != Some(b"contents") {
                return no_property(state, o);
            }
            if let Some(view) = view_at(state, 3).filter(|v| v.is_instance(target)) {
                o.set_address_value(view.word as *const u8);
                state.push_nil();
                state.keep(1, o.addr);
                return Ok(0);
            }
            let Some(to) = state.object(3).filter(|t| t.is_instance(target)) else {
                return state.mismatch(target, 3).map_err(|e| e.at(format_args!("{}.contents", o.ty.name)));
            };
            o.ty.require_native_pointer()?;
            o.set_address_value(to.addr);
            state.push_anchor(3);
            state.keep(1, o.addr);
            return Ok(0);
        }
        let k = pointer_index(state, o)?;
        if o.is_remote() {
            remote::pointer::store_item(state, o, target, k)?;
            return Ok(0);
        }
        let addr = item(state, o, target, k)?;
        state.push_kept(1, o.addr);
        if state.is_string(-1) {
            return fail(ErrorKind::TypeError, format_args!("{}: a Lua string cannot be written", o.ty.name));
        }
        state.pop(1);
        // What is stored through a pointer is kept by the memory's owner when we know it, else by the pointer itself.
        let mut dest = None;
        if target.holds_pointers.get() {
            state.push_kept(1, o.addr);
            if state.is_table(-1) && state.raw_geti(-1, 1) == ffi::LUA_TUSERDATA {
                dest = Some(state.abs(-1));
            } else {
                dest = Some(1);
            }
        }
        state
            .store(target, addr, 3, dest, Mode::Checked)
            .map_err(|e| e.in_part(format_args!("[{k}]")).in_part(&o.ty.name))?;
        Ok(0)
    }
}

entry! {
    fn slice_method(state) {
        let (o, target) = pointer_at(state, 1)?;
        state.set_top(4);
        let place = |e: super::error::Failure| e.at(&o.ty.name);
        let range = slice::range(state, None).map_err(place)?;
        if o.is_remote() {
            remote::pointer::push_slice(state, o, target, &range)?;
            return Ok(1);
        }
        let base = item(state, o, target, 0)?;
        let last = range.first.saturating_add((range.count as i64 - 1).saturating_mul(range.step));
        if range.count > 0 {
            item(state, o, target, range.first)?;
            item(state, o, target, last)?;
        }
        state.push_kept(1, o.addr);
        let source = if state.is_table(-1) && state.raw_geti(-1, 1) == ffi::LUA_TUSERDATA { Some(state.abs(-1)) } else { None };
        slice::push(state, target, base, &range, source)?;
        Ok(1)
    }
}

/// Bytes from one item to the next, in the process that the pointer points into.
fn stride(o: &CData, target: TypeRef) -> Res<usize> {
    if o.is_remote() { remote::pointer::stride(o, target) } else { Ok(target.size()) }
}

/// Pushes the pointer at `i` moved by `n` items.
fn moved(state: State, i: c_int, n: i128) -> Res {
    let (o, target) = pointer_at(state, i)?;
    refuse_reference(o)?;
    require_not_null(o.address_value(), &o.ty.name)?;
    target.require_complete()?;
    let distance = n.checked_mul(stride(o, target)? as i128).and_then(|d| isize::try_from(d).ok());
    let Some(distance) = distance else {
        return fail(ErrorKind::OverflowError, format_args!("{}: {n} items are out of range", o.ty.name));
    };
    state.push_pointer(o.ty, o.address_value().wrapping_offset(distance))?;
    state.push_kept(i, o.addr);
    if state.is_nil(-1) {
        state.pop(1)
    } else {
        state.keep_one(-2)
    }
    Ok(1)
}

entry! {
    fn add(state) {
        let (p, n) = if state.object(1).is_some() { (1, 2) } else { (2, 1) };
        let (o, _) = pointer_at(state, p)?;
        let n = wide_integer(state, n, "a number of items").map_err(|e| e.at(&o.ty.name))?;
        moved(state, p, n)
    }
}

entry! {
    fn subtract(state) {
        let (o, target) = pointer_at(state, 1)?;
        if state.object(2).is_none() {
            let n = wide_integer(state, 2, "a number of items or a pointer").map_err(|e| e.at(&o.ty.name))?;
            return moved(state, 1, -n);
        }
        let (q, other) = pointer_at(state, 2)?;
        if !other.is(target) {
            return fail(ErrorKind::TypeError, format_args!("cannot subtract {} from {}", q.ty.name, o.ty.name));
        }
        target.require_complete()?;
        let size = stride(o, target)? as isize;
        if size == 0 {
            return fail(ErrorKind::ValueError, format_args!("{} has size 0", target.name));
        }
        let bytes = (o.address_value() as isize).wrapping_sub(q.address_value() as isize);
        state.push_integer((bytes / size) as i64);
        Ok(1)
    }
}

/// The addresses of two pointers, for comparison.
fn two(state: State) -> Option<(usize, usize)> {
    let (a, b) = (state.object(1)?, state.object(2)?);
    let pointer = |o: &CData| matches!(o.ty.kind, Kind::Pointer(_)) || o.ty.conv() == Some(super::ctype::Conv::VoidP);
    if pointer(a) && pointer(b) { Some((a.address_value() as usize, b.address_value() as usize)) } else { None }
}

entry! {
    pub(crate) fn equal(state) {
        state.push_boolean(two(state).is_some_and(|(a, b)| a == b));
        Ok(1)
    }
}

entry! {
    fn less(state) { compare(state, |a, b| a < b) }
}

entry! {
    fn less_equal(state) { compare(state, |a, b| a <= b) }
}

fn compare(state: State, f: fn(usize, usize) -> bool) -> Res {
    let Some((a, b)) = two(state) else {
        let (a, b) = (state.describe(1), state.describe(2));
        return fail(ErrorKind::TypeError, format_args!("cannot compare {a} with {b}"));
    };
    state.push_boolean(f(a, b));
    Ok(1)
}

/// Leaves the metatable of pointers on the stack.
pub(crate) fn push_metatable(state: State, in_place: bool) {
    state.new_table(0, 12);
    for (name, f) in [
        ("__index", if in_place { index_in_place } else { index as ffi::lua_CFunction }),
        ("__newindex", new_index),
        ("__add", add),
        ("__sub", subtract),
        ("__eq", equal),
        ("__lt", less),
        ("__le", less_equal),
        ("__tostring", show::object_to_string),
    ] {
        state.push_closure(f, 0);
        state.set_raw_field(-2, name);
    }
    state.push_str("pointer");
    state.set_raw_field(-2, "__name");
    state.push_boolean(false);
    state.set_raw_field(-2, "__metatable");
}

/// The C object at argument `i`, or a `TypeError` that names the function.
pub(crate) fn check_object(state: State, i: c_int, what: &str) -> Res<&'static mut CData> {
    match state.object(i) {
        Some(o) => Ok(o),
        None => fail(ErrorKind::TypeError, format_args!("{what}: expected a C object, got {}", state.describe(i))),
    }
}

/// A pointer to a function object reaches the address that is called.
fn require_raw_for_code(o: &CData, what: &str) -> Res<()> {
    if o.is_function() { super::memory::require_raw(o.ty.context, &format!("{what} of a function")) } else { Ok(()) }
}

entry! {
    /// `ct.pointer(obj)`.
    pub(crate) fn pointer(state) {
        if let Some(view) = view_at(state, 1) {
            state.push_pointer(pointer_to(view.ty), view.word as *const u8)?;
            return Ok(1);
        }
        let o = check_object(state, 1, "pointer")?;
        require_raw_for_code(o, "pointer")?;
        let ty = pointer_to(o.ty);
        state.push_pointer(ty, o.addr)?;
        state.push_anchor(1);
        state.keep_one(-2);
        Ok(1)
    }
}

entry! {
    /// `ct.byref(obj [, offset])`: an argument that is `obj`'s address, `offset` bytes on.
    pub(crate) fn byref(state) {
        let offset = if state.is_none_or_nil(2) {
            0
        } else {
            wide_integer(state, 2, "an offset").map_err(|e| e.at("byref: offset"))? as isize
        };
        if let Some(view) = view_at(state, 1) {
            let p = (view.word as *const u8).wrapping_offset(offset);
            state.push_pointer(pointer_to(view.ty), p)?;
            if let Some(new) = state.object(-1) {
                new.by_reference = true;
            }
            return Ok(1);
        }
        let o = check_object(state, 1, "byref")?;
        require_raw_for_code(o, "byref")?;
        let ty = pointer_to(o.ty);
        state.push_pointer(ty, o.addr.wrapping_offset(offset))?;
        if let Some(new) = state.object(-1) {
            new.by_reference = true;
        }
        state.push_anchor(1);
        state.keep_one(-2);
        Ok(1)
    }
}

entry! {
    /// `ct.cast(obj, T)`: the same address as another pointer type; keeps what `obj` keeps.
    pub(crate) fn cast(state) {
        state.set_top(2);
        let ty = check_type(state, 2, "cast: argument 2")?;
        let pointer_like = ty.holds_pointers.get() && !ty.is_aggregate();
        if !pointer_like {
            return fail(ErrorKind::TypeError, format_args!("cast: argument 2: {} is not a pointer type", ty.name));
        }
        ty.require_native_pointer().map_err(|e| e.at("cast"))?;
        let context = ty.context;
        if state.tag(1) == ffi::LUA_TNUMBER {
            super::memory::require_raw(context, "cast")?;
        }
        // Other eyes on memory that holds addresses could forge them.
        if let (Some(t), other) = (state.object(1).and_then(|o| o.ty.element()), ty.element())
            && t.holds_pointers.get()
            && other.is_none_or(|o| !o.is(t))
        {
            super::memory::require_raw(context, "cast of a pointer to addresses")?;
        }
        let void_p = simple_types(context, ty.abi).void_p;
        let p = match pointer_target(state, 1, void_p, Role::Argument) {
            Err(Failure::New(e)) if e.kind == ErrorKind::TypeError && state.tag(1) != ffi::LUA_TNUMBER => {
                return state
                    .mismatch_text("an address, pointer, array or function", 1)
                    .map_err(|e| e.at("cast: argument 1"));
            }
            other => other.map_err(|e| e.at("cast: argument 1"))?,
        };
        if matches!(ty.kind, Kind::Function(_)) {
            return super::function::push_at_address(state, ty, p.cast_mut(), -1);
        }
        if state.is_nil(-1) && !p.is_null() {
            super::memory::require_raw(context, "cast of an address that nothing keeps")?;
        }
        state.push_new(ty)?.set_address_value(p);
        state.insert(-2);
        if state.is_nil(-1) { state.pop(1) } else { state.keep_one(-2) }
        Ok(1)
    }
}

entry! {
    /// `ct.is_null(p)`.
    pub(crate) fn is_null(state) {
        if state.top() >= 1 && state.is_nil(1) {
            state.push_boolean(true);
            return Ok(1);
        }
        match state.object(1) {
            Some(o) if o.ty.holds_pointers.get() && !o.ty.is_aggregate() => state.push_boolean(o.address_value().is_null()),
            _ => return fail(ErrorKind::TypeError, format_args!("is_null: expected a pointer, got {}", state.describe(1))),
        }
        Ok(1)
    }
}

/// Pushes the array of `n` items of `elem` over `addr` that keeps the value at `kept`.
pub(crate) fn push_array_window(state: State, elem: TypeRef, n: usize, addr: *mut u8, kept: c_int) -> Res<()> {
    let ty = array::array_of(elem, n)?;
    push_window_keeping(state, ty, addr, kept);
    Ok(())
}
