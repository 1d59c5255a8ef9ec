//! Crashes of native code are described, and end the process as they always do.

use std::os::unix::process::ExitStatusExt as _;

use crate::transcript::{Outcome, Stage, assert_contains};

#[track_caller]
fn crash(script: &str, signal: i32) -> String {
    let stage = Stage::with_script(script);
    let outcome: Outcome = stage.run(&["script.lua"]);
    assert_eq!(outcome.status.signal(), Some(signal), "{outcome:?}");
    assert_eq!(outcome.stdout, "before\n", "what was printed before is not lost");
    outcome.stderr
}

const SIGSEGV: i32 = 11;
const SIGABRT: i32 = 6;
const SIGILL: i32 = 4;

#[test]
fn a_wild_pointer() {
    let report = crash(
        "io.stdout:setvbuf 'no'\nprint 'before'\nlocal libc = ctypes.CDLL(nil)\n\
         libc.strlen.argtypes = {ctypes.c_void_p}\nlibc.strlen.restype = ctypes.c_size_t\nlibc.strlen(0x30)\n",
        SIGSEGV,
    );
    assert_contains(
        &report,
        &[
            "moonglue: crashed: SIGSEGV (invalid memory reference) at address 0x30",
            "in the native function strlen",
            "declared as ",
            "strlen(c_void_p)",
            "called at script.lua:6",
            "argument 1: c_void_p = 0x30   <- the faulting address",
            "native backtrace:",
        ],
    );
}

#[test]
fn in_a_function_that_is_called_often() {
    // It has code of its own by then; with numbers only, its arguments are still on Lua's stack.
    let report = crash(
        "io.stdout:setvbuf 'no'\nprint 'before'\nlocal libc = ctypes.CDLL(nil)\n\
         libc.abs.argtypes = {ctypes.c_int}\nlibc.abs.restype = ctypes.c_int\n\
         libc.strnlen.argtypes = {ctypes.c_void_p, ctypes.c_size_t}\nlibc.strnlen.restype = ctypes.c_size_t\n\
         libc.raise.argtypes = {ctypes.c_int}\nlibc.raise.restype = ctypes.c_int\n\
         for i = 1, 1000 do libc.raise(i < 1000 and 0 or 11) end\n",
        SIGSEGV,
    );
    assert_contains(
        &report,
        &[
            "in the native function raise",
            "declared as c_int raise(c_int)",
            "called at script.lua:10",
            "argument 1: c_int = 11\n",
            "native backtrace:",
            "lua_pcallk",
            "main",
        ],
    );
}

#[test]
fn near_an_argument() {
    let report = crash(
        "io.stdout:setvbuf 'no'\nprint 'before'\nlocal libc = ctypes.CDLL(nil)\n\
         libc.mmap.restype = ctypes.c_void_p\n\
         libc.mmap.argtypes = {ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long}\n\
         local page = libc.mmap(nil, 4096, 0, 0x22, -1, 0)\n\
         libc.memcpy.argtypes = {ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t}\n\
         local function copy() libc.memcpy(page + 100, 'abc', 3) end\ncopy()\n",
        SIGSEGV,
    );
    assert_contains(&report, &["in the native function memcpy", "called at script.lua:8", "<- the faulting address"]);
    assert_contains(&report, &["argument 3: c_ulong = 3\n"]);
}

#[test]
fn a_call_of_null() {
    // The walk begins at the caller: there is nothing to see at NULL.
    let report = crash(
        "io.stdout:setvbuf 'no'\nprint 'before'\nlocal libc = ctypes.CDLL(nil)\n\
         libc.bsearch.argtypes = {ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_void_p}\n\
         libc.bsearch.restype = nil\nlibc.bsearch('k', 'items', 1, 1, nil)\n",
        SIGSEGV,
    );
    assert_contains(
        &report,
        &[
            "at address 0x0: NULL was called",
            "in the native function bsearch",
            "argument 5: c_void_p = NULL   <- the faulting address",
            "native backtrace:",
            "libc.so",
            "lua_pcallk",
        ],
    );
}

#[test]
fn an_abort() {
    let report = crash("io.stdout:setvbuf 'no'\nprint 'before'\nctypes.CDLL(nil).abort()\n", SIGABRT);
    assert_contains(
        &report,
        &["crashed: SIGABRT", "in the native function abort", "without arguments", "script.lua:3"],
    );
}

#[test]
fn inside_a_coroutine() {
    let report = crash(
        "io.stdout:setvbuf 'no'\nprint 'before'\ncoroutine.wrap(function()\n  ctypes.CDLL(nil).raise(4)\nend)()\n",
        SIGILL,
    );
    assert_contains(&report, &["crashed: SIGILL", "raise", "called at script.lua:4", "argument 1: c_int = 4"]);
}

#[test]
fn outside_a_native_call() {
    let report =
        crash("io.stdout:setvbuf 'no'\nprint 'before'\nos.execute('kill -SEGV $PPID')\nwhile true do end\n", SIGSEGV);
    assert_contains(&report, &["crashed: SIGSEGV"]);
    assert!(!report.contains("native function"), "{report}");
}
