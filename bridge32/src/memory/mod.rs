//! This process's memory, as the host uses it.

mod access;
mod heap;
mod windows;

pub(crate) use access::{Fault, read, read_string, write};
pub(crate) use heap::Heap;
pub(crate) use windows::Windows;
