//! Options, the table `arg`, what belongs to whom.

use crate::transcript::{Stage, assert_contains, execute};

const SHOW_ARG: &str = "local low = 0
while arg[low - 1] do low = low - 1 end
for i = low + 1, #arg do io.write(i, '=', arg[i], ' ') end
print('|', ...)";

#[test]
fn arg_has_the_script_at_zero() {
    let stage = Stage::with_script(SHOW_ARG);
    let outcome = stage.run(&["-e", "x = 1", "script.lua", "a", "", "-h", "--version"]);
    assert_eq!(outcome.output(), "-2=-e -1=x = 1 0=script.lua 1=a 2= 3=-h 4=--version |\ta\t\t-h\t--version\n");
}

#[test]
fn the_lowest_index_is_the_program() {
    let stage = Stage::with_script("print(arg[-1] == arg[0], arg[-2], arg[-1] ~= nil)");
    assert_eq!(stage.run(&["script.lua"]).output(), "false\tnil\ttrue\n");
}

#[test]
fn without_a_script_zero_is_the_program() {
    let outcome = Stage::new().run(&["-e", "print(arg[1], arg[2] == arg[2], arg[0] ~= nil, arg[-1])"]);
    assert_eq!(outcome.output(), "-e\ttrue\ttrue\tnil\n");
}

#[test]
fn two_dashes_end_the_options() {
    let stage = Stage::new();
    stage.file("-odd.lua", SHOW_ARG);
    assert_eq!(stage.run(&["--", "-odd.lua", "--", "x"]).output(), "-1=-- 0=-odd.lua 1=-- 2=x |\t--\tx\n");
}

#[test]
fn a_dash_is_standard_input() {
    let outcome = Stage::new().run_with_input(&["-", "a", "b"], "print(arg[0], ...)\n");
    assert_eq!(outcome.output(), "-\ta\tb\n");
}

#[test]
fn a_dash_after_two_dashes_is_a_file() {
    let stage = Stage::new();
    stage.file("-", "print 'the file'");
    assert_eq!(stage.run_with_input(&["--", "-"], "print 'input'").output(), "the file\n");
}

#[test]
fn standard_input_is_the_script_when_there_is_none() {
    assert_eq!(Stage::new().run_with_input(&[], "#!first line\nprint(1 + 1, ...)").output(), "2\n");
}

#[test]
fn no_input_is_read_after_dash_e() {
    assert_eq!(Stage::new().run_with_input(&["-e", "print(1)"], "print(2)").output(), "1\n");
}

#[test]
fn statements_and_libraries_run_in_the_order_given() {
    let stage = Stage::with_script("print('script', a, b)");
    stage.file("first.lua", "a = (a or 0) + 1; print('first', a, ...)");
    stage.file("second.lua", "a = a * 10; return {name = 'second'}");
    let outcome = stage.run(&[
        "-e",
        "a = 4",
        "-lfirst",
        "-e",
        "print(a)",
        "-l",
        "b=second",
        "-e",
        "b = b.name .. a",
        "script.lua",
    ]);
    assert_eq!(outcome.output(), "first\t5\tfirst\t./first.lua\n5\nscript\t50\tsecond50\n");
}

#[test]
fn dash_l_sets_a_global_without_the_version() {
    let stage = Stage::new();
    stage.file("mod-v2.lua", "return 'two'");
    assert_eq!(stage.run(&["-l", "mod-v2", "-e", "print(mod, string.format('%d', 1))"]).output(), "two\t1\n");
}

#[test]
fn options_may_be_joined_to_their_values() {
    assert_eq!(Stage::new().run(&["-eprint(1)", "-ls=string", "-eprint(s == string)"]).output(), "1\ntrue\n");
}

#[test]
fn a_statement_may_begin_with_a_dash() {
    assert_eq!(Stage::new().run(&["-e", "--comment", "-e", "print(-1)"]).output(), "-1\n");
}

#[test]
fn arg_may_be_changed_before_the_script_runs() {
    let stage = Stage::with_script("print(...)");
    assert_eq!(stage.run(&["-e", "arg[2] = 'new'; arg[3] = 7", "script.lua", "a", "b"]).output(), "a\tnew\t7\n");
    let outcome = stage.run(&["-e", "arg = nil", "script.lua"]);
    assert_contains(outcome.failure(), &["'arg' is not a table"]);
}

#[test]
fn many_arguments() {
    let stage = Stage::with_script("print(#arg, select('#', ...), (select(-1, ...)))");
    let mut words = vec!["script.lua".to_owned()];
    words.extend((1..=1500).map(|n| n.to_string()));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    assert_eq!(stage.run(&words).output(), "1500\t1500\t1500\n");
}

#[cfg(unix)]
#[test]
fn arguments_are_bytes() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let stage = Stage::with_script("print((...):byte(1, -1))");
    let mut command = stage.command([OsStr::new("script.lua"), OsStr::from_bytes(b"\xff\xfe")]);
    assert_eq!(crate::transcript::finish(&mut command, "").output(), "255\t254\n");
}

#[test]
fn usage_errors_end_with_two() {
    for args in [&["-x"][..], &["-e"], &["-l"], &["--nonsense"]] {
        let outcome = Stage::new().run(args);
        outcome.assert_code(1);
        assert_contains(&outcome.stderr, &["error:"]);
        assert!(outcome.stdout.is_empty());
    }
}

#[test]
fn version_and_help_say_what_is_in_the_build() {
    let stage = Stage::new();
    let short = stage.run(&["-v"]);
    assert!(short.output().starts_with("Moonglue ") && short.stdout.contains("Lua 5.4"));
    assert_contains(stage.run(&["--version"]).output(), &["moonglue ", "Lua 5.4", "libffi", "target: ", "bits"]);
    assert_contains(stage.run(&["--help"]).output(), &["Usage: moonglue", "-e <STAT>", "LUA_INIT", "libffi"]);
    assert_contains(stage.run(&["-v", "-e", "print 'then'"]).output(), &["Moonglue ", "\nthen\n"]);
}

#[test]
fn warnings_are_off_until_asked_for() {
    let code = "warn('a', 'b'); warn('@on'); warn('c', 'd'); warn('@off'); warn('e')";
    let outcome = execute(code);
    assert_eq!(outcome.stderr, "Lua warning: cd\n");
    let outcome = Stage::new().run(&["-e", "warn 'silent'", "-W", "-e", "warn 'told'"]);
    assert_eq!(outcome.stderr, "Lua warning: told\n");
}

#[test]
fn ctypes_is_there() {
    let outcome = execute("print(ctypes == require 'ctypes', ctypes.sizeof(ctypes.c_int))");
    assert_eq!(outcome.output(), "true\t4\n");
}
