//! `ct.complex(re, im)`: complex numbers as values, with arithmetic.

use std::ffi::c_int;

use super::context::Context;
use super::error::{Kind as ErrorKind, Res, entry, fail};
use super::module::context_of;
use super::show::float;
use super::state::{State, ffi};

/// First word of a complex value's userdata.
const MAGIC: u64 = 0x6d6f_6f6e_636f_6d70;

#[repr(C)]
struct Complex {
    magic: u64,
    re: f64,
    im: f64,
}

impl State {
    pub(crate) fn push_complex(self, context: &Context, re: f64, im: f64) {
        let p = self.new_userdata(size_of::<Complex>()).cast::<Complex>();
        // SAFETY: Lua just made it with exactly this size.
        unsafe { p.write(Complex { magic: MAGIC, re, im }) };
        self.push_ref(context.refs.complex_metatable.get());
        self.set_metatable(-2);
    }

    /// The complex value at `i`; a real number counts as one.
    pub(crate) fn complex_at(self, i: c_int) -> Option<(f64, f64)> {
        if self.tag(i) == ffi::LUA_TNUMBER {
            return Some((self.number(i), 0.0));
        }
        if self.tag(i) != ffi::LUA_TUSERDATA || self.raw_len(i) != size_of::<Complex>() {
            return None;
        }
        let p = self.userdata(i).cast::<Complex>();
        // SAFETY: a full userdata of the right size; the magic word says whether it is ours.
        unsafe { if (*p).magic == MAGIC { Some(((*p).re, (*p).im)) } else { None } }
    }
}

/// `(1+2i)`, parts as Lua writes floats.
pub(crate) fn text(re: f64, im: f64) -> String {
    let sign = if im.is_sign_negative() { "" } else { "+" };
    format!("({}{sign}{}i)", float(re), float(im))
}

fn operand(state: State, i: c_int) -> Res<(f64, f64)> {
    match state.complex_at(i) {
        Some(v) => Ok(v),
        None => fail(
            ErrorKind::TypeError,
            format_args!("complex: argument {i}: expected a number, got {}", state.describe(i)),
        ),
    }
}

/// Real and imaginary part.
type Parts = (f64, f64);

/// Pushes `f(a, b)` of the two operands.
fn binary(state: State, f: fn(Parts, Parts) -> Parts) -> Res {
    let (re, im) = f(operand(state, 1)?, operand(state, 2)?);
    state.push_complex(context_of(state)?, re, im);
    Ok(1)
}

fn multiply((a, b): (f64, f64), (c, d): (f64, f64)) -> (f64, f64) {
    (a * c - b * d, a * d + b * c)
}

/// Division that does not overflow half-way (Smith's method); by a real number, also 0 and infinity, that of each part.
fn divide((a, b): (f64, f64), (c, d): (f64, f64)) -> (f64, f64) {
    if d == 0.0 {
        return (a / c, b / c);
    }
    if c.abs() >= d.abs() {
        let r = d / c;
        let den = c + d * r;
        ((a + b * r) / den, (b - a * r) / den)
    } else {
        let r = c / d;
        let den = c * r + d;
        ((a * r + b) / den, (b * r - a) / den)
    }
}

fn power(base: (f64, f64), exponent: (f64, f64)) -> (f64, f64) {
    if exponent == (0.0, 0.0) {
        return (1.0, 0.0);
    }
    if base == (0.0, 0.0) {
        return (0.0, 0.0);
    }
    if exponent.1 == 0.0 && exponent.0.fract() == 0.0 && exponent.0.abs() <= 64.0 {
        let mut result = (1.0, 0.0);
        for _ in 0..exponent.0.abs() as u32 {
            result = multiply(result, base);
        }
        return if exponent.0 < 0.0 { divide((1.0, 0.0), result) } else { result };
    }
    let (log, angle) = (base.0.hypot(base.1).ln(), base.1.atan2(base.0));
    let (re, im) = multiply((log, angle), exponent);
    (re.exp() * im.cos(), re.exp() * im.sin())
}

entry! { fn add(state) { binary(state, |a, b| (a.0 + b.0, a.1 + b.1)) } }
entry! { fn subtract(state) { binary(state, |a, b| (a.0 - b.0, a.1 - b.1)) } }
entry! { fn times(state) { binary(state, multiply) } }
entry! { fn over(state) { binary(state, divide) } }
entry! { fn raised(state) { binary(state, power) } }

entry! {
    fn negate(state) {
        let (re, im) = operand(state, 1)?;
        state.push_complex(context_of(state)?, -re, -im);
        Ok(1)
    }
}

entry! {
    fn equal(state) {
        state.push_boolean(operand(state, 1)? == operand(state, 2)?);
        Ok(1)
    }
}

entry! {
    fn to_string(state) {
        let (re, im) = operand(state, 1)?;
        state.push_str(&text(re, im));
        Ok(1)
    }
}

entry! {
    fn conjugate(state) {
        let (re, im) = operand(state, 1)?;
        state.push_complex(context_of(state)?, re, -im);
        Ok(1)
    }
}

entry! {
    fn absolute(state) {
        let (re, im) = operand(state, 1)?;
        state.push_number(re.hypot(im));
        Ok(1)
    }
}

entry! {
    fn angle(state) {
        let (re, im) = operand(state, 1)?;
        state.push_number(im.atan2(re));
        Ok(1)
    }
}

entry! {
    fn index(state) {
        let (re, im) = operand(state, 1)?;
        match state.bytes(2) {
            Some(b"re") => state.push_number(re),
            Some(b"im") => state.push_number(im),
            Some(b"conj") => state.push_closure(conjugate, 0),
            Some(b"abs") => state.push_closure(absolute, 0),
            Some(b"arg") => state.push_closure(angle, 0),
            _ => return fail(ErrorKind::AttributeError, format_args!("complex: no attribute {}", state.key_text(2))),
        }
        Ok(1)
    }
}

entry! {
    fn new_index(state) {
        fail(ErrorKind::AttributeError, format_args!("complex: {} cannot be written", state.key_text(2)))
    }
}

entry! {
    /// `ct.complex(re [, im])`.
    pub(crate) fn complex(state) {
        let (re, im) = operand(state, 1)?;
        let more = if state.is_none_or_nil(2) { (0.0, 0.0) } else { operand(state, 2)? };
        state.push_complex(context_of(state)?, re - more.1, im + more.0);
        Ok(1)
    }
}

/// Leaves the metatable of complex values on the stack.
pub(crate) fn push_metatable(state: State) {
    state.new_table(0, 12);
    for (name, f) in [
        ("__add", add as ffi::lua_CFunction),
        ("__sub", subtract),
        ("__mul", times),
        ("__div", over),
        ("__pow", raised),
        ("__unm", negate),
        ("__eq", equal),
        ("__tostring", to_string),
        ("__index", index),
        ("__newindex", new_index),
    ] {
        state.push_closure(f, 0);
        state.set_raw_field(-2, name);
    }
    state.push_str("complex");
    state.set_raw_field(-2, "__name");
    state.push_boolean(false);
    state.set_raw_field(-2, "__metatable");
}
