//! The handle by which hosts interrupt.

use std::sync::Arc;

use super::control::{Control, Reason};

/// Stops running Lua from any thread; made by [`Runtime::interrupt`](crate::Runtime::interrupt).
///
/// The error it raises cannot be caught by the script for long: it is raised again at every instruction until the
/// host's call has returned [`Error::Interrupted`](crate::Error::Interrupted). A native function that is running is
/// not stopped; Lua stops when it returns. On Unix a blocking system call it waits in fails with `EINTR`; since the
/// request may arrive just before the call blocks, ask again while [`Interrupt::is_pending`].
///
/// # Platform-specific behaviour
///
/// On Unix the first handle installs a process-wide handler for `SIGURG`, which passes foreign signals on to the
/// handler it replaced. Elsewhere running Lua looks at a flag every thousand instructions.
#[derive(Clone)]
pub struct Interrupt(Arc<Control>);

impl Interrupt {
    pub(crate) fn new(control: Arc<Control>) -> Interrupt {
        control.arm();
        Interrupt(control)
    }

    /// Stops the call in progress. Returns whether there was one; a later call is not affected.
    pub fn interrupt(&self) -> bool {
        self.0.request(Reason::Interrupt)
    }

    /// Whether a call was asked to stop and has not returned yet.
    pub fn is_pending(&self) -> bool {
        self.0.reason() != Reason::None
    }
}

impl std::fmt::Debug for Interrupt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Interrupt").field("pending", &(self.0.reason() != Reason::None)).finish()
    }
}
