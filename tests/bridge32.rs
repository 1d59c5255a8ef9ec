//! The 32-bit program and the 32-bit fixtures are what they are taken for.

use std::fs;
use std::path::Path;
use std::process::Command;

use moonglue_tests::binary::bridge32;
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
