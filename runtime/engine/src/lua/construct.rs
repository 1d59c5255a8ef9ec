//! Making objects: `T()`, `T(v)`, `T(1, 2)`, `T{1, y = 2}`, nested tables included.

use std::ffi::c_int;

use super::array::bulk;
use super::convert::{Mode, Role, pointer_target};
use super::ctype::{Kind, TypeRef};
use super::error::{Kind as ErrorKind, Res, entry, fail};
use super::function;
use super::record::{Field, RecordInfo};
use super::remote::view::view_at;
use super::state::{State, ffi};

entry! {
    /// `__call` of a type object.
    pub(crate) fn construct(state) {
        let Some(ty) = state.type_at(1) else { return fail(ErrorKind::TypeError, "not a type") };
        let args = state.top() - 1;
        match &ty.kind {
            Kind::Function(_) => function::construct(state, ty, args),
            Kind::Void => fail(ErrorKind::TypeError, "void has no instances"),
            _ => {
                ty.require_complete()?;
                new_from_arguments(state, ty, 2, args).map_err(|e| e.in_part(&ty.name))?;
                Ok(1)
            }
        }
    }
}

/// Pushes a new object of `ty` made from the `args` values starting at `first`.
fn new_from_arguments(state: State, ty: TypeRef, first: c_int, args: c_int) -> Res<()> {
    match &ty.kind {
        Kind::Simple(_) => {
            at_most_one(args)?;
            let new = state.push_new(ty)?.addr;
            if args == 1 {
                let at = state.abs(-1);
                state.store(ty, new, first, Some(at), Mode::Cast)?;
            }
            Ok(())
        }
        Kind::Pointer(target) => {
            at_most_one(args)?;
            if args == 0 {
                return state.push_pointer(ty, std::ptr::null());
            }
            if let Some(view) = view_at(state, first).filter(|view| view.is_instance(target)) {
                return state.push_pointer(ty, view.word as *const u8);
            }
            if let Some(o) = state.object(first)
                && o.is_instance(target)
            {
                state.push_pointer(ty, o.addr)?;
                state.push_anchor(first);
            } else {
                let p = pointer_target(state, first, ty, Role::Store)?;
                state.push_pointer(ty, p)?;
                state.insert(-2);
            }
            state.keep_one(-2);
            Ok(())
        }
        Kind::Array(elem, n) => {
            let new = state.push_new(ty)?.addr;
            let at = state.abs(-1);
            if args == 1 && state.is_initialiser(first) {
                return fill_from_table(state, ty, new, first, at);
            }
            if args == 1 && state.is_string(first) && (elem.is_char() || elem.is_wchar()) {
                return state.store_text(elem, *n, new, first);
            }
            if args as usize > *n {
                return too_many_items(args as usize, *n);
            }
            for k in 0..args {
                store_item(state, elem, new, k as usize, first + k, at)?;
            }
            Ok(())
        }
        Kind::Record(info) => {
            let new = state.push_new(ty)?.addr;
            let at = state.abs(-1);
            if args == 1 && state.is_initialiser(first) {
                return fill_from_table(state, ty, new, first, at);
            }
            for k in 0..args {
                store_position(state, info, new, k as usize, args as usize, first + k, at)?;
            }
            Ok(())
        }
        Kind::Function(_) | Kind::Void => fail(ErrorKind::TypeError, "this type is not made from values"),
    }
}

fn at_most_one(args: c_int) -> Res<()> {
    if args > 1 {
        return fail(ErrorKind::TypeError, format_args!("takes at most 1 value, got {args}"));
    }
    Ok(())
}

/// Fills the zeroed bytes of type `ty` (a record or array) at `addr` inside the object at `dest` from the table at `i`.
pub(crate) fn fill_from_table(state: State, ty: TypeRef, addr: *mut u8, i: c_int, dest: c_int) -> Res<()> {
    let i = state.abs(i);
    match &ty.kind {
        Kind::Array(elem, n) => fill_array(state, elem, *n, addr, i, dest),
        Kind::Record(info) => fill_record(state, info, addr, i, dest),
        _ => state.mismatch(ty, i),
    }
}

#[cold]
pub(crate) fn too_many_items<T>(got: usize, room: usize) -> Res<T> {
    fail(ErrorKind::IndexError, format_args!("too many initialisers: {got} for {room} items"))
}

fn fill_array(state: State, elem: TypeRef, n: usize, addr: *mut u8, i: c_int, dest: c_int) -> Res<()> {
    let len = state.raw_len(i);
    if len > n {
        return too_many_items(len, n);
    }
    refuse_other_keys(state, i, len)?;
    if bulk::store_table(state, elem, addr, i, len)? {
        return Ok(());
    }
    for k in 0..len {
        state.raw_geti(i, k as i64 + 1);
        if !state.is_nil(-1) {
            let value = state.abs(-1);
            store_item(state, elem, addr, k, value, dest)?;
        }
        state.pop(1);
    }
    Ok(())
}

fn store_item(state: State, elem: TypeRef, base: *mut u8, k: usize, i: c_int, dest: c_int) -> Res<()> {
    if state.is_nil(i) && elem.is_aggregate() {
        return Ok(());
    }
    // Inside the array: the callers checked `k` against its length.
    let addr = base.wrapping_add(k * elem.size());
    state.store(elem, addr, i, Some(dest), Mode::Checked).map_err(|e| e.in_part(format_args!("[{k}]")))
}

/// A table for an array has the keys `1..=len` only: a misplaced key is a mistake, not silence.
pub(crate) fn refuse_other_keys(state: State, i: c_int, len: usize) -> Res<()> {
    let within = |state: State| state.is_integer(-2) && (1..=len as i64).contains(&state.integer(-2));
    if len == 0 {
        state.push_nil()
    } else {
        state.push_integer(len as i64)
    }
    if !state.next(i) {
        return Ok(());
    }
    let mut stray = !within(state);
    if !stray {
        // The items lie in the table's hash part: only a walk over all keys tells.
        state.pop(2);
        state.push_nil();
        while state.next(i) {
            if !within(state) {
                stray = true;
                break;
            }
            state.pop(1);
        }
    }
    if !stray {
        return Ok(());
    }
    state.pop(1);
    let key = if state.is_integer(-1) { format!("[{}]", state.integer(-1)) } else { state.key_text(-1) };
    let items = if len == 0 { "items are t[1], t[2], ...".into() } else { format!("items are t[1] to t[{len}]") };
    fail(ErrorKind::TypeError, format_args!("unexpected key {key}: {items}, which fill item 0 on"))
}

/// Stores the `k`-th positional value (of `given`) into a record at `base`.
fn store_position(
    state: State,
    info: &RecordInfo,
    base: *mut u8,
    k: usize,
    given: usize,
    i: c_int,
    dest: c_int,
) -> Res<()> {
    let fields = info.fields();
    let Some(&field) = fields.positional.get(k) else {
        let room = fields.positional.len();
        return fail(ErrorKind::TypeError, format_args!("too many initialisers: {given} for {room} fields"));
    };
    if state.is_nil(i) {
        return Ok(());
    }
    let field = &fields.all[field];
    field.store(state, base, i, Some(dest)).map_err(|e| e.in_part(&field.name))
}

fn fill_record(state: State, info: &RecordInfo, addr: *mut u8, i: c_int, dest: c_int) -> Res<()> {
    let fields = info.fields();
    let mut last = 0;
    state.push_nil();
    while state.next(i) {
        if state.is_integer(-2) && state.integer(-2) >= 1 {
            last = last.max(state.integer(-2));
        } else if state.is_string(-2) {
            let name = state.bytes(-2).unwrap_or_default();
            if fields.by_name(name).is_none() {
                let name = String::from_utf8_lossy(name).into_owned();
                return info.no_field(&name);
            }
        } else {
            state.pop(1);
            let key = state.key_text(-1);
            return fail(
                ErrorKind::TypeError,
                format_args!("unexpected key {key}: fields have names or positions from 1"),
            );
        }
        state.pop(1);
    }
    if last as usize > fields.positional.len() {
        let room = fields.positional.len();
        return fail(ErrorKind::TypeError, format_args!("too many initialisers: {last} for {room} fields"));
    }
    for k in 1..=last {
        state.raw_geti(i, k);
        let value = state.abs(-1);
        store_position(state, info, addr, k as usize - 1, last as usize, value, dest)?;
        state.pop(1);
    }
    if fields.share_bytes(info.kind) {
        // Tables have no order: the fields' own says which of two values for the same bytes stays.
        for field in &fields.all {
            state.push_bytes(field.name.as_bytes());
            if state.raw_get(i) != ffi::LUA_TNIL {
                store_named(state, field, addr, i, last, dest)?;
            }
            state.pop(1);
        }
        return Ok(());
    }
    state.push_nil();
    while state.next(i) {
        if state.is_string(-2)
            && let Some(field) = fields.by_name(state.bytes(-2).unwrap_or_default())
        {
            store_named(state, field, addr, i, last, dest)?;
        }
        state.pop(1);
    }
    Ok(())
}

/// Stores the value on the top, which the table at `i` has for `field` by name beside `last` values by position.
fn store_named(state: State, field: &Field, addr: *mut u8, i: c_int, last: i64, dest: c_int) -> Res<()> {
    let value = state.abs(-1);
    if let Some(k) = field.position.filter(|&k| k < last as usize) {
        let twice = state.raw_geti(i, k as i64 + 1) != ffi::LUA_TNIL;
        state.pop(1);
        if twice {
            return fail(ErrorKind::TypeError, "two values for one field: by position and by name")
                .map_err(|e| e.in_part(&field.name));
        }
    }
    field.store(state, addr, value, Some(dest)).map_err(|e| e.in_part(&field.name))
}

impl State {
    /// A table key as error texts show it.
    pub(crate) fn key_text(self, i: c_int) -> String {
        match self.tag(i) {
            ffi::LUA_TSTRING => format!("'{}'", self.text(i).unwrap_or_default()),
            ffi::LUA_TNUMBER if self.is_integer(i) => self.integer(i).to_string(),
            ffi::LUA_TNUMBER => self.number(i).to_string(),
            ffi::LUA_TBOOLEAN => self.boolean(i).to_string(),
            _ => format!("of type {}", self.describe(i)),
        }
    }
}
