//! What is left behind for the host when this process dies: a record on the control page.

mod exit;
mod place;
mod signals;

use std::sync::OnceLock;

use moonglue_wire::shared::Control;

/// The page; set before anything of a library runs.
static PAGE: OnceLock<Control> = OnceLock::new();

/// Has every death from now on recorded on that page.
pub(crate) fn record_on(page: Control) {
    if PAGE.set(page).is_ok() {
        signals::install();
        exit::install();
    }
}

/// Ends the process because C called a callback that the host has freed.
#[cold]
pub(crate) fn freed_callback(id: u32) -> ! {
    eprintln!("moonglue-bridge: C called callback {id}, which no longer exists");
    std::process::abort()
}
