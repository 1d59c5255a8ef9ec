//! Ctrl-C and closed pipes.

use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, Stdio};

use crate::transcript::{Stage, assert_contains};

const SIGINT: i32 = 2;
const SIGPIPE: i32 = 13;

/// Starts `script` and waits until it has printed `ready`.
fn start(stage: &Stage) -> (Child, BufReader<std::process::ChildStdout>) {
    let mut child = stage
        .command(["script.lua"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdout = BufReader::new(child.stdout.take().expect("stdout is a pipe"));
    let mut line = String::new();
    stdout.read_line(&mut line).expect("the script prints");
    assert_eq!(line, "ready\n");
    (child, stdout)
}

fn send(signal: &str, child: &Child) {
    let status = Command::new("kill").args([signal, &child.id().to_string()]).status().expect("kill runs");
    assert!(status.success());
}

/// Interrupts `script` once it has called `ready`, as near as possible to where it then stays.
#[track_caller]
fn interrupt(script: &str) -> String {
    let prelude = "io.stdout:setvbuf 'no' local function ready() ready = function() end print 'ready' end ";
    let stage = Stage::with_script(&format!("{prelude}{script}\n"));
    let (mut child, _stdout) = start(&stage);
    send("-INT", &child);
    let mut stderr = String::new();
    child.stderr.take().expect("stderr is a pipe").read_to_string(&mut stderr).expect("stderr is text");
    let status = child.wait().expect("the child ends");
    assert_eq!(status.code(), Some(130), "{status:?} {stderr}");
    stderr
}

#[test]
fn a_loop_is_interrupted() {
    let report = interrupt("\nlocal function work()\n  ready()\n  while true do end\nend\nwork()");
    assert_contains(
        &report,
        &["moonglue: interrupted!", "stack traceback:", "in local 'work'", "script.lua:6: in main chunk"],
    );
}

#[test]
fn pcall_does_not_swallow_it() {
    interrupt("while true do pcall(function() ready() while true do end end) end");
}

#[test]
fn coroutines_are_reached() {
    interrupt("coroutine.wrap(function() ready() while true do end end)()");
    interrupt(
        "local co = coroutine.create(function() ready() while true do end end)\nwhile true do coroutine.resume(co) end",
    );
    interrupt(
        "local function nest(n) if n == 0 then ready() while true do end end\n\
         return pcall(coroutine.wrap(function() return nest(n - 1) end)) end\nwhile true do nest(5) end",
    );
}

#[test]
fn callbacks_are_reached() {
    interrupt(
        "local libc, ct = ctypes.CDLL(nil), ctypes\n\
         local Compare = ct.CFUNCTYPE(ct.c_int, ct.c_void_p, ct.c_void_p)\n\
         libc.qsort.argtypes = {ct.c_void_p, ct.c_size_t, ct.c_size_t, Compare}\n\
         libc.qsort((ct.c_int * 9)(), 9, 4, function() ready() while true do end end)",
    );
}

#[test]
fn callbacks_on_other_threads_are_reached() {
    let report = interrupt(
        "local libc, ct = ctypes.CDLL(nil), ctypes\n\
         local Start = ct.CFUNCTYPE(ct.c_void_p, ct.c_void_p)\n\
         libc.pthread_create.argtypes = {ct.c_void_p, ct.c_void_p, Start, ct.c_void_p}\n\
         libc.pthread_join.argtypes = {ct.c_ulong, ct.c_void_p}\n\
         local thread = ct.c_ulong()\n\
         local start = Start(function() ready() while true do pcall(function() while true do end end) end end)\n\
         assert(libc.pthread_create(ct.byref(thread), nil, start, nil) == 0)\n\
         libc.pthread_join(thread.value, nil)\n\
         while true do end",
    );
    assert_contains(&report, &["interrupted!", "script.lua"]);
}

#[test]
fn a_waiting_native_call_is_ended() {
    interrupt("local libc = ctypes.CDLL(nil)\nready()\nlibc.sleep(1000)\nwhile true do end");
}

#[test]
fn a_second_one_kills() {
    // A pattern that backtracks for ages: no hook runs inside it.
    let stage = Stage::with_script(
        "io.stdout:setvbuf 'no'\nprint 'ready'\nlocal _ = ('a'):rep(60):find(('a-'):rep(60) .. 'b')\n",
    );
    for _ in 0..20 {
        let status = interrupt_until_it_ends(&stage);
        // The first one came before the search began, and Lua could still be stopped.
        if status.code() == Some(130) {
            continue;
        }
        assert_eq!(status.signal(), Some(SIGINT), "{status:?}");
        return;
    }
    panic!("never interrupted inside the search");
}

fn interrupt_until_it_ends(stage: &Stage) -> std::process::ExitStatus {
    let (mut child, _stdout) = start(stage);
    // Signals that arrive together count as one, hence as many as it takes.
    for _ in 0..1000 {
        send("-INT", &child);
        if let Some(status) = child.try_wait().expect("the child can be waited for") {
            return status;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    child.kill().expect("the child can be killed");
    panic!("no number of interrupts ends it");
}

#[test]
fn a_closed_pipe_ends_the_script_quietly() {
    let stage = Stage::with_script("io.stdout:setvbuf 'no'\nprint 'ready'\nwhile true do print 'more' end\n");
    let (mut child, stdout) = start(&stage);
    drop(stdout);
    let mut stderr = String::new();
    child.stderr.take().expect("stderr is a pipe").read_to_string(&mut stderr).expect("stderr is text");
    let status = child.wait().expect("the child ends");
    assert_eq!((status.signal(), stderr.as_str()), (Some(SIGPIPE), ""), "{status:?}");
}

#[test]
fn a_closed_stderr_is_no_panic() {
    let stage = Stage::with_script("io.stdout:setvbuf 'no'\nprint 'ready'\nio.read(0)\nerror 'x'\n");
    let (mut child, _stdout) = start(&stage);
    drop(child.stderr.take());
    let status = child.wait().expect("the child ends");
    assert!(status.code() == Some(1) || status.signal() == Some(SIGPIPE), "{status:?}");
}
