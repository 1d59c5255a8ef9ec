//! Errors keep the chunk, the line, the traceback and the value.

use moonglue::{Error, Runtime, ScriptError, mlua};

fn runtime() -> Runtime {
    Runtime::new().expect("a safe runtime")
}

#[track_caller]
fn script_error(error: Error) -> Box<ScriptError> {
    match error {
        Error::Script(error) => error,
        other => panic!("not a script error: {other:?}"),
    }
}

#[test]
fn chunk_line_and_traceback() {
    let runtime = runtime();
    let function = runtime.load("local function f()\n  error('broken')\nend\nf()", "@some/file.lua").expect("compiles");
    let error = runtime.call::<()>(&function, ()).expect_err("raises");
    assert_eq!(error.position(), Some(("some/file.lua", 2)));
    assert_eq!(error.to_string(), "some/file.lua:2: broken");
    assert!(error.traceback().contains("some/file.lua:4: in main chunk"), "{}", error.traceback());
}

#[test]
fn a_long_chunk_name_is_kept_whole() {
    let name = format!("@{}/file.lua", "folder".repeat(40));
    let runtime = runtime();
    let function = runtime.load("error 'x'", &name).expect("compiles");
    let error = runtime.call::<()>(&function, ()).expect_err("raises");
    assert_eq!(error.position(), Some((&name[1..], 1)));
}

#[test]
fn the_value_is_the_one_that_was_raised() {
    let runtime = runtime();
    let error = runtime.exec("value = {kind = 'Mine', code = 7} error(value)").expect_err("raises");
    let raised = error.value().cloned().expect("a value");
    assert_eq!(raised, runtime.globals().get::<mlua::Value>("value").expect("a global"));
    assert_eq!(error.kind(), Some("Mine"));
}

#[test]
fn an_error_may_outlive_its_runtime() {
    let error = runtime().exec("error({})").expect_err("raises");
    assert_eq!(error.to_string(), "(error object is a table value)");
    assert!(format!("{error:?}").contains("table value"));
}

#[test]
fn syntax_errors() {
    let error = runtime().exec("x = = 1").expect_err("no Lua");
    let Error::Syntax { line: Some(1), incomplete: false, .. } = &error else { panic!("{error:?}") };
    assert!(matches!(runtime().exec("for i = 1, 2 do"), Err(Error::Syntax { incomplete: true, .. })));
}

#[derive(Debug, thiserror::Error)]
#[error("the door is closed")]
struct Closed;

#[test]
fn errors_of_the_host_come_back_as_they_were() {
    let runtime = runtime();
    runtime.register("open", |_, ()| Err::<(), _>(mlua::Error::external(Closed))).expect("registers");
    let seen: String = runtime
        .eval("local ok, e = pcall(open) assert(not ok and e.kind == 'HostError' and e.traceback) return e.message .. '|' .. tostring(e)")
        .expect("caught");
    assert_eq!(seen, "the door is closed|HostError: the door is closed");
    let error = script_error(runtime.exec("open()").expect_err("raises"));
    assert_eq!(error.kind.as_deref(), Some("HostError"));
    let cause = error.cause.as_ref().expect("a cause");
    assert!(cause.downcast_ref::<Closed>().is_some(), "{cause:?}");
    assert_eq!((error.chunk.as_deref(), error.line), (Some("eval"), Some(1)));
}

#[test]
fn functions_made_with_mlua_fail_in_plain_words() {
    let runtime = runtime();
    let fail = runtime.lua().create_function(|_, ()| Err::<(), _>(mlua::Error::runtime("no such order")));
    runtime.globals().set("fail", fail.expect("a function")).expect("set");
    let error = runtime.exec("fail()").expect_err("raises");
    assert_eq!(error.to_string(), "no such order");
    assert!(script_error(error).cause.is_some());
    runtime.register("refuse", |_, ()| Err::<(), _>(mlua::Error::runtime("not today"))).expect("registers");
    assert_eq!(runtime.exec("refuse()").expect_err("raises").to_string(), "HostError: not today");
}

#[test]
fn an_error_crosses_the_host_as_the_same_value() {
    let runtime = runtime();
    let inner = runtime.clone();
    runtime.register("run", move |_, code: String| Ok(inner.exec(code)?)).expect("registers");
    runtime
        .exec("e = {kind = 'Mine'} local ok, seen = pcall(run, 'error(e)') assert(not ok and rawequal(seen, e))")
        .expect("the same table");
    let error = runtime.exec("run('error(e)')").expect_err("raises");
    assert_eq!(error.kind(), Some("Mine"));
}

#[test]
fn wrong_arguments_for_a_host_function() {
    let runtime = runtime();
    runtime.register("half", |_, n: i64| Ok(n / 2)).expect("registers");
    let error = runtime.exec("half({})").expect_err("no number");
    assert_eq!(error.kind(), Some("HostError"));
    assert!(error.to_string().contains("expected number"), "{error}");
}

#[test]
fn overflow_is_an_error() {
    let error = runtime().exec("local function f() return 1 + f() end f()").expect_err("overflows");
    assert!(error.to_string().contains("stack overflow"), "{error}");
    let code = "local function f() f() end local ok = xpcall(f, function() f() end) assert(not ok)";
    runtime().exec(code).expect("caught");
}

#[test]
fn a_panic_in_a_host_function_stays_a_panic() {
    let runtime = runtime();
    runtime.register("fall", |_, ()| -> mlua::Result<()> { panic!("on purpose") }).expect("registers");
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| runtime.exec("fall()")));
    assert!(outcome.is_err());
    assert_eq!(runtime.eval::<i64>("return 1").expect("still usable"), 1);
}
