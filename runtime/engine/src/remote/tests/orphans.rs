//! A host that is killed leaves nothing behind.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::*;

both_widths! {
    the_bridge_of_a_killed_host_ends_even_inside_a_call,
}

/// Set in the process that is going to be killed: the width of its bridge.
const VARIABLE: &str = "MOONGLUE_TEST_HOST";

/// Plays the host for the other test, in a process of its own.
#[test]
fn a_host_to_be_killed() {
    let Ok(bits) = std::env::var(VARIABLE) else { return };
    let bits = if bits == "32" { Bits::ThirtyTwo } else { Bits::Same };
    let session = Session::new(bits, "crash");
    println!("\nbridge {}", session.bridge.pid());
    // Does not return.
    let _ = session.call("crash_spin", &[]);
}

/// Whether a process runs; one that has ended and that nobody has asked about does not.
fn runs(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"));
    stat.is_ok_and(|stat| !stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with(['Z', 'X'])))
}

fn the_bridge_of_a_killed_host_ends_even_inside_a_call(bits: Bits) {
    // Both are built before the clock runs.
    let _ = (options(bits), fixture(bits, "crash"));
    let mut host = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "remote::tests::orphans::a_host_to_be_killed", "--nocapture"])
        .env(VARIABLE, if bits == Bits::ThirtyTwo { "32" } else { "own" })
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(host.stdout.take().unwrap()).lines();
    let said = lines.map_while(Result::ok).find_map(|line| line.strip_prefix("bridge ").map(str::to_owned));
    let bridge = said.expect("the host says which process its bridge is");
    // Into the call.
    thread::sleep(Duration::from_millis(50));
    assert!(runs(&bridge));
    host.kill().unwrap();
    let killed = Instant::now();
    while runs(&bridge) {
        assert!(killed.elapsed() < Duration::from_secs(20), "process {bridge} lives on");
        thread::sleep(Duration::from_millis(1));
    }
    host.wait().unwrap();
}
