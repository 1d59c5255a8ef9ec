//! Random scalar signatures: every way to make a call, and a callback, gives what C computes.

use std::fs;
use std::process::Command;
use std::time::Duration;

use moonglue_tests::binary::moonglue;
use moonglue_tests::{fixtures, process, signatures};

#[test]
fn every_way_to_call_gives_the_same() {
    let seed = std::env::var("SIGNATURES_SEED").map_or(1, |seed| seed.parse().expect("a number"));
    let count = 400;
    let folder = tempfile::tempdir().expect("a scratch folder");
    let path = |name: &str| folder.path().join(name);
    let (c, lua) = signatures::sources(seed, count);
    fs::write(path("functions.c"), c).expect("the C side is written");
    fs::write(path("functions.lua"), lua).expect("the Lua side is written");
    let flags = ["-O2", "-fPIC", "-shared", "-w"];
    fixtures::compile("gcc", &path("functions.c"), &path("functions.so"), &flags, &[])
        .expect("gcc takes the functions");

    for call_path in ["", "api", "direct", "generated"] {
        let mut command = Command::new(moonglue());
        command.arg(path("functions.lua")).arg(path("functions.so")).env("MOONGLUE_CALL_PATH", call_path);
        let finished = process::run(&mut command, Duration::from_secs(120)).expect("it ends");
        if !finished.status.success() || finished.stdout != format!("{count} signatures agree\n") {
            let kept = folder.keep();
            panic!(
                "seed {seed}, path '{call_path}', both sources are in {}\n{}\n{}{}",
                kept.display(),
                finished.status,
                finished.stdout,
                finished.stderr
            );
        }
    }
}
