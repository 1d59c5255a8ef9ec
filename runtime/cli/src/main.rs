//! `moonglue`: runs Lua scripts that call C libraries, or a prompt.

mod args;
mod crash;
mod render;
mod repl;
mod run;
mod signals;
mod sources;
mod version;

use std::process::ExitCode;

fn main() -> ExitCode {
    signals::end_quietly_on_closed_pipes();
    crash::install(moonglue::describe_native_call);
    match args::Invocation::parse(std::env::args_os().collect()) {
        Ok(invocation) => run::run(&invocation),
        Err(error) => {
            // Nowhere is left to complain if this cannot be written.
            let _ = error.print();
            ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
        }
    }
}
