//! The module's functions on memory: sizes, addresses, buffers, raw copies.

use std::ffi::c_int;

use super::array::{self, array_of};
use super::callback;
use super::context::Context;
use super::convert::{
    Role, decode_units, encode_units, is_no_address, pointer_target, require_address, wide_integer, wide_unit,
};
use super::ctype::TypeRef;
use super::error::{Failure, Kind as ErrorKind, Res, entry, fail};
use super::module::context_of;
use super::object::Ownership;
use super::pointer::{check_object, push_array_window};
use super::remote::memory::{RemotePlace, filled};
use super::remote::pointer::push_bytes_at;
use super::remote::view::{View, view_at};
use super::remote::word::is_remote_pointer;
use super::simple::{SimpleTypes, simple_types};
use super::state::State;
use moonglue_abi::Abi;

/// Fails unless the policy grants raw addresses.
pub(crate) fn require_raw(context: &Context, what: &str) -> Res<()> {
    if context.host_speaks.get() {
        return Ok(());
    }
    match context.policy.check_raw_pointer(what) {
        Ok(()) => Ok(()),
        Err(text) => fail(ErrorKind::PermissionError, text),
    }
}

/// The view at argument 1, and its place.
fn view(state: State) -> Res<Option<(&'static View, RemotePlace)>> {
    match view_at(state, 1) {
        Some(view) => Ok(Some((view, view.place()?))),
        None => Ok(None),
    }
}

/// The type meant by a type object or an instance at argument 1.
fn type_of(state: State, what: &str) -> Res<TypeRef> {
    let ty = match (state.type_at(1), state.object(1)) {
        (Some(ty), _) => ty,
        (_, Some(o)) => o.ty,
        _ => {
            let got = state.describe(1);
            return fail(ErrorKind::TypeError, format_args!("{what}: expected a C type or object, got {got}"));
        }
    };
    ty.require_complete().map_err(|e| e.at(what))?;
    Ok(ty)
}

entry! {
    pub(crate) fn sizeof(state) {
        if let Some((view, place)) = view(state)? {
            state.push_integer(place.session.size_there(view.ty) as i64);
            return Ok(1);
        }
        let ty = type_of(state, "sizeof")?;
        let size = match state.object(1) {
            Some(o) if o.ownership == Ownership::Owned => o.size,
            _ => ty.size(),
        };
        state.push_integer(size as i64);
        Ok(1)
    }
}

entry! {
    pub(crate) fn alignment(state) {
        if let Some((view, place)) = view(state)? {
            state.push_integer(view.ty.as_abi().align(place.session.abi) as i64);
            return Ok(1);
        }
        state.push_integer(type_of(state, "alignment")?.align.get() as i64);
        Ok(1)
    }
}

entry! {
    pub(crate) fn addressof(state) {
        if let Some(view) = view_at(state, 1) {
            state.push_integer(view.word as i64);
            return Ok(1);
        }
        let o = check_object(state, 1, "addressof")?;
        callback::pin(state, 1);
        state.push_integer(o.addr as i64);
        Ok(1)
    }
}

entry! {
    pub(crate) fn resize(state) {
        let o = check_object(state, 1, "resize")?;
        let n = wide_integer(state, 2, "a size").map_err(|e| e.at("resize"))?;
        let least = o.ty.size();
        if n < least as i128 {
            return fail(ErrorKind::ValueError, format_args!("resize: the minimum size of {} is {least}, got {n}", o.ty.name));
        }
        if o.ownership != Ownership::Owned || o.ty.function().is_some() {
            return fail(ErrorKind::ValueError, format_args!("resize: this {} does not own its memory", o.ty.name));
        }
        if state.in_finalizer() {
            // The collector runs at any allocation, also while a view of this very object is made.
            return fail(ErrorKind::ValueError, "resize: not inside a finalizer");
        }
        let n = usize::try_from(n).unwrap_or(usize::MAX);
        if n > o.size {
            let memory = o.addr as usize..o.addr as usize + o.size;
            if crate::lua::function::record::is_passed(o.ty.context, &memory) {
                return fail(ErrorKind::ValueError, format_args!("resize: C is using this {}", o.ty.name));
            }
            if state.is_viewed(1) {
                return fail(
                    ErrorKind::ValueError,
                    format_args!("resize: views of or pointers to this {} are in use", o.ty.name),
                );
            }
            state.grow(1, n)?;
        }
        Ok(0)
    }
}

/// The address that argument `i` of the function `what` stands for; pushes what keeps it.
fn address(state: State, i: c_int, what: &str) -> Res<*mut u8> {
    let context = context_of(state)?;
    if state.tag(i) == super::state::ffi::LUA_TNUMBER {
        require_raw(context, what)?;
    }
    if state.object(i).is_some_and(|o| o.is_function()) {
        return fail(ErrorKind::TypeError, format_args!("{what}: argument {i}: a function is code, not memory"));
    }
    match pointer_target(state, i, simple_types(context, Abi::HOST).void_p, Role::Argument) {
        Ok(p) => Ok(p.cast_mut()),
        Err(_) => {
            let got = state.describe(i);
            fail(
                ErrorKind::TypeError,
                format_args!("{what}: argument {i}: expected an address, pointer or array, got {got}"),
            )
        }
    }
}

/// The non-NULL address at argument `i`.
fn target(state: State, i: c_int, what: &str) -> Res<*mut u8> {
    let p = address(state, i, what)?;
    if is_no_address(p) {
        require_address(p, &format!("{what}: argument {i}"))?;
    }
    Ok(p)
}

/// The byte count at argument `i`.
fn count(state: State, i: c_int, what: &str) -> Res<usize> {
    let n = wide_integer(state, i, "a number of bytes").map_err(|e| e.at(format_args!("{what}: argument {i}")))?;
    match usize::try_from(n).ok().filter(|n| *n <= isize::MAX as usize) {
        Some(n) => Ok(n),
        None if n < 0 => fail(ErrorKind::ValueError, format_args!("{what}: argument {i}: negative size {n}")),
        None => fail(ErrorKind::OverflowError, format_args!("{what}: argument {i}: {n} is out of range")),
    }
}

/// Fails when an access of `n` bytes would leave the object or string at argument `i`, as far as its bounds are known.
fn check_bounds(state: State, i: c_int, n: usize, what: &str) -> Res<()> {
    // A string's NUL is there too.
    if let Some(text) = state.bytes(i).filter(|text| n > text.len() + 1) {
        let len = text.len();
        return fail(
            ErrorKind::IndexError,
            format_args!("{what}: argument {i}: {n} bytes are more than the string's {len}"),
        );
    }
    let Some(o) = state.object(i).filter(|o| o.ty.is_aggregate()) else { return Ok(()) };
    if n > o.size {
        let (name, size) = (&o.ty.name, o.size);
        return fail(
            ErrorKind::IndexError,
            format_args!("{what}: argument {i}: {n} bytes are more than the {size} of this {name}"),
        );
    }
    Ok(())
}

fn check_writable(state: State, i: c_int, what: &str) -> Res<()> {
    if state.object(i).is_some_and(|o| o.read_only) {
        return fail(ErrorKind::TypeError, format_args!("{what}: argument {i}: the memory is read-only"));
    }
    let holds_string = state.object(i).is_some_and(|o| o.ty.holds_pointers.get() && !o.ty.is_aggregate()) && {
        state.push_kept(i, state.object(i).map_or(std::ptr::null(), |o| o.addr));
        let found = state.is_string(-1);
        state.pop(1);
        found
    };
    if state.is_string(i) || holds_string {
        return fail(ErrorKind::TypeError, format_args!("{what}: argument {i}: a Lua string cannot be written"));
    }
    Ok(())
}

entry! {
    /// `ct.memmove(dst, src, n)`: `n` bytes, overlapping or not; the destination's address.
    pub(crate) fn memmove(state) {
        state.set_top(3);
        let n = count(state, 3, "memmove")?;
        check_writable(state, 1, "memmove")?;
        let (dst, src) = if n == 0 { (address(state, 1, "memmove")?, address(state, 2, "memmove")?) } else { (target(state, 1, "memmove")?, target(state, 2, "memmove")?) };
        check_bounds(state, 1, n, "memmove")?;
        check_bounds(state, 2, n, "memmove")?;
        require_raw_unless_bounded(state, "memmove", &[1, 2])?;
        if n > 0 && (is_remote_pointer(dst) || is_remote_pointer(src)) {
            move_between(state, dst, src, n).map_err(|e| e.at("memmove"))?;
            state.push_integer(dst as i64);
            return Ok(1);
        }
        if let (Some(d), Some(s)) = (state.object(1), state.object(2))
            && d.ty.is_aggregate()
            && s.ty.is_aggregate()
        {
            state.copy_bytes(1, dst, 2, src, n).map_err(|e| e.at("memmove"))?;
        } else if n > 0 {
            // SAFETY: both addresses are non-NULL; their extent was checked where it is known, elsewhere the script,
            // which holds the raw-pointer grant, vouches for it as in C.
            unsafe { std::ptr::copy(src, dst, n) };
        }
        state.push_integer(dst as i64);
        Ok(1)
    }
}

entry! {
    /// `ct.memset(dst, byte, n)`; the destination's address.
    pub(crate) fn memset(state) {
        state.set_top(3);
        let n = count(state, 3, "memset")?;
        check_writable(state, 1, "memset")?;
        let byte = wide_integer(state, 2, "a byte").map_err(|e| e.at("memset: argument 2"))? as u8;
        let dst = if n == 0 { address(state, 1, "memset")? } else { target(state, 1, "memset")? };
        check_bounds(state, 1, n, "memset")?;
        require_raw_unless_bounded(state, "memset", &[1])?;
        if n > 0 && is_remote_pointer(dst) {
            let bytes = filled(n, byte).map_err(|e| e.at("memset"))?;
            remote_place(state, dst).and_then(|place| place.write(state, &bytes)).map_err(|e| e.at("memset"))?;
        } else if n > 0 {
            // SAFETY: as in `memmove`.
            unsafe { dst.write_bytes(byte, n) };
        }
        state.push_integer(dst as i64);
        Ok(1)
    }
}

/// The place of an address of another process.
fn remote_place(state: State, p: *const u8) -> Res<RemotePlace> {
    RemotePlace::of_word(context_of(state)?, p as u64)
}

/// Fails when the object at argument `i` has other bytes in the process of `there`.
fn require_same_bytes(state: State, i: c_int, there: &RemotePlace) -> Res<()> {
    match state.object(i).filter(|o| o.ty.is_aggregate()) {
        Some(o) if !there.session.way(o.ty).is_copy() => fail(
            ErrorKind::TypeError,
            format_args!(
                "argument {i}: {} has other bytes in {}: assign it through a pointer or view instead",
                o.ty.name,
                there.session.abi.name()
            ),
        ),
        _ => Ok(()),
    }
}

/// Copies `n` bytes where one side or both are in another process.
fn move_between(state: State, dst: *mut u8, src: *const u8, n: usize) -> Res<()> {
    let mut bytes = filled(n, 0)?;
    for (local, other) in [(1, src), (2, dst.cast_const())] {
        if is_remote_pointer(other) {
            require_same_bytes(state, local, &remote_place(state, other)?)?;
        }
    }
    if is_remote_pointer(src) {
        remote_place(state, src)?.read(state, &mut bytes)?;
    } else {
        // SAFETY: as in `memmove`: known bounds were checked, else the script vouches.
        unsafe { std::ptr::copy_nonoverlapping(src, bytes.as_mut_ptr(), n) };
    }
    if is_remote_pointer(dst) {
        return remote_place(state, dst)?.write(state, &bytes);
    }
    // SAFETY: as above.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), dst, n) };
    Ok(())
}

/// Without the grant of raw pointers, only memory whose bounds are known may be touched.
fn require_raw_unless_bounded(state: State, what: &str, arguments: &[c_int]) -> Res<()> {
    // Bytes over addresses could forge them.
    let bounded = |i: &c_int| {
        state.is_string(*i) || state.object(*i).is_some_and(|o| o.ty.is_aggregate() && !o.ty.holds_pointers.get())
    };
    if arguments.iter().all(bounded) {
        return Ok(());
    }
    require_raw(context_of(state)?, what)
}

/// The optional length at argument 2; -1 and absent mean "up to the terminator".
fn optional_length(state: State, what: &str) -> Res<Option<usize>> {
    if state.is_none_or_nil(2) || (state.is_integer(2) && state.integer(2) == -1) {
        return Ok(None);
    }
    count(state, 2, what).map(Some)
}

entry! {
    /// `ct.string_at(p [, n])`: a copy of `n` bytes, or of all up to a NUL.
    pub(crate) fn string_at(state) {
        state.set_top(2);
        let n = optional_length(state, "string_at")?;
        let wide = state.object(1).is_some_and(|o| o.ty.element().is_some_and(|t| t.is_wchar()) || o.ty.conv() == Some(super::ctype::Conv::WCharP));
        if wide {
            return fail(ErrorKind::TypeError, format_args!("string_at: {} is a wide string: use wstring_at", state.describe(1)));
        }
        if n == Some(0) {
            // Also where an empty buffer is NULL.
            address(state, 1, "string_at")?;
            state.push_str("");
            return Ok(1);
        }
        let p = target(state, 1, "string_at")?;
        require_raw_unless_bounded(state, "string_at", &[1])?;
        if is_remote_pointer(p) {
            remote_place(state, p).and_then(|place| push_bytes_at(state, &place, n, 1)).map_err(|e| e.at("string_at"))?;
            return Ok(1);
        }
        match n {
            Some(n) => {
                check_bounds(state, 1, n, "string_at")?;
                // SAFETY: as in `memmove`: known bounds were checked, else the script vouches.
                state.push_bytes(unsafe { std::slice::from_raw_parts(p, n) });
            }
            None => {
                let most = state.object(1).filter(|o| o.ty.is_aggregate()).map_or(usize::MAX, |o| o.size);
                let mut len = 0;
                // SAFETY: stays inside the object when its size is known; else the script vouches for a terminator.
                while len < most && unsafe { p.add(len).read() } != 0 {
                    len += 1;
                }
                // SAFETY: the loop read each of these bytes.
                state.push_bytes(unsafe { std::slice::from_raw_parts(p, len) });
            }
        }
        Ok(1)
    }
}

entry! {
    /// `ct.wstring_at(p [, n])`: `n` wide characters, or all up to a NUL, as UTF-8.
    pub(crate) fn wstring_at(state) {
        state.set_top(2);
        let n = optional_length(state, "wstring_at")?;
        if state.is_string(1) {
            return fail(ErrorKind::TypeError, "wstring_at: argument 1: expected wide characters, got a string of bytes");
        }
        let p = target(state, 1, "wstring_at")?;
        require_raw_unless_bounded(state, "wstring_at", &[1])?;
        if is_remote_pointer(p) {
            let place = remote_place(state, p)?;
            let width = moonglue_abi::Prim::WChar.size(place.session.abi);
            push_bytes_at(state, &place, n, width).map_err(|e| e.at("wstring_at"))?;
            return Ok(1);
        }
        let width = moonglue_abi::Prim::WChar.size(Abi::HOST);
        if let Some(n) = n {
            check_bounds(state, 1, n.saturating_mul(width), "wstring_at")?;
        }
        let bound = state.object(1).filter(|o| o.ty.is_aggregate()).map_or(usize::MAX, |o| o.size / width);
        let mut units = Vec::new();
        while units.len() < n.unwrap_or(bound) {
            // SAFETY: within the count given or the object's size; else the script vouches for a terminator.
            let unit = unsafe { wide_unit(p.add(units.len() * width), width) };
            if unit == 0 && n.is_none() {
                break;
            }
            units.push(unit);
        }
        state.push_str(&decode_units(units.into_iter(), width));
        Ok(1)
    }
}

entry! {
    /// `ct.memoryview_at(p, n [, readonly])`: a byte array over memory that somebody else owns.
    pub(crate) fn memoryview_at(state) {
        state.set_top(3);
        let n = count(state, 2, "memoryview_at")?;
        let p = target(state, 1, "memoryview_at")?;
        let kept = state.abs(-1);
        check_bounds(state, 1, n, "memoryview_at")?;
        require_raw_unless_bounded(state, "memoryview_at", &[1])?;
        let byte = simple_types(context_of(state)?, Abi::HOST).ubyte;
        if is_remote_pointer(p) {
            super::remote::view::push(state, array_of(byte, n)?, p as u64);
            return Ok(1);
        }
        push_array_window(state, byte, n, p, kept)?;
        if let Some(view) = state.object(-1) {
            view.read_only = state.boolean(3) || state.is_string(1);
        }
        Ok(1)
    }
}

entry! {
    /// `ct.create_string_buffer(init_or_size [, size])`.
    pub(crate) fn create_string_buffer(state) { create_buffer(state, "create_string_buffer", |types| types.char) }
}

entry! {
    /// `ct.create_unicode_buffer(init_or_size [, size])`.
    pub(crate) fn create_unicode_buffer(state) { create_buffer(state, "create_unicode_buffer", |types| types.wchar) }
}

fn create_buffer(state: State, what: &str, elem: fn(&SimpleTypes) -> TypeRef) -> Res {
    state.set_top(2);
    let place = |e: Failure| e.at(what);
    let elem = elem(simple_types(context_of(state)?, Abi::HOST));
    let size = if state.is_none_or_nil(2) { None } else { Some(array::length(state, 2).map_err(place)?) };
    if !state.is_string(1) {
        if state.tag(1) != super::state::ffi::LUA_TNUMBER {
            return state.mismatch_text("a string or a size", 1).map_err(place);
        }
        let n = array::length(state, 1).map_err(place)?;
        if size.is_some() {
            return fail(ErrorKind::TypeError, "a size after a size: the first argument is the initial string")
                .map_err(place);
        }
        state.push_new(array_of(elem, n).map_err(place)?).map_err(place)?;
        return Ok(1);
    }
    let len = if elem.is_char() {
        state.bytes(1).unwrap_or_default().len()
    } else {
        match state.str(1) {
            Some(text) => encode_units(text, elem.size()).len(),
            None => return fail(ErrorKind::ValueError, "the string is not valid UTF-8").map_err(place),
        }
    };
    let n = size.unwrap_or(len + 1);
    if len > n {
        return fail(ErrorKind::ValueError, format_args!("a string of {len} is too long for {n}")).map_err(place);
    }
    let new = state.push_new(array_of(elem, n).map_err(place)?).map_err(place)?.addr;
    if elem.is_char() {
        state.put_bytes(state.bytes(1).unwrap_or_default(), n, new)?;
    } else {
        state.put_units(state.str(1).unwrap_or_default(), n, new, elem.size())?;
    }
    Ok(1)
}
