//! A prompt on this side: Lua, and libraries of this process's width.

use std::io::{self, BufRead, IsTerminal, Write};
use std::process::ExitCode;

use moonglue::mlua::{Function, MultiValue, Value};
use moonglue::{Error, Policy, Runtime};
use moonglue_abi::Abi;

/// Reads Lua from standard input and runs it, line by line, until there is no more.
#[must_use]
pub fn console() -> ExitCode {
    // SAFETY: the person at the prompt chose what is run, and runs it with their own rights.
    let runtime = unsafe { Runtime::builder().allow_ffi(Policy::unrestricted()) }.build();
    match runtime.and_then(|runtime| Console::new(runtime).map(|console| console.run())) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => failed(&error),
        Err(error) => failed(&error),
    }
}

fn failed(error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("moonglue-bridge: {error}");
    ExitCode::FAILURE
}

struct Console {
    runtime: Runtime,
    print: Function,
    /// A person is there to see prompts.
    prompts: bool,
}

impl Console {
    fn new(runtime: Runtime) -> moonglue::Result<Console> {
        let globals = runtime.globals();
        let require: Function = globals.get("require")?;
        let ctypes: Value = runtime.call(&require, "ctypes")?;
        globals.set("ctypes", ctypes)?;
        let print = globals.get("print")?;
        Ok(Console { runtime, print, prompts: io::stdin().is_terminal() })
    }

    fn run(&self) -> io::Result<()> {
        if self.prompts {
            println!("Moonglue {} for {}; ctypes is loaded, Ctrl-D leaves", crate::build(), Abi::HOST.name());
        }
        let mut input = String::new();
        let mut lines = io::stdin().lock().lines();
        loop {
            self.prompt(if input.is_empty() { "> " } else { ">> " })?;
            let Some(line) = lines.next().transpose()? else { break };
            input.push_str(&line);
            match self.compile(&input) {
                Err(Error::Syntax { incomplete: true, .. }) => {
                    input.push('\n');
                    continue;
                }
                compiled => self.evaluate(compiled),
            }
            input.clear();
        }
        // What was begun and never finished still gets its error.
        if !input.is_empty() {
            self.evaluate(self.compile(&input));
        }
        Ok(())
    }

    fn prompt(&self, text: &str) -> io::Result<()> {
        if self.prompts {
            print!("{text}");
        }
        io::stdout().flush()
    }

    /// As an expression if it is one, otherwise as statements.
    fn compile(&self, input: &str) -> moonglue::Result<Function> {
        let load = |text: &str| self.runtime.load(text, "=stdin");
        load(&format!("return {input}")).or_else(|_| load(input))
    }

    fn evaluate(&self, compiled: moonglue::Result<Function>) {
        let printed = compiled
            .and_then(|function| self.runtime.call::<MultiValue>(&function, ()))
            .and_then(|values| if values.is_empty() { Ok(()) } else { self.runtime.call(&self.print, values) });
        if let Err(error) = printed {
            eprintln!("{error}");
        }
    }
}
