//! The 32-bit program and the 32-bit fixtures are what they are taken for.

use std::fs;
use std::path::Path;
use std::process::Command;

use moonglue_tests::binary::{bridge32, moonglue};
use moonglue_tests::fixtures::{fixtures, fixtures32};

/// The width that an ELF file is for.
fn bits(file: &Path) -> u8 {
    let bytes = fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    assert_eq!(bytes[..4], *b"\x7fELF", "{}", file.display());
    bytes[4] * 32
}

#[test]
fn the_bridge_is_a_small_32_bit_program() {
    let bridge = bridge32();
    assert_eq!(bits(bridge), 32);
    let size = fs::metadata(bridge).expect("just built").len();
    assert!(size < 4 << 20, "{size} bytes");
    let output = Command::new(bridge).arg("--version").output().expect("it runs here");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("i386-linux"), "{text}");
}

#[test]
fn every_fixture_comes_in_both_widths() {
    let mut count = 0;
    for entry in fs::read_dir(fixtures()).expect("the fixtures are built") {
        let path = entry.expect("a readable folder").path();
        if path.extension().is_some_and(|extension| extension == "so") {
            assert_eq!(bits(&path), 64);
            assert_eq!(bits(&fixtures32().join(path.file_name().expect("a file"))), 32);
            count += 1;
        }
    }
    assert!(count > 5);
}

/// One installed file, and nothing else of ours on the machine: it has the bridge in it, or says where it looked.
#[test]
fn the_program_alone_runs_32_bit_libraries_or_says_what_is_missing() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let program = folder.path().join("bin/moonglue");
    fs::create_dir(folder.path().join("bin")).expect("a folder in it");
    fs::copy(moonglue(), &program).expect("a copy of the program");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        command.args(arguments).current_dir(folder.path()).env("HOME", folder.path());
        let output = command.env_remove("XDG_CACHE_HOME").env_remove("MOONGLUE_BRIDGE32").output();
        let output = output.expect("it runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (text(&output.stdout), text(&output.stderr))
    };
    let (version, _) = run(&["--version"]);
    let library = fixtures32().join("libcrash.so");
    let call = format!("print(ctypes.CDLL({library:?}).crash_add(2, 40))");
    let (printed, complaint) = run(&["-e", &call]);
    if version.contains("32-bit bridge: built in") {
        assert_eq!((printed.as_str(), complaint.as_str()), ("42\n", ""));
    } else {
        assert!(version.contains("32-bit bridge: a program of its own"), "{version}");
        for part in ["OSError", "bin/moonglue-bridge32", "scripts/build-bridge32"] {
            assert!(complaint.contains(part), "no {part:?} in: {complaint}");
        }
    }
}
