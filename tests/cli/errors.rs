//! What people see when a script fails.

use crate::transcript::{Stage, assert_contains, execute, finish};

#[test]
fn the_source_line_has_a_caret_under_the_fault() {
    let stage = Stage::with_script("local function inner(x)\n  return x + undefined(x)\nend\nprint(inner(2))\n");
    let outcome = stage.run(&["script.lua"]);
    let expected = "\
moonglue: script.lua:2: attempt to call a nil value (global 'undefined')
 --> script.lua:2:14
  |
2 |   return x + undefined(x)
  |              ^^^^^^^^^
stack traceback:
\tscript.lua:2: in local 'inner'
\tscript.lua:4: in main chunk
\t[C]: in ?
";
    assert_eq!(outcome.failure(), expected);
}

#[test]
fn errors_with_a_level_show_the_line_they_blame() {
    let stage = Stage::with_script("local function check(x)\n  error('bad x', 2)\nend\ncheck(1)\n");
    assert_contains(stage.run(&["script.lua"]).failure(), &["script.lua:4: bad x", "4 | check(1)"]);
}

#[test]
fn syntax_errors_show_their_line() {
    let stage = Stage::with_script("local x = 1\nx = = 2\n");
    let outcome = stage.run(&["script.lua"]);
    assert_contains(outcome.failure(), &["script.lua:2: unexpected symbol near '='", "2 | x = = 2", "^"]);
    assert_contains(execute("x = 'abc").failure(), &["(command line):1: unfinished string", "1 | x = 'abc"]);
}

#[test]
fn errors_in_code_from_standard_input_show_it() {
    let outcome = Stage::new().run_with_input(&["-"], "\n\nerror 'here'\n");
    assert_contains(outcome.failure(), &["stdin:3: here", "3 | error 'here'"]);
}

#[test]
fn error_objects() {
    assert_contains(execute("error({})").failure(), &["moonglue: (error object is a table value)"]);
    assert_contains(execute("error(nil)").failure(), &["moonglue: (error object is a nil value)"]);
    assert_contains(execute("error(print)").failure(), &["moonglue: (error object is a function value)"]);
    assert_contains(execute("error(42)").failure(), &["moonglue: 42"]);
    let code = "error(setmetatable({}, {__tostring = function() return 'my own words' end}))";
    assert_contains(execute(code).failure(), &["moonglue: my own words"]);
}

#[test]
fn an_error_in_tostring_hides_nothing_else() {
    for body in ["error 'inside'", "return {}", "error({})", "local function f() return f() + 1 end return f()"] {
        let code = format!("error(setmetatable({{}}, {{__tostring = function() {body} end}}))");
        assert_contains(execute(&code).failure(), &["(error object is a table value)", "stack traceback"]);
    }
}

#[test]
fn errors_of_the_module_tell_kind_and_place() {
    let stage =
        Stage::with_script("local libc = ctypes.CDLL(nil)\nlibc.abs.argtypes = {ctypes.c_int}\nlibc.abs('one')\n");
    let outcome = stage.run(&["script.lua"]);
    assert_contains(
        outcome.failure(),
        &["moonglue: script.lua:3: ArgumentError: abs: argument 1", "3 | libc.abs('one')", "^^^"],
    );
}

#[test]
fn deep_recursion() {
    assert_contains(execute("local function f() return 1 + f() end f()").failure(), &["stack overflow"]);
    assert_contains(execute("local s = ('('):rep(100000) assert(load(s))").failure(), &["overflow"]);
    let code =
        "local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k + 1] end print(t[1])";
    assert_contains(execute(code).failure(), &["overflow"]);
}

#[test]
fn huge_messages() {
    let outcome = execute("error(('x'):rep(5000000))");
    assert_eq!(outcome.status.code(), Some(1));
    assert!(outcome.stderr.len() > 5_000_000);
}

#[test]
fn messages_with_any_bytes() {
    let outcome = execute("error('\\0\\255\\27[31m\\n\\nlast')");
    assert_contains(outcome.failure(), &["last", "stack traceback"]);
}

#[test]
fn long_lines_are_not_shown() {
    let stage = Stage::with_script(&format!("local s = '{}' error('x')", "y".repeat(10_000)));
    let outcome = stage.run(&["script.lua"]);
    assert!(outcome.failure().len() < 1000, "{}", outcome.stderr.len());
}

#[test]
fn no_colours_in_a_pipe() {
    let outcome = execute("error 'x'");
    assert!(!outcome.failure().contains('\u{1b}'), "{outcome:?}");
    let stage = Stage::new();
    let mut command = stage.command(["-e", "error 'x'"]);
    assert!(!finish(command.env("NO_COLOR", "1"), "").failure().contains('\u{1b}'));
}

#[test]
fn errors_while_the_state_closes_are_warnings() {
    let code = "warn('@on') setmetatable({}, {__gc = function() error 'in the finalizer' end})";
    let outcome = execute(code);
    outcome.assert_code(0);
    assert_contains(&outcome.stderr, &["Lua warning: error in __gc"]);
}

#[test]
fn an_error_in_a_coroutine_shows_where_it_was() {
    let stage = Stage::with_script(
        "local function inner()\n  undefined()\nend\nlocal co = coroutine.wrap(function() inner() end)\n\
         local outer = coroutine.wrap(function() co() end)\nouter()\n",
    );
    let expected = "\
moonglue: script.lua:6: script.lua:5: script.lua:2: attempt to call a nil value (global 'undefined')
 --> script.lua:2:3
  |
2 |   undefined()
  |   ^^^^^^^^^
stack traceback:
\tscript.lua:2: in upvalue 'inner'
\tscript.lua:4: in function <script.lua:4>
[a coroutine, resumed from:]
stack traceback:
\t[C]: in upvalue 'co'
\tscript.lua:5: in function <script.lua:5>
[a coroutine, resumed from:]
stack traceback:
\t[C]: in local 'outer'
\tscript.lua:6: in main chunk
\t[C]: in ?
";
    assert_eq!(stage.run(&["script.lua"]).failure(), expected);
}

#[test]
fn an_error_value_shows_where_it_was_made() {
    let stage = Stage::with_script(
        "local libc = ctypes.CDLL(nil)\nlibc.abs.argtypes = {ctypes.c_int}\nlocal function call() libc.abs('x') end\n\
         local ok, e = pcall(call)\nerror(e)\n",
    );
    let outcome = stage.run(&["script.lua"]);
    assert_contains(
        outcome.failure(),
        &["script.lua:3: ArgumentError: abs", "3 | local function call()", "script.lua:4: in main"],
    );
}

#[test]
fn errors_through_native_code_show_both_sides() {
    let stage = Stage::with_script(
        "local libc = ctypes.CDLL(nil)\nlibc.abs.argtypes = {ctypes.c_int}\n\
         local Compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)\n\
         libc.qsort.argtypes = {ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, Compare}\n\
         local function compare() return libc.abs('x') end\n\
         local numbers = (ctypes.c_int * 3)(3, 1, 2)\n\
         libc.qsort(numbers, 3, 4, compare)\n",
    );
    let outcome = stage.run(&["script.lua"]);
    assert_contains(
        outcome.failure(),
        &[
            "script.lua:5: ArgumentError: abs",
            "5 | local function compare()",
            "script.lua:5: in ",
            "in field 'qsort'",
            "script.lua:7: in main chunk",
        ],
    );
}

#[test]
fn a_coroutine_keeps_its_message() {
    let outcome = execute("coroutine.wrap(function() error 'in the coroutine' end)()");
    assert_contains(outcome.failure(), &["(command line):1: in the coroutine"]);
}
