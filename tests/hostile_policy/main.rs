//! Scripts that try to reach memory that is not theirs although the policy denies raw pointers.
//!
//! Each script runs in a process of its own, as what it must not do is crash. It prints what its `--| ` lines say. A line
//! `--memory N` limits the script to so many bytes, `--raw` grants it raw pointers, `--install` gives it a plain Lua state and a function `install` that opens the module there.

use std::path::{Path, PathBuf};
use std::process::Command;

use moonglue::{Policy, Runtime, mlua};
use moonglue_tests::binary::bridge32;
use moonglue_tests::fixtures::fixtures32;

/// Names the script that the child process runs.
const SCRIPT: &str = "MOONGLUE_HOSTILE_SCRIPT";

/// The file of the C library, by which the policy names it.
fn c_library() -> String {
    // SAFETY: nothing of the library is called.
    let runtime = unsafe { Runtime::builder().allow_ffi(Policy::unrestricted()) }.build().expect("builds");
    runtime.eval("return require 'ctypes'.CDLL('libc.so.6')._path").expect("a path")
}

/// Not a test by itself: what the child process of `scripts_stay_inside` runs.
#[test]
fn child() {
    let Some(path) = std::env::var_os(SCRIPT) else { return };
    let code = std::fs::read_to_string(path).expect("the script");
    let folder = std::env::var("MOONGLUE_FIXTURES32").expect("set by the parent");
    let mut policy = Policy::only([c_library(), format!("{folder}/libdistant.so")]);
    policy.callbacks = true;
    policy.raw_pointers = code.lines().any(|line| line == "--raw");
    let memory = code.lines().find_map(|line| line.strip_prefix("--memory ")).map(|n| n.parse().expect("a number"));
    if code.lines().any(|line| line == "--install") {
        return in_a_plain_state(&code, policy);
    }
    // SAFETY: the scripts declare the functions of the C library as they are.
    let builder = unsafe { Runtime::builder().allow_ffi(policy) };
    let builder = if let Some(bytes) = memory { builder.memory_limit(bytes) } else { builder };
    let runtime = builder.build().expect("builds");
    if let Err(error) = runtime.exec(&code) {
        println!("raised {error}");
    }
}

fn in_a_plain_state(code: &str, policy: Policy) {
    let lua = mlua::Lua::new();
    // SAFETY: as in `child`.
    let install = lua.create_function(move |lua, ()| Ok(unsafe { moonglue::install(lua, policy.clone()) }.is_ok()));
    lua.globals().set("install", install.expect("a function")).expect("a global");
    if let Err(error) = lua.load(code).exec() {
        println!("raised {error}");
    }
}

fn expected(code: &str) -> Vec<&str> {
    code.lines().filter_map(|line| line.strip_prefix("--| ")).collect()
}

fn run(path: &Path) -> Result<(), String> {
    let code = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new(program)
        .args(["--exact", "child", "--nocapture"])
        .env(SCRIPT, path)
        .env("MOONGLUE_FIXTURES32", fixtures32())
        .env("MOONGLUE_BRIDGE32", bridge32())
        .output()
        .map_err(|error| error.to_string())?;
    let printed = String::from_utf8_lossy(&output.stdout);
    // The harness's own lines stand around what the script printed.
    let lines: Vec<&str> = printed.lines().filter(|line| !line.is_empty()).collect();
    let body = lines.iter().skip(1).take_while(|line| !line.starts_with("test ")).copied().collect::<Vec<_>>();
    if !output.status.success() {
        return Err(format!(
            "{}: {}\n{printed}{}",
            path.display(),
            output.status,
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    if body != expected(&code) {
        return Err(format!("{}: printed\n{}", path.display(), body.join("\n")));
    }
    Ok(())
}

#[test]
#[cfg(target_os = "linux")]
fn scripts_stay_inside() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("hostile_policy");
    let mut scripts: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the scripts")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "lua"))
        .collect();
    scripts.sort();
    assert!(!scripts.is_empty());
    let failures: Vec<String> = scripts.iter().filter_map(|path| run(path).err()).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}
