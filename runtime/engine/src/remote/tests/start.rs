//! Starting, and not starting.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use moonglue_abi::Abi;

use super::*;

both_widths! {
    a_bridge_says_what_it_is,
    environment_and_directory_are_passed_on,
}

fn a_bridge_says_what_it_is(bits: Bits) {
    let bridge = start(bits);
    let expected = if bits == Bits::ThirtyTwo { Abi::I386Linux } else { Abi::HOST };
    assert_eq!(bridge.abi(), expected);
    assert_eq!(bridge.build(), env!("CARGO_PKG_VERSION"));
    assert!(bridge.ping().unwrap() < Duration::from_secs(5));
    assert!(bridge.is_alive() && bridge.death().is_none());
}

fn environment_and_directory_are_passed_on(bits: Bits) {
    let mut options = options(bits);
    options.environment.push(("MOONGLUE_TEST".into(), "a value".into()));
    options.directory = Some(PathBuf::from("/"));
    let bridge = Bridge::start(&options).unwrap();
    let environment = std::fs::read(format!("/proc/{}/environ", bridge.pid())).unwrap();
    assert!(environment.split(|&byte| byte == 0).any(|variable| variable == b"MOONGLUE_TEST=a value"));
    assert_eq!(std::fs::read_link(format!("/proc/{}/cwd", bridge.pid())).unwrap(), PathBuf::from("/"));
}

fn refused(executable: &str, timeout: Duration) -> String {
    let options = StartOptions {
        bits: Bits::ThirtyTwo,
        executable: Some(executable.into()),
        timeout,
        output: Output::Capture { keep: 1000, sink: None },
        ..StartOptions::default()
    };
    Bridge::start(&options).unwrap_err().to_string()
}

#[test]
fn what_is_no_bridge_is_said_at_once() {
    let begun = Instant::now();
    let long = Duration::from_secs(60);
    let text = refused("/no/such/bridge", long);
    assert!(text.contains("/no/such/bridge: no such file (as asked)"), "{text}");
    assert!(text.contains("scripts/build-bridge32"), "{text}");
    let text = refused("/bin/true", long);
    assert!(text.starts_with("the bridge /bin/true ended with exit code 0 before it said hello"), "{text}");
    let text = refused("/etc/passwd", long);
    assert!(text.contains("/etc/passwd: not executable"), "{text}");
    assert!(begun.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_program_that_says_nothing_is_given_up() {
    let text = refused("/bin/yes", Duration::from_millis(200));
    assert!(text.starts_with("the bridge /bin/yes did not say hello within 0.2 s"), "{text}");
}

#[test]
fn a_bridge_of_the_other_width_is_refused() {
    let options = StartOptions { bits: Bits::Same, ..options(Bits::ThirtyTwo) };
    let text = Bridge::start(&options).unwrap_err().to_string();
    assert!(text.contains("it runs i386-linux libraries"), "{text}");
}
