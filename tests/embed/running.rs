//! Running code, files, host functions; what a safe runtime has and has not.

use moonglue::{Error, Runtime, mlua};

fn runtime() -> Runtime {
    Runtime::new().expect("a safe runtime")
}

#[test]
fn values_come_back() {
    let runtime = runtime();
    assert_eq!(runtime.eval::<i64>("return 6 * 7").expect("a number"), 42);
    let (text, flag): (String, bool) = runtime.eval("return 'a', true").expect("two values");
    assert_eq!((text.as_str(), flag), ("a", true));
    runtime.exec("x = 5").expect("runs");
    assert_eq!(runtime.globals().get::<i64>("x").expect("a global"), 5);
}

#[test]
fn a_value_of_another_type_is_an_error() {
    assert!(matches!(runtime().eval::<i64>("return {}"), Err(Error::Lua(_))));
}

#[test]
fn files_run_with_their_arguments() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("script.lua");
    std::fs::write(&path, "#!/usr/bin/env moonglue\nreturn select('#', ...), (...), arg[0], arg[2]").expect("written");
    let runtime = runtime();
    let values = runtime.run_file(&path, ["one", "two"]).expect("runs");
    let values: Vec<String> = values.iter().map(|value| value.to_string().expect("text")).collect();
    assert_eq!(values, ["2", "one", path.to_str().expect("a plain path"), "two"]);
    assert!(matches!(runtime.run_file(folder.path().join("none.lua"), [""; 0]), Err(Error::Io { .. })));
}

#[test]
fn modules_are_found_in_the_script_path() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("helper.lua"), "return {answer = 42}").expect("written");
    let runtime = Runtime::builder().script_path(folder.path()).args(["a", "b"]).build().expect("builds");
    let answer: i64 = runtime.eval("assert(arg[2] == 'b') return require('helper').answer").expect("runs");
    assert_eq!(answer, 42);
}

#[test]
fn libraries_can_be_left_out() {
    let some = mlua::StdLib::STRING | mlua::StdLib::TABLE;
    let runtime = Runtime::builder().libraries(some).build().expect("builds");
    assert!(runtime.eval::<bool>("return io == nil and os == nil and string ~= nil").expect("runs"));
    let none = Runtime::builder().libraries(mlua::StdLib::NONE).build().expect("builds");
    assert!(none.eval::<bool>("return string == nil and print ~= nil").expect("runs"));
}

#[test]
fn a_safe_runtime_has_no_way_to_memory() {
    let runtime = runtime();
    assert!(runtime.eval::<bool>("return debug == nil").expect("runs"));
    assert!(Runtime::builder().libraries(mlua::StdLib::DEBUG).build().is_err());
    let denied = runtime.exec("require 'ctypes'").expect_err("not granted");
    assert!(matches!(&denied, Error::Denied(_)), "{denied:?}");
    assert!(denied.to_string().contains("Builder::allow_ffi"), "{denied}");
    assert!(runtime.exec("package.loadlib('libm.so.6', '*')").is_err());
    runtime.exec("local ok = pcall(require, 'ctypes') assert(not ok)").expect("the error can be caught");
}

#[test]
fn a_safe_runtime_takes_no_bytecode() {
    let runtime = runtime();
    let code = "local dumped = string.dump(load 'return 1')
        local chunk, message = load(dumped, 'x', 'b') assert(not chunk and message:find 'binary', message)
        assert(not load(dumped)) assert(load('return 1', 'x', 'bt')() == 1)
        local env = {} assert(load('y = 1', 'x', 't', env)) load('y = 1', 'x', nil, env)() assert(env.y == 1)
        return dumped";
    let dumped: mlua::LuaString = runtime.eval(code).expect("runs");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("dumped.lua");
    std::fs::write(&path, dumped.as_bytes()).expect("written");
    runtime.globals().set("path", path.to_str().expect("a plain path")).expect("set");
    runtime.exec("assert(not loadfile(path)) assert(not pcall(dofile, path))").expect("runs");
    let folder = folder.path().to_str().expect("a plain path").to_owned();
    runtime.globals().set("folder", folder).expect("set");
    let outcome = runtime.exec("package.path = folder .. '/?.lua' require 'dumped'");
    assert!(outcome.expect_err("bytecode").to_string().contains("error loading module"));
}

#[test]
fn the_host_may_not_run_bytecode_in_it_either() {
    let runtime = runtime();
    let dumped = runtime.eval::<mlua::LuaString>("return string.dump(load 'return 1')").expect("runs");
    let bytes = dumped.as_bytes().to_vec();
    assert!(matches!(runtime.exec(bytes), Err(Error::Syntax { .. })));
}

#[test]
fn host_functions() {
    let runtime = runtime();
    runtime.register("join", |_, (a, b): (String, i64)| Ok((format!("{a}{b}"), a.len()))).expect("registers");
    assert_eq!(runtime.eval::<(String, usize)>("return join('x', 1)").expect("runs"), ("x1".to_owned(), 1));
    // A host function may run Lua of the same runtime.
    let inner = runtime.clone();
    runtime.register("twice", move |_, code: String| Ok(inner.eval::<i64>(code)? * 2)).expect("registers");
    assert_eq!(runtime.eval::<i64>("return twice('return 4')").expect("runs"), 8);
}

#[test]
fn runtimes_are_independent() {
    let (one, two) = (runtime(), runtime());
    one.exec("x = 1").expect("runs");
    assert!(two.eval::<bool>("return x == nil").expect("runs"));
}
