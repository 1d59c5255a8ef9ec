//! Links the binary so that C modules loaded by `require` find Lua's API in it, and puts `moonglue-bridge32` into it where
//! that is asked for, so that one installed file is enough.

use std::env;
use std::fs;
use std::path::PathBuf;

/// Names the file of `moonglue-bridge32`; `scripts/build-bridge32 --embed` sets it.
const BRIDGE: &str = "MOONGLUE_EMBED_BRIDGE32";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Windows modules link an import library instead; there is none yet.
    if env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family.contains("unix")) {
        // Also keeps the linker from dropping the parts of Lua that only modules use.
        println!("cargo::rustc-link-arg-bins=-rdynamic");
    }
    embed_bridge();
}

fn embed_bridge() {
    println!("cargo::rerun-if-env-changed={BRIDGE}");
    let bytes = match env::var_os(BRIDGE).filter(|value| !value.is_empty()) {
        None => "None".to_owned(),
        Some(file) => {
            let file = PathBuf::from(file).canonicalize().unwrap_or_else(|error| panic!("{BRIDGE}: {error}"));
            println!("cargo::rerun-if-changed={}", file.display());
            format!("Some(include_bytes!({file:?}))")
        }
    };
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo says where"));
    fs::write(out.join("embedded32.rs"), bytes).expect("cargo's folder is writable");
}
