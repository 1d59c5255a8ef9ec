//! Random structures and unions: the script's view of each must be the C compiler's, in memory and by value.
//!
//! `LAYOUT_SEED` and `LAYOUT_COUNT` choose other records than the usual ones.

use std::env;
use std::fs;
use std::process::Command;
use std::time::Duration;

use moonglue_tests::binary::moonglue;
use moonglue_tests::{fixtures, process, records};

const FLAGS: &[&str] = &["-O2", "-fPIC", "-shared", "-w"];

fn agree(seed: u64, count: usize) {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let (source, library, script) =
        (folder.path().join("records.c"), folder.path().join("records.so"), folder.path().join("records.lua"));
    let records = records::generate(seed, count);
    fs::write(&source, records::c_source(&records)).expect("the C side is written");
    fs::write(&script, records::lua_source(&records)).expect("the Lua side is written");
    fixtures::compile("gcc", &source, &library, FLAGS, &[]).expect("gcc takes the records");

    let mut command = Command::new(moonglue());
    let finished = process::run(command.arg(&script).arg(&library), Duration::from_secs(120)).expect("it ends");
    let expected = format!("{count} records agree\n");
    if !finished.status.success() || finished.stdout != expected {
        let kept = folder.keep();
        panic!(
            "seed {seed}, both sources are in {}\n{}\n{}{}",
            kept.display(),
            finished.status,
            finished.stdout,
            finished.stderr
        );
    }
}

fn from_env(name: &str) -> Option<u64> {
    env::var(name).ok().map(|value| value.parse().expect("a number"))
}

#[test]
fn two_hundred_records_agree_with_gcc() {
    let count = from_env("LAYOUT_COUNT").unwrap_or(200);
    agree(from_env("LAYOUT_SEED").unwrap_or(1), usize::try_from(count).expect("a reasonable count"));
}

#[test]
fn two_hundred_others_do_too() {
    agree(20_261_125, 200);
}
