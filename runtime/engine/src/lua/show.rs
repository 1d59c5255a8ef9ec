//! `tostring` of C objects: `c_int(42)`, `Point{x=1, y=2}`, `LP_c_int(NULL)`.
//!
//! Nothing is dereferenced that we do not keep alive ourselves: showing an object must never crash.

use std::ffi::c_int;
use std::fmt::Write;

use super::bounds::kept_bytes_from;
use super::convert::{complex_parts, decode_units, load_float, load_integer, wide_unit};
use super::ctype::{Conv, Kind, TypeRef};
use super::error::{Kind as ErrorKind, entry, fail};
use super::function;
use super::state::{State, ffi};

/// What an exported variable is once its library was closed: an object without a type.
pub(crate) const CLOSED_VARIABLE: &str = "a variable of a closed library";
/// Items shown of an array; of longer ones, the first and the last few.
const MOST_ITEMS: usize = 16;
/// Text longer than this is cut.
const MOST_TEXT: usize = 4096;

entry! {
    /// `__tostring` of every C object.
    pub(crate) fn object_to_string(state) {
        let Some(o) = state.object(1) else {
            return fail(ErrorKind::TypeError, format_args!("expected a C object, got {}", state.describe(1)));
        };
        let mut out = String::new();
        if o.ty.is_void() {
            out.push_str(CLOSED_VARIABLE);
        } else if o.ty.function().is_some() {
            function::show(state, 1, &mut out);
        } else if o.by_reference {
            let target = o.ty.element().map(|t| t.name.to_string()).unwrap_or_default();
            let _ = write!(out, "byref({target})");
        } else {
            show(state, o.ty, o.addr, 1, true, &mut out);
        }
        state.push_str(&out);
        Ok(1)
    }
}

impl State {
    /// Pushes what Lua's `tostring` makes of the value at `i`; false, with the error value pushed, when that fails.
    pub(crate) fn push_shown(self, i: c_int) -> bool {
        unsafe extern "C-unwind" fn show(raw: *mut ffi::lua_State) -> c_int {
            // SAFETY: runs under `pcall` with the value as its argument.
            unsafe { ffi::luaL_tolstring(raw, 1, std::ptr::null_mut()) };
            1
        }
        let i = self.abs(i);
        self.push_closure(show, 0);
        self.push_value(i);
        self.pcall(1, 1)
    }
}

/// A float as Lua's `tostring` writes it.
pub(crate) fn float(v: f64) -> String {
    if v.is_nan() {
        return if v.is_sign_negative() { "-nan".into() } else { "nan".into() };
    }
    if v.is_infinite() {
        return if v > 0.0 { "inf".into() } else { "-inf".into() };
    }
    let mut buffer = [0u8; 64];
    // SAFETY: `snprintf` writes at most 64 bytes and the format matches its one double.
    let n = unsafe { libc::snprintf(buffer.as_mut_ptr().cast(), buffer.len(), c"%.14g".as_ptr(), v) };
    let mut text = String::from_utf8_lossy(&buffer[..(n.max(0) as usize).min(63)]).into_owned();
    if text.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
        text.push_str(".0");
    }
    text
}

/// Bytes as a quoted, escaped string.
fn quote(bytes: &[u8], out: &mut String) {
    out.push('\'');
    for c in String::from_utf8_lossy(bytes).chars() {
        match c {
            '\'' => out.push_str("\\'"),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0' => out.push_str("\\0"),
            c if c.is_control() => {
                let _ = write!(out, "\\x{:02x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('\'');
}

/// Appends the value of type `ty` at `addr`, part of the object at `owner`. `outer`: with the type's name around it.
fn show(state: State, ty: TypeRef, addr: *mut u8, owner: c_int, outer: bool, out: &mut String) {
    if out.len() > MOST_TEXT {
        if !out.ends_with("...") {
            out.push_str("...");
        }
        return;
    }
    if ty.is_foreign_pointer() {
        // SAFETY: the object has the type's bytes.
        let p = unsafe { moonglue_ffi::scalar::load_uint(addr, ty.size()) };
        let _ = write!(out, "{}({p:#x})", ty.name);
        return;
    }
    match &ty.kind {
        Kind::Simple(s) => {
            if outer {
                let _ = write!(out, "{}(", ty.name);
            }
            show_simple(state, ty, s.conv, s.swapped, addr, owner, out);
            if outer {
                out.push(')');
            }
        }
        Kind::Pointer(_) | Kind::Function(_) => {
            // SAFETY: the object has the type's bytes: a pointer-sized slot.
            let p = unsafe { addr.cast::<*const u8>().read_unaligned() };
            match (p.is_null(), outer) {
                (true, false) => out.push_str("NULL"),
                (true, true) => {
                    let _ = write!(out, "{}(NULL)", ty.name);
                }
                (false, _) => {
                    let _ = write!(out, "{}({p:p})", ty.name);
                }
            }
        }
        Kind::Array(elem, n) => show_array(state, ty, elem, *n, addr, owner, outer, out),
        Kind::Record(info) => {
            let _ = write!(out, "{}{{", ty.name);
            let fields = info.fields();
            for (k, &at) in fields.positional.iter().enumerate() {
                let field = &fields.all[at];
                let _ = write!(out, "{}{}=", if k > 0 { ", " } else { "" }, field.name);
                let place = addr.wrapping_add(field.offset);
                match field.bits {
                    Some(bits) => {
                        // SAFETY: the layout puts the unit inside the record.
                        let v = unsafe { bits.load(place) } as i64;
                        if field.ty.conv() == Some(Conv::Bool) {
                            let _ = write!(out, "{}", v != 0);
                        } else {
                            let _ = write!(out, "{v}");
                        }
                    }
                    None => show(state, field.ty, place, owner, false, out),
                }
            }
            out.push('}');
        }
        Kind::Void => out.push_str("void"),
    }
}

fn show_simple(state: State, ty: TypeRef, conv: Conv, swapped: bool, addr: *mut u8, owner: c_int, out: &mut String) {
    // SAFETY (of each load): the object has the type's bytes at `addr`.
    match conv {
        Conv::Bool | Conv::VariantBool => {
            // SAFETY: see above.
            let _ = write!(out, "{}", unsafe { load_integer(conv, addr, swapped) } != 0);
        }
        Conv::U64 => {
            // SAFETY: see above.
            let _ = write!(out, "{}", unsafe { load_integer(conv, addr, swapped) } as u64);
        }
        Conv::F32 | Conv::F64 | Conv::F80 => {
            // SAFETY: see above.
            out.push_str(&float(unsafe { load_float(conv, addr, swapped) }));
        }
        Conv::ComplexF32 | Conv::ComplexF64 | Conv::ComplexF80 => {
            if let Some((part, step)) = complex_parts(conv, ty.size()) {
                // SAFETY: see above: two parts.
                let (re, im) = unsafe { (load_float(part, addr, swapped), load_float(part, addr.add(step), swapped)) };
                out.push_str(&super::complex::text(re, im));
            }
        }
        // SAFETY: see above.
        Conv::Char => quote(&[unsafe { addr.read() }], out),
        Conv::WChar => {
            // SAFETY: see above.
            let unit = unsafe { wide_unit(addr, ty.size()) };
            quote(decode_units(std::iter::once(unit), ty.size()).as_bytes(), out);
        }
        Conv::VoidP | Conv::CharP | Conv::ConstCharP | Conv::WCharP => {
            // SAFETY: see above: a pointer-sized slot.
            let p = unsafe { addr.cast::<*const u8>().read_unaligned() };
            if p.is_null() {
                return out.push_str("NULL");
            }
            // Only text that we keep is followed: its end is known.
            state.push_kept(owner, addr);
            let kept = !state.is_nil(-1) && conv != Conv::VoidP;
            state.pop(1);
            if kept && state.push_text(ty, conv, p, kept_bytes_from(state, owner, addr, p)).is_ok() {
                quote(state.bytes(-1).unwrap_or_default(), out);
                state.pop(1);
            } else {
                let _ = write!(out, "{p:p}");
            }
        }
        _ => {
            // SAFETY: see above.
            let _ = write!(out, "{}", unsafe { load_integer(conv, addr, swapped) });
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "one recursive printer's whole state")]
fn show_array(
    state: State,
    ty: TypeRef,
    elem: TypeRef,
    n: usize,
    addr: *mut u8,
    owner: c_int,
    outer: bool,
    out: &mut String,
) {
    if elem.is_char() || elem.is_wchar() {
        if outer {
            let _ = write!(out, "{}(", ty.name);
        }
        let width = elem.size();
        // SAFETY: `n` items of `width` bytes lie in the array.
        let units = (0..n.min(MOST_TEXT)).map(|k| unsafe {
            let p = addr.add(k * width);
            if width == 1 { p.read().into() } else { wide_unit(p, width) }
        });
        let units = units.take_while(|u| *u != 0);
        if width == 1 {
            quote(&units.map(|u| u as u8).collect::<Vec<_>>(), out);
        } else {
            quote(decode_units(units, width).as_bytes(), out);
        }
        if outer {
            out.push(')');
        }
        return;
    }
    if outer {
        out.push_str(&ty.name);
    }
    out.push('{');
    let head = if n > MOST_ITEMS { MOST_ITEMS - 4 } else { n };
    let item = |k: usize| addr.wrapping_add(k * elem.size());
    for k in 0..head {
        out.push_str(if k > 0 { ", " } else { "" });
        show(state, elem, item(k), owner, false, out);
    }
    if head < n {
        let _ = write!(out, ", ... {} more ...", n - head - 3);
        for k in n - 3..n {
            out.push_str(", ");
            show(state, elem, item(k), owner, false, out);
        }
    }
    out.push('}');
}
