//! Typing: several lines, history, completion, paste, prompts.

use crate::terminal::{Terminal, home};

#[test]
fn banner_values_and_leaving() {
    let mut terminal = Terminal::launch(home(), |_| {});
    terminal.see("Moonglue ");
    terminal.see("Lua 5.4");
    terminal.ready();
    assert_eq!(terminal.enter("1 + 1"), "2\r\n");
    assert_eq!(terminal.enter("_ * 21"), "42\r\n");
    assert_eq!(terminal.enter("x = { 'a', n = nil }"), "");
    assert_eq!(terminal.enter("x"), "{ \"a\" }\r\n");
    terminal.leave();
}

#[test]
fn an_error_is_reported_and_the_session_goes_on() {
    let mut terminal = Terminal::start();
    assert!(terminal.enter("error('boom')").contains("boom"));
    assert!(terminal.enter("nil + 1").contains("arithmetic on a nil value"));
    assert!(terminal.enter("x = = 1").contains("near '='"));
    assert_eq!(terminal.enter("'still here'"), "still here\r\n");
}

#[test]
fn unfinished_input_goes_on_and_is_indented() {
    let mut terminal = Terminal::start();
    terminal.keys("for i = 1, 2 do\r");
    terminal.keys("print(i * 10)\r");
    assert_eq!(terminal.enter("end"), "10\r\n20\r\n");
    // The whole block is one entry, its lines indented and its `end` moved back.
    terminal.keys("\x1b[A");
    terminal.see("for i = 1, 2 do\r\n  print(i * 10)\r\nend");
    assert_eq!(terminal.enter(""), "10\r\n20\r\n");
}

#[test]
fn nested_blocks_close_where_they_began() {
    let mut terminal = Terminal::start();
    for line in ["function pick(list)", "if list then", "return {", "list[1],", "}", "else", "return 0", "end"] {
        terminal.keys(line);
        terminal.keys("\r");
    }
    assert_eq!(terminal.enter("end"), "");
    assert_eq!(terminal.enter("pick({ 7 })[1], pick()"), "7\t0\r\n");
    terminal.keys("\x1b[A\x1b[A");
    let expected = [
        "function pick(list)",
        "  if list then",
        "    return {",
        "      list[1],",
        "    }",
        "  else",
        "    return 0",
        "  end",
        "end",
    ];
    terminal.see(&expected.join("\r\n"));
}

#[test]
fn an_unclosed_string_is_not_run() {
    let mut terminal = Terminal::start();
    terminal.keys("print('abc\r");
    terminal.see("unfinished string");
    assert_eq!(terminal.enter("')"), "abc\r\n");
}

#[test]
fn history_is_recalled_in_this_session_and_the_next() {
    let mut terminal = Terminal::start();
    assert_eq!(terminal.enter("first = 'one'"), "");
    assert_eq!(terminal.enter("first .. '!'"), "one!\r\n");
    assert_eq!(terminal.enter("first .. '!'"), "one!\r\n");
    let home = terminal.leave();
    let file = home.path().join(".local/state/moonglue/history");
    let kept = std::fs::read_to_string(file).expect("the history file");
    assert_eq!(kept, "#V2\nfirst = 'one'\nfirst .. '!'\n");

    let mut terminal = Terminal::launch(home, |_| {});
    terminal.ready();
    terminal.keys("\x1b[A\x1b[A");
    terminal.see("first = 'one'");
    assert_eq!(terminal.enter(""), "");
    assert_eq!(terminal.enter("first"), "one\r\n");
}

#[test]
fn history_is_moved_or_switched_off_by_its_variable() {
    let mut terminal = Terminal::launch(home(), |command| {
        command.env("MOONGLUE_HISTORY", "kept/here");
    });
    terminal.ready();
    terminal.enter("moved = 1");
    let home = terminal.leave();
    let kept = std::fs::read_to_string(home.path().join("kept/here")).expect("the history file");
    assert!(kept.contains("moved = 1"), "{kept}");

    let mut terminal = Terminal::launch(home, |command| {
        command.env("MOONGLUE_HISTORY", "");
    });
    terminal.ready();
    terminal.enter("secret = 1");
    let home = terminal.leave();
    assert!(!home.path().join(".local").exists());
}

#[test]
fn tab_completes_globals_fields_methods_and_modules() {
    let mut terminal = Terminal::start();
    assert_eq!(terminal.enter("settings = { colour = 'red', speak = function() return 'hi' end }"), "");
    assert_eq!(terminal.enter("sett\t.col\t"), "red\r\n");
    assert_eq!(terminal.enter("settings:sp\t()"), "hi\r\n");
    assert_eq!(terminal.enter("math.tointe\t(3.0)"), "3\r\n");
    assert_eq!(terminal.enter("require 'corou\t'.isyieldable()"), "false\r\n");
    assert_eq!(terminal.enter("tru\t"), "true\r\n");
    // Several candidates are listed.
    terminal.keys("string.f\t");
    terminal.see("find(s, pattern [, init [, plain]])");
    terminal.see("format(format, ...)");
    terminal.keys("\x03");
}

#[test]
fn tab_runs_nothing() {
    let mut terminal = Terminal::start();
    terminal.enter("t = setmetatable({}, { __index = function() print('ran ' .. 'code') end })");
    terminal.keys("t.x.\t\t");
    terminal.keys("\x03");
    terminal.ready();
    assert_eq!(terminal.enter("'clean'"), "clean\r\n");
}

#[test]
fn a_call_shows_its_signature() {
    let mut terminal = Terminal::start();
    terminal.enter("function area(width, height) return width * height end");
    terminal.keys("area(");
    terminal.see("area(width, height)");
    assert_eq!(terminal.enter("2, 3)"), "6\r\n");
}

#[test]
fn a_paste_is_one_input() {
    let mut terminal = Terminal::start();
    terminal.keys("\x1b[200~local a = 1\nlocal b = 2\na + b\x1b[201~");
    let shown = terminal.enter("");
    assert!(shown.ends_with("3\r\n"), "{shown:?}");
}

#[test]
fn locals_are_warned_of_once() {
    let mut terminal = Terminal::start();
    assert!(terminal.enter("local x = 1").contains("locals do not survive"));
    assert_eq!(terminal.enter("local y = 1"), "");
    assert_eq!(terminal.enter("x"), "nil\r\n");
}

#[test]
fn prompts_of_the_user() {
    let mut terminal = Terminal::start();
    terminal.enter("_PROMPT = setmetatable({}, { __tostring = function() return 'lua$ ' end })");
    terminal.see("lua$ ");
    assert_eq!(terminal.enter("1"), "1\r\n");
}

#[test]
fn colours_unless_forbidden() {
    let mut terminal = Terminal::launch(home(), |command| {
        command.env_remove("NO_COLOR");
    });
    terminal.ready();
    assert_eq!(terminal.enter("1 + 1"), "\x1b[36m2\x1b[0m\r\n");
    terminal.keys("return 'x'");
    terminal.see("\x1b[35mreturn\x1b[0m \x1b[32m'x'\x1b[0m");

    let mut terminal = Terminal::start();
    terminal.keys("return 'x'\r");
    let seen = terminal.see("\x1b[?2004l");
    // Moving the cursor needs escapes; styles end in `m`.
    let styled = seen
        .split("\x1b[")
        .skip(1)
        .any(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').starts_with('m'));
    assert!(!styled, "{seen:?}");
}

#[test]
fn the_startup_file_runs_first_and_its_errors_are_no_end() {
    let folder = home();
    std::fs::create_dir_all(folder.path().join(".config/moonglue")).expect("a folder");
    std::fs::write(folder.path().join(".config/moonglue/init.lua"), "greeting = 'hello' error('later')")
        .expect("a file");
    let mut terminal = Terminal::launch(folder, |_| {});
    terminal.see("later");
    terminal.ready();
    assert_eq!(terminal.enter("greeting"), "hello\r\n");
    assert_eq!(terminal.enter("%who"), "no globals of yours\r\n");
}

#[test]
fn a_dumb_terminal_gets_plain_lines() {
    let mut terminal = Terminal::launch(home(), |command| {
        command.env("TERM", "dumb");
    });
    terminal.see("> ");
    terminal.keys("for i = 1, 1 do\r");
    terminal.see(">> ");
    terminal.keys("print('got ' .. i) end\r");
    let seen = terminal.see("got 1\r\n> ");
    assert!(!seen.contains('\x1b'), "{seen:?}");
    terminal.leave();
}

#[test]
fn c_objects_are_shown_completed_and_hinted() {
    let mut terminal = Terminal::start();
    terminal.enter("libc = ctypes.CDLL(ctypes.find_library('c'))");
    terminal.enter("libc.labs.argtypes = { ctypes.c_long } libc.labs.restype = ctypes.c_long");
    terminal.keys("libc.lab\t(");
    terminal.see("c_long labs(c_long)");
    assert_eq!(terminal.enter("-3)"), "3\r\n");
    terminal.enter("Point = ctypes.Structure('Point', {{'x', ctypes.c_int}, {'height', ctypes.c_double}})");
    terminal.enter("p = Point(1, 2.5)");
    assert_eq!(terminal.enter("p"), "Point{x=1, height=2.5}\r\n");
    assert_eq!(terminal.enter("p.hei\t"), "2.5\r\n");
    terminal.keys("p.\t");
    terminal.see("height  c_double @8");
    terminal.keys("\x03");
}

#[test]
fn page_up_finds_inputs_that_begin_as_typed() {
    let mut terminal = Terminal::start();
    terminal.enter("wanted = 42");
    terminal.enter("_G.wanted = nil");
    terminal.keys("wan\x1b[5~");
    assert_eq!(terminal.enter(""), "");
    assert_eq!(terminal.enter("wanted"), "42\r\n");
}

#[test]
fn half_a_line_of_output_is_not_drawn_over() {
    let mut terminal = Terminal::start();
    terminal.keys("for i = 1, 1 do io.write('ha' .. 'lf') end\r");
    terminal.see("\x1b[?2004l\r\n");
    terminal.see("half");
    // The rest of the line is filled, so that the prompt begins on the next one.
    let blanks = terminal.see("\x1b[?2004h");
    assert!(blanks.ends_with(&format!("%{}\r", " ".repeat(99))), "{blanks:?}");
}
