//! Ctrl-C and closed pipes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use moonglue::Runtime;

/// Lets Ctrl-C stop running Lua, and tells the listening thread whether a prompt is waiting.
pub(crate) struct Interrupts {
    at_prompt: Arc<AtomicBool>,
}

impl Interrupts {
    /// Starts listening. The first Ctrl-C stops the Lua that runs; one more before it has stopped, or one while no
    /// Lua runs, ends the process as if nobody listened.
    pub(crate) fn listen(runtime: &Runtime) -> Interrupts {
        let at_prompt = Arc::new(AtomicBool::new(false));
        platform::listen(runtime.interrupt(), Arc::clone(&at_prompt));
        Interrupts { at_prompt }
    }

    /// From now on a prompt reads input: Ctrl-C while no Lua runs is its business.
    pub(crate) fn prompt_begins(&self) {
        self.at_prompt.store(true, Ordering::Release);
    }
}

pub(crate) use platform::end_quietly_on_closed_pipes;

#[cfg(unix)]
mod platform {
    use super::{Arc, AtomicBool, Ordering};
    use moonglue::Interrupt;
    use signal_hook::consts::SIGINT;
    use signal_hook::iterator::Signals;

    /// Rust ignores `SIGPIPE`, and a script that writes to a closed pipe would run on for ever; `lua` ends.
    pub(crate) fn end_quietly_on_closed_pipes() {
        // SAFETY: sets the default action at the start of `main`, before any other thread exists.
        unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
    }

    /// Time between two attempts to wake a blocked native call.
    const NUDGE: std::time::Duration = std::time::Duration::from_millis(20);

    pub(super) fn listen(interrupt: Interrupt, at_prompt: Arc<AtomicBool>) {
        if is_ignored() {
            return;
        }
        // Without the handler Ctrl-C still ends the process, as it does for every program.
        let Ok(mut signals) = Signals::new([SIGINT]) else { return };
        let listener = std::thread::Builder::new().name("moonglue-signals".into());
        let _ = listener.spawn(move || {
            while signals.wait().next().is_some() {
                let stopping = interrupt.interrupt();
                if !stopping && !at_prompt.load(Ordering::Acquire) {
                    end_as_usual();
                }
                // A signal that comes just before a native call blocks does not end the call; the next one does.
                while interrupt.is_pending() {
                    std::thread::sleep(NUDGE);
                    if signals.pending().next().is_some() {
                        end_as_usual();
                    }
                    interrupt.interrupt();
                }
            }
        });
    }

    fn end_as_usual() {
        // It only fails for signals whose default action it does not know.
        let _ = signal_hook::low_level::emulate_default_handler(SIGINT);
    }

    /// Whether our parent wants Ctrl-C to have no effect on us, as shells do for background jobs.
    fn is_ignored() -> bool {
        let mut action = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
        // SAFETY: only reads the action into a live value; zeroed is a valid `sigaction` should it fail.
        let action = unsafe {
            libc::sigaction(SIGINT, std::ptr::null(), action.as_mut_ptr());
            action.assume_init()
        };
        action.sa_sigaction == libc::SIG_IGN
    }
}

#[cfg(not(unix))]
mod platform {
    use super::{Arc, AtomicBool};
    use moonglue::Interrupt;

    /// There is no such signal here.
    pub(crate) fn end_quietly_on_closed_pipes() {}

    /// Ctrl-C ends the process.
    pub(super) fn listen(_interrupt: Interrupt, _at_prompt: Arc<AtomicBool>) {}
}
