//! Stopping scripts that wait for another process.

use std::thread;
use std::time::{Duration, Instant};

use moonglue::{Builder, Error, Limit, Policy, Runtime};
use moonglue_tests::binary::bridge32;
use moonglue_tests::fixtures::fixtures32;

/// A runtime in which `lib` is a 32-bit library, in a process of its own.
fn with_bridge(builder: Builder) -> Runtime {
    bridge32();
    // SAFETY: the script calls functions of our own as they are declared.
    let runtime = unsafe { builder.allow_ffi(Policy::unrestricted()) }.build().expect("builds");
    let path = fixtures32().join("libcrash.so");
    runtime.globals().set("path", path.to_str().expect("a path in UTF-8")).expect("sets");
    runtime
        .exec("ct = require 'ctypes' lib = ct.CDLL(path, {isolate = true}) assert(lib.crash_add(1, 2) == 3)")
        .expect("32-bit libraries run here");
    runtime
}

/// The process is a new one, and works.
fn assert_usable(runtime: &Runtime) {
    assert_eq!(runtime.eval::<i64>("return lib.crash_add(20, 22)").expect("usable afterwards"), 42);
}

#[test]
fn a_deadline_ends_a_call_that_hangs_in_another_process() {
    let runtime = with_bridge(Runtime::builder().deadline(Duration::from_secs(2)));
    let begun = Instant::now();
    let error = runtime.exec("lib.crash_sleep(100)").expect_err("takes too long");
    assert!(matches!(error, Error::Limit { limit: Limit::Deadline { .. }, .. }), "{error:?}");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert_usable(&runtime);
}

#[test]
fn an_interrupt_ends_a_call_that_hangs_in_another_process() {
    let runtime = with_bridge(Runtime::builder());
    let interrupt = runtime.interrupt();
    let other = thread::spawn(move || {
        thread::sleep(Duration::from_millis(100));
        assert!(interrupt.interrupt(), "a call is in progress");
        while interrupt.is_pending() {
            thread::sleep(Duration::from_millis(20));
            interrupt.interrupt();
        }
    });
    let begun = Instant::now();
    let error = runtime.exec("while true do pcall(lib.crash_spin) end").expect_err("runs for ever");
    assert!(matches!(error, Error::Interrupted { .. }), "{error:?}");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    other.join().expect("the other thread");
    assert_usable(&runtime);
}

#[test]
fn an_interrupt_lets_short_calls_of_another_process_return() {
    let runtime = with_bridge(Runtime::builder());
    let pid = |runtime: &Runtime| runtime.eval::<i64>("return require 'bridge'.info(lib).pid").expect("it has one");
    let before = pid(&runtime);
    let interrupt = runtime.interrupt();
    let other = thread::spawn(move || {
        thread::sleep(Duration::from_millis(100));
        interrupt.interrupt();
    });
    let error = runtime.exec("while true do lib.crash_add(1, 2) end").expect_err("runs for ever");
    assert!(matches!(error, Error::Interrupted { .. }), "{error:?}");
    other.join().expect("the other thread");
    assert_usable(&runtime);
    assert_eq!(pid(&runtime), before);
}

#[test]
fn a_deadline_ends_a_module_that_hangs_in_another_process() {
    let runtime = with_bridge(Runtime::builder().deadline(Duration::from_secs(2)));
    let folder = tempfile::tempdir().expect("a folder");
    let module = folder.path().join("endless.lua");
    std::fs::write(&module, "return { spin = function() while true do end end, ping = function() return 42 end }")
        .expect("writes");
    runtime.globals().set("module", module.to_str().expect("a path in UTF-8")).expect("sets");
    runtime.exec("client = require 'bridge'.Client(module) assert(client:ping() == 42)").expect("the module runs");
    let begun = Instant::now();
    let error = runtime.exec("while true do pcall(client.spin, client) end").expect_err("takes too long");
    assert!(matches!(error, Error::Limit { limit: Limit::Deadline { .. }, .. }), "{error:?}");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert_eq!(runtime.eval::<i64>("return client:restart():ping()").expect("usable afterwards"), 42);
}
