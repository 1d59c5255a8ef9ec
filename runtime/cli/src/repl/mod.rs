//! The interactive session: a prompt for Lua.
//!
//! [`run`] reads inputs (`reader`, `editor`), tells what they are (`input`), runs them (`session`, `magic`, `help`)
//! and shows what they give (`show`, `report`). One lexer serves highlighting, completion and the check whether an
//! input is complete. Nothing here but running an input ever runs the user's code.

mod columns;
mod complete;
mod editor;
mod help;
mod highlight;
mod hint;
mod history;
mod input;
mod introspect;
mod keys;
mod lexer;
mod magic;
mod natives;
mod paint;
mod places;
mod reader;
mod report;
mod resolve;
mod results;
mod run;
mod session;
mod show;
#[cfg(test)]
mod testing;
mod validate;

pub(crate) use run::{ReplOptions, run};
