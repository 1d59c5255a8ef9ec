//! A scalar call allocates nothing on the heap, counted at the allocator that Lua and the engine both use.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use moonglue::{Policy, Runtime};

/// The system's allocator, counting.
struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: every request is passed on to the system's allocator unchanged; counting touches no memory of its own.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        // SAFETY: the caller's contract is the system allocator's own.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, p: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(p, layout) }
    }

    unsafe fn realloc(&self, p: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        // SAFETY: as above.
        unsafe { System.realloc(p, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations while `body` runs `n` times, after it ran a few times already.
fn allocations(runtime: &Runtime, setup: &str, body: &str, n: u32) -> u64 {
    let source = format!(
        "local ct = require 'ctypes'\n{setup}\nlocal function run(n) for i = 1, n do {body} end end\nrun(10)\ncollectgarbage() collectgarbage('stop')\nreturn run"
    );
    let run: moonglue::mlua::Function = runtime.eval(&source).expect("the script is right");
    run.call::<()>(10).expect("the script runs");
    let before = ALLOCATIONS.load(Relaxed);
    run.call::<()>(n).expect("the script runs");
    ALLOCATIONS.load(Relaxed) - before
}

/// What one call from Rust into Lua costs by itself, whatever the loop does.
const SLACK: u64 = 50;

#[test]
fn scalar_calls_and_accesses_allocate_nothing() {
    // SAFETY: the scripts below are this test's own.
    let runtime = unsafe { Runtime::builder().allow_ffi(Policy::unrestricted()) }.build().expect("a runtime");
    let libc = "local libc, libm = ct.CDLL('libc.so.6'), ct.CDLL('libm.so.6')";
    let cases = [
        ("local f = libc.abs f.restype = ct.c_int f.argtypes = { ct.c_int }", "f(i)"),
        ("local f = libm.pow f.restype = ct.c_double f.argtypes = { ct.c_double, ct.c_double }", "f(i, 2.0)"),
        ("local f = libm.ldexp f.restype = ct.c_double f.argtypes = { ct.c_double, ct.c_int }", "f(1.5, i)"),
        ("local f = libc.strlen f.restype = ct.c_size_t f.argtypes = { ct.c_char_p }", "f('a short string')"),
        ("local a = (ct.c_double * 4)()", "a[1] = i; local _ = a[1]"),
        ("local P = ct.Structure('P', { { 'x', ct.c_int } }) local p = P()", "p.x = i; local _ = p.x"),
        ("local f = libm.cos f.restype = ct.c_longdouble f.argtypes = { ct.c_longdouble }", "f(0.5)"),
    ];
    for (setup, body) in cases {
        let counted = allocations(&runtime, &format!("{libc}\n{setup}"), body, 10_000);
        assert!(counted < SLACK, "`{body}` made {counted} allocations in 10000 rounds");
    }
    // The count can fail: a call that makes an object is seen.
    let seen = allocations(&runtime, libc, "local _ = ct.c_int(i)", 10_000);
    assert!(seen >= 10_000, "objects were made, yet only {seen} allocations were counted");
}
