//! Links the binary so that C modules loaded by `require` find Lua's API in it.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Windows modules link an import library instead; there is none yet.
    if std::env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family.contains("unix")) {
        // Also keeps the linker from dropping the parts of Lua that only modules use.
        println!("cargo::rustc-link-arg-bins=-rdynamic");
    }
}
