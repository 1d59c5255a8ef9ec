//! Ctrl-C while Lua runs.

/// Arms and disarms the interruption of running Lua.
#[derive(Default)]
pub(crate) struct Interrupts;

/// While it lives, Ctrl-C raises an error in the running Lua.
pub(crate) struct Armed;

impl Interrupts {
    pub(crate) fn arm(&self) -> Armed {
        Armed
    }
}
