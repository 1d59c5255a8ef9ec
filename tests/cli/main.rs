//! The command `moonglue` as a script runner: what goes in, what comes out, how it ends.
//!
//! The cases follow what Lua's own test suite expects of its stand-alone interpreter.

mod arguments;
mod environment;
mod errors;
mod scripts;
mod transcript;

#[cfg(unix)]
mod crashes;
#[cfg(unix)]
mod modules;
#[cfg(unix)]
mod signals;
