//! `moonglue`: runs Lua scripts that call C libraries, or a prompt.

mod args;
#[cfg(target_os = "linux")]
mod bridge;
mod crash;
mod render;
mod repl;
mod run;
mod signals;
mod sources;
mod version;

use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().collect();
    #[cfg(target_os = "linux")]
    {
        if bridge::is_asked_for(&words) {
            return bridge::serve();
        }
        bridge::provide();
    }
    signals::end_quietly_on_closed_pipes();
    crash::install(moonglue::describe_native_call);
    match args::Invocation::parse(words) {
        Ok(invocation) => run::run(&invocation),
        Err(error) => {
            // Nowhere is left to complain if this cannot be written.
            let _ = error.print();
            // As stock `lua`: help is a success, what was not understood an error like others.
            if error.use_stderr() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
        }
    }
}
