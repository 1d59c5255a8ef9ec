//! Interrupts, deadlines, memory limits.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use moonglue::{Error, Limit, Policy, Runtime};

/// Runs `code`, which calls `ready` when it is where it shall be interrupted.
fn interrupt(code: &str) -> Error {
    let runtime = Runtime::new().expect("a safe runtime");
    let interrupt = runtime.interrupt();
    let (ready, is_ready) = mpsc::channel();
    runtime
        .register("ready", move |_, ()| {
            // Told again by code that loops, when nobody listens any more.
            let _ = ready.send(());
            Ok(())
        })
        .expect("registers");
    let other = thread::spawn(move || {
        is_ready.recv().expect("the script gets there");
        assert!(interrupt.interrupt(), "a call is in progress");
    });
    let error = runtime.exec(code).expect_err("runs for ever");
    other.join().expect("the other thread");
    assert_eq!(runtime.eval::<i64>("return 1").expect("usable afterwards"), 1);
    let code = "return coroutine.wrap(function() local n = 0 for i = 1, 1000 do n = n + 1 end return n end)()";
    assert_eq!(runtime.eval::<i64>(code).expect("coroutines too"), 1000);
    error
}

#[test]
fn loops_protected_calls_and_coroutines_are_interrupted() {
    for code in [
        "ready() while true do end",
        "while true do pcall(function() ready() while true do end end) end",
        "coroutine.wrap(function() ready() while true do end end)()",
        "local co = coroutine.create(function() ready() while true do end end) while true do coroutine.resume(co) end",
        "local co = coroutine.wrap(function() while true do coroutine.yield() end end) ready() while true do co() end",
        "local function nest(n) if n == 0 then ready() while true do end end
         return pcall(coroutine.wrap(function() return nest(n - 1) end)) end while true do nest(8) end",
        "local t <close> = setmetatable({}, {__close = function() while true do end end}) ready() while true do end",
        "local co = coroutine.create(function() local t <close> = setmetatable({}, {__close = function()
         ready() while true do end end}) coroutine.yield() end) coroutine.resume(co) coroutine.close(co)",
        "setmetatable(_G, {__index = function(t, k) return k end}) ready() while true do local x = undefined end",
        "while true do xpcall(function() ready() while true do end end, function() return {} end) end",
        "ready() table.sort(setmetatable({}, {__len = function() return 1 << 30 end,
         __index = function(_, i) return i end, __newindex = function() end}), function(a, b) return a > b end)",
    ] {
        let error = interrupt(code);
        assert!(matches!(error, Error::Interrupted { .. }), "{code}: {error:?}");
    }
}

#[test]
fn an_interrupt_has_a_traceback() {
    let error = interrupt("local function work()\n  ready()\n  while true do end\nend\nwork()");
    assert!(error.traceback().contains("eval:5: in main chunk"), "{}", error.traceback());
}

#[test]
fn an_interrupt_tells_where_it_first_was() {
    let error = interrupt("while true do\n  pcall(function()\n    ready()\n    while true do end\n  end)\nend");
    assert!(error.traceback().contains("in function 'pcall'"), "{}", error.traceback());
    let error = interrupt("local function work()\n  ready()\n  while true do end\nend\ncoroutine.wrap(work)()");
    let traceback = error.traceback();
    assert!(traceback.contains("in function <eval:1>") && traceback.contains("eval:5: in main chunk"), "{traceback}");
}

#[test]
fn an_interrupt_reaches_a_call_inside_a_call() {
    let runtime = Runtime::new().expect("a safe runtime");
    let (inner, interrupt) = (runtime.clone(), runtime.interrupt());
    runtime.register("run", move |_, code: String| Ok(inner.exec(code)?)).expect("registers");
    runtime.register("stop", move |_, ()| Ok(interrupt.interrupt())).expect("registers");
    let error = runtime.exec("while true do pcall(run, 'stop() while true do end') end").expect_err("stops");
    assert!(matches!(error, Error::Interrupted { .. }), "{error:?}");
}

#[test]
fn only_its_own_runtime_is_interrupted() {
    let (outer, inner) = (Runtime::new().expect("one"), Runtime::new().expect("another"));
    let interrupt = outer.interrupt();
    inner.register("stop_outer", move |_, ()| Ok(interrupt.interrupt())).expect("registers");
    let seen = inner.clone();
    outer
        .register("run_inner", move |_, ()| {
            Ok(seen.eval::<i64>("stop_outer() local n = 0 for i = 1, 10000 do n = n + 1 end return n")?)
        })
        .expect("registers");
    let error = outer.exec("reached = run_inner() while true do end").expect_err("stops");
    assert!(matches!(error, Error::Interrupted { .. }), "{error:?}");
    assert!(inner.eval::<bool>("return true").expect("untouched"));
}

#[test]
fn interrupts_at_any_moment() {
    let runtime = Runtime::new().expect("a safe runtime");
    let interrupt = runtime.interrupt();
    let (over, is_over) = mpsc::channel::<()>();
    // Sends as fast as it can, so that requests meet beginnings and ends of calls too.
    let other = thread::spawn(move || {
        while is_over.try_recv() == Err(mpsc::TryRecvError::Empty) {
            interrupt.interrupt();
            thread::yield_now();
        }
    });
    let code = "local function nest(n)
            if n == 0 then while true do local t = {} t[1] = ('x'):rep(10) end end
            return coroutine.wrap(function() return pcall(nest, n - 1) end)()
        end
        while true do nest(6) collectgarbage 'step' end";
    for _ in 0..300 {
        let error = runtime.exec(code).expect_err("runs for ever");
        assert!(matches!(error, Error::Interrupted { .. }), "{error:?}");
    }
    over.send(()).expect("the other thread listens");
    other.join().expect("the other thread");
    assert_eq!(runtime.eval::<i64>("return 7").expect("usable afterwards"), 7);
}

#[test]
fn nothing_to_interrupt() {
    let runtime = Runtime::new().expect("a safe runtime");
    let interrupt = runtime.interrupt();
    assert!(!interrupt.interrupt() && !interrupt.is_pending());
    assert_eq!(runtime.eval::<i64>("return 1").expect("not affected"), 1);
}

#[test]
fn an_interrupt_may_outlive_its_runtime() {
    let interrupt = Runtime::new().expect("a safe runtime").interrupt();
    assert!(!thread::spawn(move || interrupt.interrupt()).join().expect("the other thread"));
}

#[test]
fn a_deadline_stops_what_takes_too_long() {
    let allowed = Duration::from_millis(50);
    let runtime = Runtime::builder().deadline(allowed).build().expect("builds");
    for code in ["while true do pcall(error) end", "coroutine.wrap(function() while true do end end)()"] {
        let error = runtime.exec(code).expect_err("stops");
        let Error::Limit { limit: Limit::Deadline { allowed: told }, traceback } = error else { panic!("{error:?}") };
        assert_eq!(told, allowed);
        assert!(traceback.contains("eval:1"), "{traceback}");
    }
    assert_eq!(runtime.eval::<i64>("return 7").expect("each call has its own time"), 7);
}

#[cfg(unix)]
#[test]
fn a_deadline_ends_a_waiting_native_call() {
    // SAFETY: the only script is the one below.
    let builder = unsafe { Runtime::builder().allow_ffi(Policy::unrestricted()) };
    let runtime = builder.deadline(Duration::from_millis(50)).build().expect("builds");
    let error = runtime.exec("local libc = require 'ctypes'.CDLL(nil) while true do libc.sleep(1000) end");
    assert!(matches!(error, Err(Error::Limit { .. })), "{error:?}");
}

#[test]
fn memory_is_limited() {
    let runtime = Runtime::builder().memory_limit(4 << 20).build().expect("builds");
    for code in ["return ('x'):rep(1 << 30)", "local t = {} for i = 1, 1e9 do t[i] = {i} end"] {
        let error = runtime.exec(code).expect_err("too much");
        assert!(matches!(error, Error::Limit { limit: Limit::Memory { bytes: 4194304 }, .. }), "{code}: {error:?}");
    }
    // SAFETY: the only script is the one below.
    let builder = unsafe { Runtime::builder().allow_ffi(Policy::none()) };
    let native = builder.memory_limit(4 << 20).build().expect("builds");
    let blocks =
        "local ct = require 'ctypes' keep = {} for i = 1, 1000 do keep[i] = ct.create_string_buffer(1 << 16) end";
    let error = native.exec(blocks).expect_err("what scripts allocate through us counts too");
    assert!(error.kind() == Some("MemoryError") || matches!(error, Error::Limit { .. }), "{error:?}");
    let caught = "local ok, e = pcall(string.rep, 'x', 1 << 30) return not ok and e == 'not enough memory'";
    assert!(runtime.eval::<bool>(caught).expect("scripts can catch it"));
    assert_eq!(runtime.eval::<i64>("return 7").expect("usable afterwards"), 7);
}
