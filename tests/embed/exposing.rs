//! Functions and values of the host as C objects.

use std::ffi::{CStr, c_char, c_void};

use moonglue::{CData, Policy, Runtime, describe_struct, mlua};

#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Point {
    x: f64,
    y: f64,
}
describe_struct!(Point { x, y });

#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Shape {
    id: u8,
    corners: [Point; 3],
    visible: bool,
    next: *const c_void,
}
describe_struct!(Shape { id, corners, visible, next });

extern "C" fn scale(point: Point, by: f64) -> Point {
    Point { x: point.x * by, y: point.y * by }
}

extern "C" fn count(text: *const c_char) -> usize {
    // SAFETY: scripts pass strings, which `ctypes` ends with a NUL.
    if text.is_null() { 0 } else { unsafe { CStr::from_ptr(text) }.count_bytes() }
}

extern "C" fn nothing() {}

/// A runtime whose scripts get nothing but what is exposed.
fn runtime() -> Runtime {
    // SAFETY: scripts can only call the functions of this file, with the types they have.
    unsafe { Runtime::builder().allow_ffi(Policy::none()) }.build().expect("builds")
}

#[test]
fn functions_have_their_signature() {
    let runtime = runtime();
    runtime.expose_fn("scale", scale as extern "C" fn(Point, f64) -> Point).expect("exposes");
    runtime.expose_fn("count", count as extern "C" fn(*const c_char) -> usize).expect("exposes");
    runtime.expose_fn("nothing", nothing as extern "C" fn()).expect("exposes");
    runtime.expose_type::<Point>("Point").expect("exposes");
    let code = "local p = scale(Point(1, 2), 3) assert(nothing() == nil) return p.x + p.y, count('four'), count(nil)";
    assert_eq!(runtime.eval::<(f64, usize, usize)>(code).expect("runs"), (9.0, 4, 0));
    let error = runtime.exec("scale(1, 2)").expect_err("no point");
    assert_eq!(error.kind(), Some("ArgumentError"), "{error}");
}

#[test]
fn signatures_cannot_be_changed_without_raw_pointers() {
    let runtime = runtime();
    runtime.expose_fn("count", count as extern "C" fn(*const c_char) -> usize).expect("exposes");
    for attempt in [
        "count.argtypes = {ct.c_size_t}",
        "count.argtypes = nil",
        "count.restype = ct.c_char_p",
        "ct.cast(count, Other)",
        "Other(count)(5)",
        "Other(count.address)",
        "local u = ct.Union('U', {{'a', ct.CFUNCTYPE(ct.c_size_t, ct.c_char_p)}, {'b', Other}})() u.a = count u.b(5)",
    ] {
        let code = format!("local ct = require 'ctypes' local Other = ct.CFUNCTYPE(ct.c_int, ct.c_size_t) {attempt}");
        runtime.exec(&code).expect_err(attempt);
    }
    // SAFETY: the scripts below call it with strings.
    let open = unsafe { Runtime::builder().allow_ffi(Policy::unrestricted()) }.build().expect("builds");
    open.expose_fn("count", count as extern "C" fn(*const c_char) -> usize).expect("exposes");
    let code = "count.restype = require 'ctypes'.c_uint8 return count('abc') == 3";
    assert!(open.eval::<bool>(code).expect("an object like any other"));
}

#[test]
fn errors_of_sealed_functions_name_the_caller() {
    let runtime = runtime();
    runtime.expose_fn("scale", scale as extern "C" fn(Point, f64) -> Point).expect("exposes");
    let function = runtime.load("local x = 1\nscale(1, 2)", "@script.lua").expect("compiles");
    let error = runtime.call::<()>(&function, ()).expect_err("no point");
    assert_eq!(error.position(), Some(("script.lua", 2)), "{error:?}");
}

#[test]
fn values_are_shared() {
    let runtime = runtime();
    let point = runtime.expose("origin", Point { x: 1.0, y: 2.0 }).expect("exposes");
    runtime.exec("assert(origin.x == 1 and origin.y == 2) origin.x = 10").expect("runs");
    assert_eq!(point.get(), Point { x: 10.0, y: 2.0 });
    point.set(Point { x: 0.5, y: 0.25 });
    assert_eq!(runtime.eval::<f64>("return origin.x + origin.y").expect("runs"), 0.75);
    assert_eq!(runtime.eval::<String>("return tostring(origin)").expect("runs"), "Point{x=0.5, y=0.25}");
}

#[test]
fn one_type_object_per_type() {
    let runtime = runtime();
    runtime.expose("one", Point { x: 1.0, y: 2.0 }).expect("exposes");
    runtime.expose_fn("scale", scale as extern "C" fn(Point, f64) -> Point).expect("exposes");
    assert_eq!(runtime.eval::<f64>("return scale(one, 2).y").expect("the same type"), 4.0);
}

#[test]
fn nested_values() {
    let runtime = runtime();
    let corner = Point { x: 0.0, y: 0.0 };
    let first = Shape { id: 1, corners: [corner; 3], visible: false, next: std::ptr::null() };
    let shape = runtime.expose("shape", first).expect("exposes");
    runtime.exec("shape.corners[2].y = 7 shape.visible = true shape.id = 200 assert(shape.next == nil)").expect("runs");
    let now = shape.get();
    assert_eq!((now.id, now.corners[2].y, now.visible), (200, 7.0, true));
}

#[test]
fn values_in_place() {
    let runtime = runtime();
    let mut numbers = [1i32, 2, 3];
    // SAFETY: the array outlives the runtime, which is dropped first, and is not touched while Lua runs.
    unsafe { runtime.expose_at("numbers", &raw mut numbers) }.expect("exposes");
    runtime.exec("for i = 0, #numbers - 1 do numbers[i] = numbers[i] * 10 end").expect("runs");
    let outside = runtime.exec("numbers[3] = 1").expect_err("outside");
    assert_eq!(outside.kind(), Some("IndexError"));
    drop(runtime);
    assert_eq!(numbers, [10, 20, 30]);
}

#[test]
fn the_memory_outlives_finalizers() {
    let runtime = runtime();
    runtime.exec("early = setmetatable({}, {__gc = function() seen.x = seen.x + 1 end})").expect("runs");
    runtime.expose("seen", Point { x: 0.0, y: 0.0 }).expect("exposes");
    drop(runtime);
}

#[test]
fn nothing_is_exposed_without_a_grant() {
    let runtime = Runtime::new().expect("a safe runtime");
    let error = runtime.expose_fn("nothing", nothing as extern "C" fn()).expect_err("not granted");
    assert!(error.to_string().contains("Builder::allow_ffi"), "{error}");
    assert!(runtime.globals().get::<mlua::Value>("nothing").expect("readable").is_nil());
}

#[test]
fn what_is_exposed_opens_no_other_door() {
    let runtime = runtime();
    runtime.expose("origin", Point { x: 1.0, y: 2.0 }).expect("exposes");
    let error = runtime.exec("local ct = require 'ctypes' ct.c_int:from_address(ct.addressof(origin))");
    assert_eq!(error.expect_err("denied").kind(), Some("PermissionError"));
}

#[test]
fn rust_types_are_c_types() {
    assert_eq!(<*const c_void>::c_type(), <*mut c_void>::c_type());
    assert_eq!(format!("{:?}", <*const c_char>::c_type()), r#"Simple("c_char_p")"#);
    assert_eq!(format!("{:?}", <[u16; 4]>::c_type()), r#"Array(Simple("c_uint16"), 4)"#);
}
