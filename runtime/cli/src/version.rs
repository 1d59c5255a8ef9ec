//! What is in this build.

use std::sync::LazyLock;

/// The line `-v` prints.
pub(crate) fn short() -> String {
    format!("Moonglue {} ({LUA})", env!("CARGO_PKG_VERSION"))
}

const LUA: &str = if cfg!(feature = "lua54") { "Lua 5.4" } else { "Lua" };

/// What `--version` says.
pub(crate) fn long() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(contents);
    &TEXT
}

fn contents() -> String {
    let vendored = if cfg!(feature = "vendored") { "built in" } else { "of the system" };
    format!(
        "{}\n{LUA}: {vendored}\nlibffi: built in\n32-bit bridge: {}\ntarget: {} {}, {} bits, {} endian, {}",
        env!("CARGO_PKG_VERSION"),
        if has_bridge32() { "built in" } else { "a program of its own" },
        std::env::consts::OS,
        std::env::consts::ARCH,
        usize::BITS,
        if cfg!(target_endian = "little") { "little" } else { "big" },
        abi(),
    )
}

#[cfg(target_os = "linux")]
fn has_bridge32() -> bool {
    crate::bridge::EMBEDDED32.is_some()
}

#[cfg(not(target_os = "linux"))]
fn has_bridge32() -> bool {
    false
}

fn abi() -> &'static str {
    match (cfg!(windows), std::env::consts::ARCH) {
        (false, "x86_64") => "System V ABI",
        (true, "x86_64") => "Windows x64 ABI",
        (false, "x86") => "i386 System V ABI",
        (true, "x86") => "i386 Windows ABI",
        (_, "aarch64") => "AAPCS64",
        _ => "the platform's C ABI",
    }
}

/// What follows the options in `--help`.
pub(crate) fn after_help() -> String {
    format!(
        "Without a script: a prompt if standard input is a terminal, else standard input is the script.\n\
         Environment: LUA_INIT, LUA_PATH, LUA_CPATH (each also with _5_4), NO_COLOR.\n\
         In this build: {}.",
        long().lines().skip(1).collect::<Vec<_>>().join("; ")
    )
}
