//! Sessions whose input is a pipe: no prompts, no banner, one line of output after the other.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use moonglue_tests::binary::moonglue;

fn session(input: &str) -> Output {
    let home = tempfile::tempdir().expect("a temporary folder");
    session_in(home.path(), input, &["-i"])
}

fn session_in(home: &std::path::Path, input: &str, arguments: &[&str]) -> Output {
    let mut child = Command::new(moonglue())
        .args(arguments)
        .env_remove("MOONGLUE_INIT")
        .env_remove("MOONGLUE_HISTORY")
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("XDG_STATE_HOME")
        .env_remove("LUA_INIT")
        .env("HOME", home)
        .current_dir(home)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    if let Err(error) = child.stdin.take().expect("a pipe").write_all(input.as_bytes()) {
        // A session may end before it has read everything; what it printed tells whether it should have.
        assert_eq!(error.kind(), std::io::ErrorKind::BrokenPipe);
    }
    child.wait_with_output().expect("the session ends")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What a session prints for `input`, which must raise no error.
fn printed(input: &str) -> String {
    let output = session(input);
    assert_eq!(stderr(&output), "", "for {input:?}");
    assert!(output.status.success());
    stdout(&output)
}

#[test]
fn values_statements_and_blocks() {
    assert_eq!(
        printed("1 + 1\nx = 5\nx, 'text', nil\n=x\nfor i = 1, 2 do\nprint(i)\nend\n"),
        "2\n5\ttext\tnil\n5\n1\n2\n"
    );
}

#[test]
fn the_end_of_the_file_ends_it_even_in_the_middle_of_a_block() {
    let output = session("1\nfor i = 1, 2 do\n");
    assert_eq!(stdout(&output), "1\n");
    assert!(stderr(&output).contains("<eof>"), "{}", stderr(&output));
    assert!(output.status.success());
}

#[test]
fn tables_are_shown_with_limits() {
    assert_eq!(
        printed("t = { 3, a = { b = 'x\\n' } }\nt.t = t\nt\n"),
        "<1>{ 3, a = { b = \"x\\n\" }, t = <table 1> }\n"
    );
    let long = printed("t = {}\nfor i = 1, 500 do t[i] = i end\nt\n");
    assert_eq!(long, "{ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, … 487 more …, 498, 499, 500 }\n");
}

#[test]
fn what_lua_and_c_buffer_keeps_its_place() {
    assert_eq!(printed("x = io.write('one ')\n'two'\nx = io.write('three\\n')\n"), "one two\nthree\n");
}

#[test]
fn input_can_be_read_by_the_code_itself() {
    assert_eq!(printed("io.read()\nthis line is data\n1\n"), "this line is data\n1\n");
}

#[test]
fn errors_go_to_stderr_and_are_kept() {
    let output = session("error('boom')\n_err\nerror({ code = 7 })\n_err.code\nundefined.x = 1\n");
    let errors = stderr(&output);
    for text in ["stdin:1: boom", "table value", "undefined"] {
        assert!(errors.contains(text), "{errors}");
    }
    assert_eq!(stdout(&output), "stdin:1: boom\n7\n");
    assert!(output.status.success());
}

#[test]
fn the_last_values_have_names() {
    assert_eq!(printed("10, 20\n_ + _2\n_1\nx = 1\n_\n"), "10\t20\n30\n30\n30\n");
    let output = session("5\n_ = 'mine'\n6\n_\n");
    assert_eq!(stdout(&output), "5\n6\nmine\n");
    assert!(stderr(&output).contains("_ is yours"), "{}", stderr(&output));
}

#[test]
fn a_broken_library_of_lua_breaks_nothing() {
    assert_eq!(printed("print = nil\ntostring = nil\nxpcall = nil\nio = nil\n{ 1.5 }\n1.5\n"), "{ 1.5 }\n1.5\n");
    let output = session("setmetatable(_G, { __newindex = error, __index = error })\n1 + 1\n");
    assert!(stdout(&output).ends_with("2\n"), "{}", stdout(&output));
    let output = session("{ setmetatable({}, { __tostring = function() error('no') end }) }\n'alive'\n");
    assert!(stdout(&output).contains("__tostring failed"), "{}", stdout(&output));
    assert!(stdout(&output).ends_with("alive\n"));
}

#[test]
fn help_of_all_kinds() {
    let text = printed("?math.floor\nfunction twice(n) return 2 * n end\n?twice\ntwice?\n?%time\n?nowhere.at.all\n");
    let expected = "math.floor(x)\n    the largest integer that is not greater\n\
                    twice(n)\n    defined at stdin:1\n\
                    twice(n)\n    defined at stdin:1\n\
                    %time CODE\n    run code once and tell how long it took\n\
                    nothing is known about nowhere.at.all\n";
    assert_eq!(text, expected);
    let overview = printed("?\n");
    for magic in ["%time ", "%timeit ", "%who ", "%layout ", "%hex ", "%symbols ", "%history ", "%run ", "%help "] {
        assert!(overview.contains(magic), "{magic} is missing in {overview}");
    }
}

#[test]
fn magics_that_list() {
    let text = printed("a = 1\nfunction f(x) end\n%who\n%history\n%history 1\n");
    let expected = "a  number    1\nf  function  function(x) <stdin:1>\n   1  a = 1\n   2  function f(x) end\n   3  %who\n   4  %history\n";
    assert_eq!(text.replace("integer", "number "), expected);
    assert_eq!(printed("a = 1\n%reset\n%reset -f\na\n"), "would remove: a (%reset -f does it)\nremoved: a\nnil\n");
}

#[test]
fn magics_that_measure() {
    let text = printed("%time 6 * 7\n");
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("CPU times: total: ") && lines[1].starts_with("Wall time: "), "{text}");
    assert_eq!(lines[2], "42");
    let text = printed("%timeit -n 100 -r 3 math.floor(1.5)\n_.loops, _.runs\n");
    assert!(text.contains(" per loop (mean ± std. dev. of 3 runs, 100 loops each; empty loop of "), "{text}");
    assert!(text.ends_with("100\t3\n"), "{text}");
    let output = session("%timeit return 1\n%timeit break\n%timeit\n");
    let errors = stderr(&output);
    for text in ["returns out of the loop", "break", "usage: %timeit"] {
        assert!(errors.contains(text), "{errors}");
    }
}

#[test]
fn magics_with_files() {
    let home = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(home.path().join("file.lua"), "#!/usr/bin/env moonglue\nran = { arg[0], arg[1], ... }\n")
        .expect("a file");
    let output =
        session_in(home.path(), "%run file.lua one two\nran\n%save saved.lua\narg\n%load saved.lua\n", &["-i"]);
    assert_eq!(stderr(&output), "");
    let text = stdout(&output);
    assert!(text.starts_with("{ \"file.lua\", \"one\", \"one\", \"two\" }\n"), "{text}");
    assert_eq!(std::fs::read_to_string(home.path().join("saved.lua")).expect("saved"), "ran\n");
    let output = session_in(home.path(), "%run missing.lua\n%save file.lua\n%load\n", &["-i"]);
    let errors = stderr(&output);
    for text in ["missing.lua", "no Lua inputs", "usage: %load FILE"] {
        assert!(errors.contains(text), "{errors}");
    }
}

#[test]
fn unknown_magics_suggest() {
    let output = session("%tiem x\n%tim 1\n");
    assert!(stderr(&output).contains("%time"), "{}", stderr(&output));
}

#[test]
fn a_string_is_dumped() {
    let text = printed("%hex 'Lua\\0'\n");
    assert_eq!(text, "00000000  4c 75 61 00                                       |Lua.|\n");
}

#[test]
fn the_environment_is_ignored_when_asked() {
    let home = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir_all(home.path().join(".config/moonglue")).expect("a folder");
    std::fs::write(home.path().join(".config/moonglue/init.lua"), "greeting = 'hello'").expect("a file");
    assert_eq!(stdout(&session_in(home.path(), "greeting\n", &["-i"])), "hello\n");
    assert_eq!(stdout(&session_in(home.path(), "greeting\n", &["-E", "-i"])), "nil\n");
}

#[test]
fn unclosed_strings_and_long_ones() {
    let output = session("x = 'abc\nx = [[\nab]]\nx\n");
    assert!(stderr(&output).contains("unfinished string"), "{}", stderr(&output));
    assert_eq!(stdout(&output), "ab\n");
}

#[test]
fn memory_is_drawn_and_dumped() {
    let input = "P = ctypes.Structure('P', {{'a', ctypes.c_byte}, {'b', ctypes.c_int32}})\n\
                 p = P(1, 0x41424344)\n%layout P\n%hex p\n%hex ctypes.pointer(p) 2\n?P\n";
    let text = printed(input);
    for part in ["-- padding --", "01 00 00 00 44 43 42 41", "|....DCBA|", "01 00                "] {
        assert!(text.contains(part), "{part:?} is missing in {text}");
    }
    assert_eq!(text.matches("-- padding --").count(), 2, "{text}");
}

#[test]
fn symbols_are_listed_by_pattern() {
    let text = printed("libc = ctypes.CDLL(ctypes.find_library('c'))\n%symbols libc ^qsort\n");
    assert_eq!(text, "qsort    qsort_r\n2 symbols\n");
    let output = session("%symbols 5\n%layout\n%hex\n");
    let errors = stderr(&output);
    for part in ["TypeError", "usage: %layout TYPE", "usage: %hex VALUE"] {
        assert!(errors.contains(part), "{errors}");
    }
}

#[test]
fn errors_of_ctypes_keep_their_kind() {
    let output = session("ctypes.c_int('x')\n_err.kind\n?ctypes.cast\n");
    assert_eq!(
        stdout(&output),
        "TypeError\nctypes.cast(object, type)\n    the same address as a pointer of another type\n"
    );
    assert!(stderr(&output).contains("ctypes.c_int('x')"), "{}", stderr(&output));
}

#[test]
fn the_session_begins_in_what_a_script_left() {
    let home = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(home.path().join("script.lua"), "left = ...\ntostring, require, io, debug, string = nil\n")
        .expect("a file");
    let output = session_in(home.path(), "left\n{ 1.5 }\n", &["-i", "script.lua", "behind"]);
    assert_eq!(stdout(&output), "behind\n{ 1.5 }\n");
    assert!(output.status.success());
    let output = session_in(home.path(), "x = 1\n", &["-i", "-e", "error('early')"]);
    assert!(stderr(&output).contains("early"), "{}", stderr(&output));
}

#[test]
fn the_exit_status_is_the_scripts() {
    assert_eq!(session("1\nos.exit(3)\n2\n").status.code(), Some(3));
    assert_eq!(session("error('x')\n").status.code(), Some(0));
}
