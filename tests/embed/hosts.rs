//! The example hosts do what they say.

use std::process::Command;

use moonglue_tests::binary::{profile_dir, repository};

#[track_caller]
fn run(name: &str, expected: &str) {
    assert_eq!(run_example(name), expected);
}

#[track_caller]
fn run_example(name: &str) -> String {
    let profile_dir = profile_dir();
    let target_dir = profile_dir.parent().expect("the profile lies in the target folder");
    let profile = match profile_dir.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["run", "--quiet", "--package", "moonglue-examples", "--example", name, "--profile", profile])
        .arg("--target-dir")
        .arg(target_dir)
        .current_dir(repository())
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn embed() {
    run(
        "embed",
        "total: 70\nerror: orders.lua:2: attempt to index a nil value (field 'customer')\nat: Some((\"orders.lua\", 2))\n",
    );
}

#[test]
fn limits() {
    run(
        "limits",
        "stopped: not enough memory: the limit is 8388608 bytes\n\
         stopped: the deadline of 200ms has passed\n\
         stopped: by hand\n\
         still usable: 42\n",
    );
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn policy() {
    let output = run_example("policy");
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(lines.len(), 5, "{output}");
    assert_eq!(lines[0], "3.0");
    let reasons = ["Policy::only does not name it", "Libraries::Any", "Policy::raw_pointers", "Policy::callbacks"];
    for (line, reason) in lines[1..].iter().zip(reasons) {
        assert!(line.starts_with("denied: PermissionError: ") && line.contains(reason), "{line}");
    }
}

#[test]
fn exposed() {
    run("exposed", "Player{x=4.0, y=2.0, lives=2}\n5.0\nthe host sees 2 lives at x = 4\n");
}

#[test]
fn existing() {
    run("existing", "8\t4\n");
}
