//! The process that runs native libraries for a Moonglue program: one of another width, or one that may crash.
//!
//! [`serve`] is all of it. The host starts the program with a channel and shared memory as its descriptors 3 and 4; messages
//! are those of `moonglue_wire`. The host knows all types; here are bytes, signatures and addresses.
//!
//! One thread, the *calling* thread, loads libraries and calls them, because many libraries want to see one thread only. While
//! C is in a callback, the thread it came on serves requests until the callback's end arrives.

#![cfg(target_os = "linux")]

mod barrier;
mod bridge;
mod callbacks;
mod calls;
mod console;
mod crash;
mod end;
mod libraries;
mod memory;
mod modules;
mod serve;
mod signature;
mod thread;

pub use console::console;
pub use serve::{build, serve};
