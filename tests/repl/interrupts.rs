//! Ctrl-C at the prompt and while Lua runs.

use crate::terminal::Terminal;

#[test]
fn at_the_prompt_it_drops_the_line() {
    let mut terminal = Terminal::start();
    terminal.keys("this is = no Lua (");
    terminal.keys("\x03");
    terminal.ready();
    assert_eq!(terminal.enter("'next'"), "next\r\n");
    terminal.leave();
}

#[test]
fn twice_on_an_empty_line_it_tells_how_to_leave() {
    let mut terminal = Terminal::start();
    terminal.keys("\x03");
    terminal.ready();
    terminal.keys("\x03");
    terminal.see("Ctrl-D");
}

/// Runs `code`, which prints `running` and never ends, interrupts it, and looks whether the session is well.
fn interrupted(code: &str) {
    let mut terminal = Terminal::start();
    terminal.keys(code);
    terminal.keys("\r");
    terminal.see("\x1b[?2004l");
    terminal.see("running");
    terminal.keys("\x03");
    terminal.see("interrupted");
    terminal.ready();
    assert_eq!(terminal.enter("1 + 1"), "2\r\n");
    assert_eq!(terminal.enter("coroutine.wrap(function() return 3 end)()"), "3\r\n");
    terminal.leave();
}

#[test]
fn an_endless_loop() {
    interrupted("print 'running' while true do end");
}

#[test]
fn an_endless_loop_in_a_coroutine() {
    interrupted("coroutine.wrap(function() print 'running' while true do end end)()");
}

#[test]
fn a_loop_of_protected_calls() {
    interrupted("print 'running' while true do pcall(function() while true do end end) end");
}

#[test]
fn protected_calls_in_nested_coroutines() {
    interrupted(
        "local function spin() while true do pcall(coroutine.wrap(function() while true do end end)) end end \
         print 'running' coroutine.resume(coroutine.create(spin))  while true do end",
    );
}

#[test]
fn a_value_whose_tostring_never_ends() {
    interrupted("setmetatable({}, { __tostring = function() print 'running' while true do end end })");
}

#[test]
fn a_measurement() {
    let mut terminal = Terminal::start();
    terminal.enter("function spin() if not told then told = true print 'running' end while true do end end");
    terminal.keys("%timeit spin()\r");
    terminal.see("running\r\n");
    terminal.keys("\x03");
    terminal.see("interrupted");
    terminal.ready();
    assert_eq!(terminal.enter("1 + 1"), "2\r\n");
}

#[test]
fn a_native_call_that_waits() {
    let mut terminal = Terminal::start();
    terminal.enter("libc = ctypes.CDLL(ctypes.find_library('c'))");
    terminal.keys("print('run' .. 'ning') while true do libc.sleep(1000) end\r");
    terminal.see("running\r\n");
    terminal.keys("\x03");
    terminal.see("interrupted");
    terminal.ready();
    assert_eq!(terminal.enter("1 + 1"), "2\r\n");
    terminal.leave();
}
