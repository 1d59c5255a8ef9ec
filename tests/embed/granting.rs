//! Native calls: who may do what.

use moonglue::{Error, Libraries, Policy, Runtime, mlua};

fn granted(policy: Policy) -> Runtime {
    // SAFETY: the scripts of these tests call libm and libc as they are declared.
    unsafe { Runtime::builder().allow_ffi(policy) }.build().expect("builds")
}

#[track_caller]
fn denied(runtime: &Runtime, code: &str, allows: &str) {
    let error = runtime.exec(code).expect_err("denied");
    assert!(matches!(&error, Error::Denied(_)), "{error:?}");
    assert_eq!(error.kind(), Some("PermissionError"));
    assert!(error.to_string().contains(allows), "{error}");
}

#[test]
fn unrestricted() {
    let runtime = granted(Policy::unrestricted());
    let code = "local ct = require 'ctypes' local libm = ct.CDLL('libm.so.6')
        libm.floor.restype, libm.floor.argtypes = ct.c_double, {ct.c_double} return libm.floor(2.5)";
    assert_eq!(runtime.eval::<f64>(code).expect("runs"), 2.0);
}

#[test]
fn no_libraries() {
    let runtime = granted(Policy::none());
    denied(&runtime, "require 'ctypes'.CDLL('libm.so.6')", "Policy");
    denied(&runtime, "require 'ctypes'.CDLL(nil)", "Libraries::Any");
    denied(&runtime, "require 'ctypes'.c_int:from_address(4096)", "Policy::raw_pointers");
    let code = "local ct = require 'ctypes' local P = ct.Structure('P', {{'x', ct.c_int}}) return P(7).x";
    assert_eq!(runtime.eval::<i64>(code).expect("types are fine"), 7);
}

#[test]
fn a_list_of_libraries() {
    let any = granted(Policy::unrestricted());
    let path: String = any.eval("return require 'ctypes'.CDLL('libm.so.6')._path").expect("a path");
    let runtime = granted(Policy::only([&path]));
    let code = "local ct = require 'ctypes' local libm = ct.CDLL('libm.so.6')
        libm.floor.restype, libm.floor.argtypes = ct.c_double, {ct.c_double} return libm.floor(2.5)";
    assert_eq!(runtime.eval::<f64>(code).expect("allowed by its resolved file"), 2.0);
    denied(&runtime, "require 'ctypes'.CDLL('libdl.so.2')", "Policy::only");
    denied(&runtime, "require 'ctypes'.CDLL(nil)", "Libraries::Any");
    denied(&runtime, "require 'ctypes'.CFUNCTYPE(nil)(function() end)", "Policy::callbacks");
}

#[test]
fn a_narrow_policy_leaves_no_way_around_it() {
    let runtime = granted(Policy::none());
    assert!(runtime.eval::<bool>("return debug == nil").expect("runs"));
    assert!(runtime.exec("assert(package.loadlib('libm.so.6', '*'))").is_err());
    assert!(runtime.eval::<bool>("return load(string.dump(load 'return 1')) == nil").expect("runs"));
    assert!(runtime.exec("package.cpath = '/lib/x86_64-linux-gnu/?.so.6' require 'libm'").is_err());
    // SAFETY: builds only.
    let builder = unsafe { Runtime::builder().allow_ffi(Policy::none()) };
    assert!(builder.libraries(mlua::StdLib::ALL).build().is_err());
}

#[cfg(unix)]
#[test]
fn links_are_followed_before_they_are_judged() {
    let any = granted(Policy::unrestricted());
    let path: String = any.eval("return require 'ctypes'.CDLL('libm.so.6')._path").expect("a path");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let allowed = folder.path().join("liballowed.so");
    std::os::unix::fs::symlink(&path, &allowed).expect("a link");
    assert!(Policy::only([&allowed]).check_library(path.as_ref()).is_ok());
    assert!(Policy::only([&path]).check_library(&allowed).is_ok());
    // The allowed name now leads elsewhere: what was allowed is the file, not whatever the name means later.
    let other: String = any.eval("return require 'ctypes'.CDLL('libdl.so.2')._path").expect("a path");
    assert!(Policy::only([&path]).check_library(other.as_ref()).is_err());
    assert!(Policy::only([&path]).check_library(&folder.path().join("missing.so")).is_err());
}

#[test]
fn into_a_state_that_exists() {
    let lua = mlua::Lua::new();
    // SAFETY: the script below uses types only.
    unsafe { moonglue::install(&lua, Policy::none()) }.expect("installs");
    let size: i64 = lua.load("return require('ctypes').sizeof(require('ctypes').c_double)").eval().expect("runs");
    assert_eq!(size, 8);
    let error = lua.load("require('ctypes').CDLL('libm.so.6')").exec().expect_err("denied");
    assert!(error.to_string().contains("PermissionError"), "{error}");
}

#[test]
fn policies_say_what_they_are() {
    assert_eq!(Policy::none().libraries, Libraries::None);
    let mut policy = Policy::unrestricted();
    policy.callbacks = false;
    assert!(policy.check_callback().is_err() && policy.check_raw_pointer("cast").is_ok());
    assert!(Policy::none().check_raw_pointer("cast").expect_err("denied").starts_with("cast is denied"));
}

#[test]
fn modules_in_other_processes_are_for_those_who_may_do_everything() {
    let code = "return require 'bridge'.Client ~= nil";
    assert!(granted(Policy::unrestricted()).eval::<bool>(code).expect("granted"));
    let ungranted = Runtime::new().expect("builds");
    for (runtime, allows) in [(granted(Policy::none()), "Policy::unrestricted"), (ungranted, "Builder::allow_ffi")] {
        let error = runtime.exec(code).expect_err("denied");
        assert!(matches!(&error, Error::Denied(_)), "{error:?}");
        assert!(error.to_string().contains(allows), "{error}");
        assert!(runtime.exec("require 'bridge.served'").is_err());
    }
}
