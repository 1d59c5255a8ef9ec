//! The prompt, and what the program says of itself.

use std::io::Write;
use std::process::{Command, Output, Stdio};

fn bridge(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_moonglue-bridge"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn the_prompt_runs_lua_in_a_process_of_this_width() {
    let input = "ctypes.sizeof(ctypes.c_void_p), 1 + 1\nfor i = 1, 2 do\nprint(i)\nend\nx = = 1\nerror 'no'\n\
                 libc = ctypes.CDLL 'libc.so.6'\nlibc.abs(-3)\nlibc.strlen 'four'\nf(";
    let output = bridge(&["--repl"], input);
    assert_eq!(text(&output.stdout), format!("{}\t2\n1\n2\n3\n4\n", size_of::<usize>()));
    let errors: Vec<_> = text(&output.stderr).lines().filter(|line| line.starts_with("stdin")).collect();
    assert_eq!(errors.len(), 3, "{errors:?}");
    assert!(errors[1].contains("stdin:1: no") && errors[2].contains("<eof>"), "{errors:?}");
    assert!(output.status.success());
}

#[test]
fn it_says_what_it_is() {
    let version = bridge(&["--version"], "");
    assert!(text(&version.stdout).contains(moonglue_abi::Abi::HOST.name()));
    assert!(text(&bridge(&["--help"], "").stdout).contains("--repl"));
    assert_eq!(bridge(&["--nonsense"], "").status.code(), Some(2));
}

#[test]
fn without_a_host_it_says_so_and_ends() {
    let output = bridge(&[], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("started by a Moonglue program"), "{output:?}");
}
