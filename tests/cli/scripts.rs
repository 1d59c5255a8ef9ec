//! Script files: first lines, chunk names, exit statuses, the end of the state.

use crate::transcript::{Stage, assert_contains, execute};

#[test]
fn first_lines_that_are_no_lua() {
    for (text, expected) in [
        ("#!/usr/bin/env moonglue\nprint(debug.getinfo(1, 'l').currentline)", "2\n"),
        ("# a comment without a line break", ""),
        ("#", ""),
        ("\u{feff}print 'marked'", "marked\n"),
        ("\u{feff}# some comment\nprint(debug.getinfo(1, 'l').currentline)", "2\n"),
        ("\u{feff}", ""),
        ("", ""),
    ] {
        assert_eq!(Stage::with_script(text).run(&["script.lua"]).output(), expected, "{text:?}");
    }
}

#[test]
fn a_broken_byte_order_mark_is_a_syntax_error() {
    let stage = Stage::new();
    for (index, bytes) in [&b"\xEF\xBBprint(3)"[..], b"\xEF\xBB# comment\nprint(3)", b"\xEFprint(3)"].iter().enumerate()
    {
        let name = format!("broken{index}.lua");
        stage.file(&name, bytes);
        assert_contains(stage.run(&[&name]).failure(), &["unexpected symbol"]);
    }
}

#[test]
fn precompiled_scripts_run() {
    let stage = Stage::new();
    let make = "local f = io.open('out.luac', 'wb') f:write('#!x\\n', string.dump(load('print(7, ...)'))) f:close()";
    stage.run(&["-e", make]).output();
    assert_eq!(stage.run(&["out.luac", "a"]).output(), "7\ta\n");
}

#[test]
fn a_missing_script_is_named() {
    let outcome = Stage::new().run(&["no/such.lua"]);
    assert_contains(outcome.failure(), &["moonglue: cannot open no/such.lua"]);
}

#[test]
fn a_folder_is_no_script() {
    let stage = Stage::new();
    std::fs::create_dir(stage.path().join("folder")).expect("a folder can be made");
    assert_contains(stage.run(&["folder"]).failure(), &["cannot open folder"]);
}

#[test]
fn exit_statuses() {
    execute("").assert_code(0);
    execute("error 'x'").assert_code(1);
    execute("os.exit(7)").assert_code(7);
    execute("os.exit(true)").assert_code(0);
    execute("os.exit(false)").assert_code(1);
    execute("os.exit(3, true)").assert_code(3);
}

#[test]
fn the_state_is_closed_at_the_end() {
    let code = "setmetatable({}, {__gc = function() print 'collected' end}) print 'end'";
    assert_eq!(execute(code).output(), "end\ncollected\n");
}

#[test]
fn exit_closes_the_state_only_when_asked() {
    let code = "local x <close> = setmetatable({}, {__close = function() print 'closed' end})
                y = setmetatable({}, {__gc = function() print 'collected' end}) ";
    assert_eq!(execute(&format!("{code} os.exit(true, true)")).output(), "closed\ncollected\n");
    assert_eq!(execute(&format!("{code} os.exit(true)")).output(), "");
}

#[test]
fn exit_inside_a_coroutine() {
    let outcome = execute("coroutine.wrap(function() print 'in' os.exit(5, true) end)()");
    outcome.assert_code(5);
    assert_eq!(outcome.stdout, "in\n");
}

#[test]
fn what_was_printed_before_an_exit_arrives() {
    let outcome = execute("io.write('half a line') os.exit(0)");
    assert_eq!(outcome.output(), "half a line");
}

#[test]
fn chunk_names_are_paths() {
    let stage = Stage::with_script("print(debug.getinfo(1, 'S').source)");
    assert_eq!(stage.run(&["script.lua"]).output(), "@script.lua\n");
    assert_eq!(stage.run_with_input(&["-"], "print(debug.getinfo(1, 'S').source)").output(), "=stdin\n");
    assert_eq!(execute("print(debug.getinfo(1, 'S').source)").output(), "=(command line)\n");
}

#[test]
fn a_script_reads_its_own_input() {
    let stage = Stage::with_script("for line in io.lines() do print('<' .. line .. '>') end");
    assert_eq!(stage.run_with_input(&["script.lua"], "a\nb\n").output(), "<a>\n<b>\n");
}

#[test]
fn the_results_of_a_script_are_dropped() {
    assert_eq!(Stage::with_script("return 1, 2, 3").run(&["script.lua"]).output(), "");
}
