use super::*;
use crate::repl::highlight::highlight;
use crate::repl::hint;
use crate::repl::natives::Natives;
use crate::repl::paint::Palette;
use crate::repl::testing::runtime;
use crate::repl::validate::check;

/// What Tab would offer at the end of `line`, after `setup` ran.
fn offered(setup: &str, line: &str) -> Vec<String> {
    let runtime = runtime();
    runtime.exec(setup).expect("the test's own code");
    let natives = Natives::take(&runtime).expect("a full Lua");
    let resolver = Resolver { lua: runtime.lua(), natives: &natives };
    complete(&resolver, line, line.len()).1.into_iter().map(|candidate| candidate.text).collect()
}

#[test]
fn globals_keywords_and_names_of_the_input() {
    assert_eq!(offered("printer = 1", "pri"), ["print", "printer"]);
    assert_eq!(offered("", "whi"), ["while"]);
    assert_eq!(offered("", "local counter = 1; cou"), ["counter"]);
}

#[test]
fn members_of_tables() {
    assert_eq!(offered("", "math.fl"), ["floor"]);
    assert_eq!(offered("t = { a = { bee = 1, bug = 2, ['not this'] = 3 } }", "t.a.b"), ["bee", "bug"]);
    assert_eq!(offered("t = { { inner = 1 } }", "t[1].in"), ["inner"]);
    assert_eq!(offered("t = { ['two words'] = 1 }", "t['tw"), ["two words']"]);
}

#[test]
fn methods_are_callable() {
    let setup = "t = setmetatable({ size = 1, sing = function() end }, { __index = { skip = print } })";
    assert_eq!(offered(setup, "t:s"), ["sing", "skip"]);
    assert_eq!(offered(setup, "t.s"), ["sing", "size", "skip"]);
    assert_eq!(offered("", "('x'):rep"), ["rep"]);
    assert_eq!(offered("s = 'x'", "s:for"), ["format"]);
}

#[test]
fn no_code_of_the_user_runs() {
    let setup = "ran = false; local function run() ran = true return { secret = 1 } end \
                 t = setmetatable({ real = 1 }, { __index = run, __pairs = run, __len = run, __tostring = run }) \
                 u = setmetatable({}, { __index = t })";
    let runtime = runtime();
    runtime.exec(setup).expect("the test's own code");
    let natives = Natives::take(&runtime).expect("a full Lua");
    let resolver = Resolver { lua: runtime.lua(), natives: &natives };
    for (line, expected) in
        [("t.", 1), ("t:", 0), ("t.real.", 0), ("t.secret.", 0), ("u.r", 1), ("u.x.", 0), ("t().", 0)]
    {
        assert_eq!(complete(&resolver, line, line.len()).1.len(), expected, "{line}");
    }
    assert!(!runtime.globals().get::<bool>("ran").expect("a boolean"));
}

#[test]
fn inheritance_in_circles_ends() {
    let setup = "a = { x = 1 } b = setmetatable({ y = 1 }, { __index = a }) setmetatable(a, { __index = b })";
    assert_eq!(offered(setup, "a."), ["x", "y"]);
}

#[test]
fn modules_and_magics() {
    assert_eq!(offered("package.preload['mine.tools'] = print", "require 'mine"), ["mine.tools"]);
    assert!(offered("", "require('str").contains(&"string".to_owned()));
    assert_eq!(offered("", "%timei"), ["timeit"]);
}

#[test]
fn details_are_listed_but_not_inserted() {
    let runtime = runtime();
    runtime.exec("t = { f = function(a, b) end }").expect("the test's own code");
    let natives = Natives::take(&runtime).expect("a full Lua");
    let resolver = Resolver { lua: runtime.lua(), natives: &natives };
    let (start, found) = complete(&resolver, "t.", 2);
    assert_eq!((start, found[0].text.as_str()), (2, "f"));
    assert!(found[0].display.starts_with("f("), "{}", found[0].display);
}

#[test]
fn fields_of_structures() {
    let setup = "Inner = ctypes.Structure('Inner', {{'left', ctypes.c_int}, {'right', ctypes.c_int}}) \
                 Outer = ctypes.Structure('Outer', {{'inner', Inner}, {'other', Inner * 2}, {'count', ctypes.c_int}}) \
                 function Outer:clear() end object = Outer()";
    assert_eq!(offered(setup, "object."), ["clear", "count", "inner", "other"]);
    assert_eq!(offered(setup, "object:"), ["clear"]);
    assert_eq!(offered(setup, "object.inner.l"), ["left"]);
    assert_eq!(offered(setup, "object.other[1].r"), ["right"]);
    assert_eq!(offered(setup, "object.other:to"), ["totable"]);
    assert_eq!(offered(setup, "Outer.from_b"), ["from_buffer", "from_buffer_copy"]);
}

#[test]
fn fields_have_types_and_offsets() {
    let runtime = runtime();
    runtime
        .exec("object = ctypes.Structure('P', {{'x', ctypes.c_int}, {'y', ctypes.c_double}})()")
        .expect("the test's own code");
    let natives = Natives::take(&runtime).expect("a full Lua");
    let resolver = Resolver { lua: runtime.lua(), natives: &natives };
    let displayed: Vec<String> =
        complete(&resolver, "object.", 7).1.into_iter().map(|candidate| candidate.display).collect();
    assert_eq!(displayed, ["x  c_int @0", "y  c_double @8"]);
}

#[test]
fn memory_that_may_not_be_there_is_not_read() {
    let setup = "P = ctypes.Structure('P', {{'x', ctypes.c_int}, {'inner', ctypes.c_int * 4}}) \
                 wild = P:from_address(65536)";
    assert_eq!(offered(setup, "wild."), ["inner", "x"]);
    assert_eq!(offered(setup, "wild.x."), [""; 0]);
    assert_eq!(offered(setup, "wild.inner[0]."), [""; 0]);
    assert!(offered(setup, "wild.inner:").contains(&"totable".to_owned()));
}

#[cfg(unix)]
#[test]
fn symbols_of_libraries() {
    let setup = "program = ctypes.CDLL(nil) libc = ctypes.CDLL(ctypes.find_library('c'))";
    assert_eq!(offered(setup, "libc.qsor"), ["qsort", "qsort_r"]);
    assert!(offered(setup, "libc._na").contains(&"_name".to_owned()));
}

#[test]
fn no_text_makes_the_prompt_panic() {
    let runtime = runtime();
    let natives = Natives::take(&runtime).expect("a full Lua");
    let resolver = Resolver { lua: runtime.lua(), natives: &natives };
    let pieces = [
        "math",
        ".",
        ":",
        "(",
        ")",
        "[",
        "]",
        "{",
        "'",
        "\"",
        "[[",
        "--",
        "%",
        "?",
        "=",
        " ",
        "\n",
        "\\",
        "é",
        "\u{202e}",
        "function",
        "end",
        "require",
        "1e",
        "0x",
        "%run ",
        "%timeit -n",
        "ctypes",
        "_G",
        "::",
        "..",
        "\0",
        "\r",
        "#!",
    ];
    // A fixed sequence of numbers: what fails once fails again.
    let mut seed = 1u64;
    let mut pick = || {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        pieces[(seed >> 33) as usize % pieces.len()]
    };
    for _ in 0..1000 {
        let text: String = (0..8).map(|_| pick()).collect();
        check(&runtime, &text);
        hint::signature(&resolver, &text);
        for (position, _) in text.char_indices().chain([(text.len(), ' ')]) {
            complete(&resolver, &text, position);
            highlight(&text, Some(position), Palette { colours: true });
        }
    }
}
