//! Random structures and unions: the script's view of each must be the C compiler's, in memory and by value.
//!
//! `LAYOUT_SEED` and `LAYOUT_COUNT` choose other records than the usual ones.

use std::env;
use std::fs;
use std::process::Command;
use std::time::Duration;

use moonglue_tests::binary::{bridge32, moonglue};
use moonglue_tests::{fixtures, process, records};

const FLAGS: &[&str] = &["-O2", "-fPIC", "-shared", "-w"];

/// Where the compiled library runs.
#[derive(Clone, Copy)]
enum Place {
    Here,
    /// In a bridge of this width, with longs of so many bits.
    Bridge(&'static str, u32),
}

fn agree(seed: u64, count: usize, place: Place) {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let (source, library, script) =
        (folder.path().join("records.c"), folder.path().join("records.so"), folder.path().join("records.lua"));
    let mut command = Command::new(moonglue());
    command.arg(&script).arg(&library);
    let mut flags = FLAGS.to_vec();
    let long_bits = match place {
        Place::Here => 64,
        Place::Bridge(name, bits) => {
            command.arg(name);
            if bits == 32 {
                flags.push("-m32");
                command.env("MOONGLUE_BRIDGE32", bridge32());
            }
            bits
        }
    };
    let records = records::fitting(records::generate(seed, count), long_bits);
    fs::write(&source, records::c_source(&records, long_bits)).expect("the C side is written");
    fs::write(&script, records::lua_source(&records, long_bits)).expect("the Lua side is written");
    fixtures::compile("gcc", &source, &library, &flags, &[]).expect("gcc takes the records");

    let finished = process::run(&mut command, Duration::from_secs(120)).expect("it ends");
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
    agree(from_env("LAYOUT_SEED").unwrap_or(1), usize::try_from(count).expect("a reasonable count"), Place::Here);
}

#[test]
fn two_hundred_others_do_too() {
    agree(20_261_125, 200, Place::Here);
}

#[test]
fn records_cross_to_a_32_bit_process_and_back() {
    agree(from_env("LAYOUT_SEED").unwrap_or(32), 200, Place::Bridge("i386-linux", 32));
}

#[test]
fn records_cross_to_another_process_and_back() {
    agree(from_env("LAYOUT_SEED").unwrap_or(64), 100, Place::Bridge("always", 64));
}
