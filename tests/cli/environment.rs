//! `LUA_INIT`, `LUA_PATH`, `LUA_CPATH` and `-E`.

use crate::transcript::{Stage, assert_contains, finish};

fn run(stage: &Stage, variables: &[(&str, &str)], args: &[&str]) -> crate::transcript::Outcome {
    finish(stage.command(args).envs(variables.iter().copied()), "")
}

#[test]
fn init_runs_before_everything() {
    let outcome = run(&Stage::new(), &[("LUA_INIT", "x = 10 print('init', arg[1])")], &["-e", "print(x)"]);
    assert_eq!(outcome.output(), "init\t-e\n10\n");
}

#[test]
fn the_versioned_init_wins() {
    let variables = [("LUA_INIT", "x = 10"), ("LUA_INIT_5_4", "x = 20")];
    assert_eq!(run(&Stage::new(), &variables, &["-e", "print(x)"]).output(), "20\n");
}

#[test]
fn init_may_name_a_file() {
    let stage = Stage::new();
    stage.file("init.lua", "#comment\nx = 30");
    assert_eq!(run(&stage, &[("LUA_INIT", "@init.lua")], &["-e", "print(x)"]).output(), "30\n");
    let outcome = run(&stage, &[("LUA_INIT", "@missing.lua")], &["-e", "print 'not reached'"]);
    assert_contains(outcome.failure(), &["cannot open missing.lua"]);
    assert!(outcome.stdout.is_empty());
}

#[test]
fn an_error_in_init_names_it() {
    let outcome = run(&Stage::new(), &[("LUA_INIT", "error 'msg'")], &["-e", ""]);
    assert_contains(outcome.failure(), &["LUA_INIT:1: msg"]);
}

#[test]
fn paths_come_from_the_environment() {
    let print_paths = ["-e", "print(package.path) print(package.cpath)"];
    let variables = [("LUA_PATH", "?;./yy/?.lua"), ("LUA_CPATH", "zz?.so")];
    assert_eq!(run(&Stage::new(), &variables, &print_paths).output(), "?;./yy/?.lua\nzz?.so\n");
    let versioned = [("LUA_PATH", "old"), ("LUA_PATH_5_4", "new"), ("LUA_CPATH", "c"), ("LUA_CPATH_5_4", "d")];
    assert_eq!(run(&Stage::new(), &versioned, &print_paths).output(), "new\nd\n");
}

#[test]
fn two_semicolons_are_the_default_path() {
    let stage = Stage::new();
    let default = run(&stage, &[], &["-e", "io.write(package.path)"]).output().to_owned();
    assert!(default.contains("./?.lua"), "{default}");
    let show = ["-e", "io.write(package.path)"];
    assert_eq!(run(&stage, &[("LUA_PATH", ";;")], &show).output(), default);
    assert_eq!(run(&stage, &[("LUA_PATH", "a;;")], &show).output(), format!("a;{default}"));
    assert_eq!(run(&stage, &[("LUA_PATH", ";;b")], &show).output(), format!("{default};b"));
    assert_eq!(run(&stage, &[("LUA_PATH", "a;;b")], &show).output(), format!("a;{default};b"));
}

#[test]
fn dash_upper_e_ignores_all_of_it() {
    let variables = [("LUA_INIT", "error(10)"), ("LUA_PATH", "xxx"), ("LUA_CPATH", "yyy")];
    let outcome =
        run(&Stage::new(), &variables, &["-E", "-e", "print(package.path:find 'xxx', package.cpath:find 'yyy')"]);
    assert_eq!(outcome.output(), "nil\tnil\n");
}
