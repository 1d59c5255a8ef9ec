use super::*;
use crate::repl::testing::runtime;

fn shown(source: &str) -> String {
    shown_with(source, Limits::default())
}

fn shown_with(source: &str, limits: Limits) -> String {
    let runtime = runtime();
    let natives = Natives::take(&runtime).expect("a full Lua");
    let value: Value = runtime.lua().load(source).set_name("=test").eval().expect("the test's own code");
    Show { natives: &natives, palette: Palette { colours: false }, limits }.value(&value)
}

#[test]
fn scalars_are_what_lua_prints() {
    for (source, expected) in
        [("nil", "nil"), ("1", "1"), ("1.0", "1.0"), ("1e100", "1e+100"), ("0/0 ~= 0/0", "true"), ("-1e15", "-1e+15")]
    {
        assert_eq!(shown(source), expected);
    }
}

#[test]
fn nested_strings_are_literals() {
    assert_eq!(shown(r#"{ "a\n\"b\"", "\0\xff\u{e9}" }"#), r#"{ "a\n\"b\"", "\x00\xffé" }"#);
    assert_eq!(shown(r#"{ "\u{202e}" }"#), r#"{ "\u{202e}" }"#);
}

#[test]
fn keys_are_sorted_and_quoted_where_needed() {
    assert_eq!(
        shown("{ 10, 20, b = 1, a = 2, ['end'] = 3, [5] = 4, [1.5] = 5, [true] = 6 }"),
        r#"{ 10, 20, [1.5] = 5, [5] = 4, a = 2, b = 1, ["end"] = 3, [true] = 6 }"#
    );
}

#[test]
fn long_sequences_are_elided_in_the_middle() {
    let text = shown("local t = {} for i = 1, 1000 do t[i] = i end return t");
    assert!(text.contains("10, … 987 more …, 998, 999, 1000"), "{text}");
}

#[test]
fn wide_tables_break_into_lines() {
    let text = shown("{ first = ('x'):rep(50), second = ('y'):rep(50) }");
    let expected = format!("{{\n  first = \"{}\",\n  second = \"{}\",\n}}", "x".repeat(50), "y".repeat(50));
    assert_eq!(text, expected);
}

#[test]
fn cycles_and_shared_tables_are_numbered() {
    assert_eq!(shown("local t = {} t.self = t return t"), "<1>{ self = <table 1> }");
    assert_eq!(shown("local s = {1} return { s, s }"), "{ <1>{ 1 }, <table 1> }");
}

#[test]
fn depth_is_limited() {
    let limits = Limits { depth: 2, ..Limits::default() };
    assert_eq!(shown_with("{ { { { 1 } } } }", limits), "{ { {…} } }");
    assert_eq!(shown_with("{ { {} } }", limits), "{ { {} } }");
}

#[test]
fn many_keys_are_counted() {
    let text = shown("local t = {} for i = 1, 100 do t['k' .. i] = i end return t");
    assert!(text.contains("… 40 more keys"), "{text}");
}

#[test]
fn a_flood_is_stopped() {
    let text = shown(
        "local function f(n) local t = {} for i = 1, 20 do t[i] = n > 0 and f(n - 1) or i end return t end return f(3)",
    );
    assert!(text.len() < 200_000, "{}", text.len());
}

#[test]
fn tostring_is_honoured_and_may_fail() {
    assert_eq!(shown("setmetatable({}, { __tostring = function() return 'me' end })"), "me");
    let text = shown("{ setmetatable({}, { __tostring = function() error('no', 0) end }) }");
    assert!(text.starts_with("{ <table: 0x") && text.contains("__tostring failed: no"), "{text}");
    assert_eq!(shown("setmetatable({ x = 1 }, { __name = 'Point' })"), "Point { x = 1 }");
    assert_eq!(
        shown("setmetatable({ 1 }, { __index = function() error 'x' end, __len = function() error 'y' end })"),
        "{ 1 }"
    );
}

#[test]
fn functions_show_their_parameters() {
    assert_eq!(shown("function(a, b, ...) end"), "function(a, b, ...) <test:1>");
    assert!(shown("print").starts_with("function: "), "{}", shown("print"));
}

#[test]
fn results_keep_strings_as_they_are() {
    let runtime = runtime();
    let natives = Natives::take(&runtime).expect("a full Lua");
    let show = Show { natives: &natives, palette: Palette { colours: false }, limits: Limits::default() };
    let values: Vec<Value> = runtime
        .lua()
        .load("return 'a\\xff', 1, nil")
        .eval::<moonglue::mlua::MultiValue>()
        .expect("values")
        .into_iter()
        .collect();
    assert_eq!(show.results(&values), b"a\xff\t1\tnil");
}

#[test]
fn c_objects_are_coloured_like_code() {
    let runtime = runtime();
    let natives = Natives::take(&runtime).expect("a full Lua");
    let show = Show { natives: &natives, palette: Palette { colours: true }, limits: Limits::default() };
    let value: Value = runtime.eval("return ctypes.c_int(42)").expect("a C object");
    assert_eq!(show.value(&value), "\x1b[34mc_int\x1b[0m(\x1b[36m42\x1b[0m)");
    let value: Value = runtime.eval("return ctypes.CDLL(nil)").expect("a library");
    assert!(!show.value(&value).contains('\x1b'));
}

#[test]
fn brief_is_one_short_line() {
    let runtime = runtime();
    let natives = Natives::take(&runtime).expect("a full Lua");
    let show = Show { natives: &natives, palette: Palette { colours: false }, limits: Limits::default() };
    let value: Value = runtime.lua().load("('x'):rep(500)").eval().expect("a string");
    let text = show.brief(&value, 30);
    assert_eq!(text.chars().count(), 30);
    assert!(text.ends_with('…'), "{text}");
}

#[test]
fn a_replaced_tostring_does_no_harm() {
    let runtime = runtime();
    let natives = Natives::take(&runtime).expect("a full Lua");
    runtime.exec("tostring = nil; print = nil; debug = nil").expect("assignments");
    let show = Show { natives: &natives, palette: Palette { colours: false }, limits: Limits::default() };
    assert_eq!(show.value(&Value::Number(1.5)), "1.5");
}
