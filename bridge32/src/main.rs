//! `moonglue-bridge`, or `moonglue-bridge32` where it was built for 32 bits: started by a Moonglue program, not by people.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
const USAGE: &str = "\
Runs native libraries for a Moonglue program, which starts it by itself.

    --repl      Lua at a prompt, in a process of this width
    --version   what this is and for which machine
    --help      this";

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("moonglue-bridge: there is no bridge for this system yet");
    ExitCode::FAILURE
}

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().skip(1).collect();
    match words.iter().map(|word| word.to_str()).collect::<Vec<_>>()[..] {
        [] => serve(),
        [Some("--repl")] => moonglue_bridge::console(),
        [Some("--version")] => {
            println!("moonglue-bridge {} for {}", moonglue_bridge::build(), moonglue_abi::Abi::HOST.name());
            ExitCode::SUCCESS
        }
        [Some("--help" | "-h")] => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

#[cfg(target_os = "linux")]
fn serve() -> ExitCode {
    // SAFETY: nothing was opened or printed yet in this process.
    let Err(error) = unsafe { moonglue_bridge::serve() };
    eprintln!("moonglue-bridge: {error} (it is started by a Moonglue program; see --help)");
    ExitCode::FAILURE
}
