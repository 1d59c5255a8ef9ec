//! What is left behind for the host when this process dies: a record on the control page.

mod exit;
mod place;
mod signals;

use std::sync::OnceLock;

use moonglue_wire::shared::{Control, Crash};

/// The page, and the process whose deaths belong on it; set before anything of a library runs.
static PAGE: OnceLock<(Control, libc::pid_t)> = OnceLock::new();

/// Has every death from now on recorded on that page.
pub(crate) fn record_on(page: Control) {
    if PAGE.set((page, own_pid())).is_ok() {
        signals::install();
        exit::install();
    }
}

/// Leaves a record, unless this is a copy of the process that a library made: how that ends is its own affair. May be called
/// in a signal handler.
fn record(crash: &Crash<&[u8]>) {
    if let Some((page, process)) = PAGE.get()
        && *process == own_pid()
    {
        page.record_crash(crash);
    }
}

fn own_pid() -> libc::pid_t {
    // SAFETY: takes no arguments.
    unsafe { libc::getpid() }
}

/// Ends the process because C called a callback that the host has freed.
#[cold]
pub(crate) fn freed_callback(id: u32) -> ! {
    eprintln!("moonglue-bridge: C called callback {id}, which no longer exists");
    std::process::abort()
}
