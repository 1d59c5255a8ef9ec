//! Ctrl-C while Lua runs.

use moonglue::{Interrupt, Runtime};

/// Passes Ctrl-C on to the runtime for as long as the process lives.
///
/// # Errors
/// When the system refuses a handler or a thread; Ctrl-C then ends the process, as usual.
#[cfg(unix)]
pub(crate) fn watch(runtime: &Runtime) -> std::io::Result<()> {
    let interrupt = runtime.interrupt();
    let mut signals = signal_hook::iterator::Signals::new([signal_hook::consts::SIGINT])?;
    let watcher = std::thread::Builder::new().name("interrupts".to_owned());
    watcher.spawn(move || {
        let mut patience = Patience::default();
        for _ in signals.forever() {
            patience.press(&interrupt);
        }
    })?;
    Ok(())
}

/// Elsewhere the console ends the process, which is what Ctrl-C means where nobody handles it.
#[cfg(not(unix))]
pub(crate) fn watch(_: &Runtime) -> std::io::Result<()> {
    Ok(())
}

/// How often Ctrl-C was pressed in vain.
#[derive(Default)]
struct Patience {
    presses: u32,
    last: Option<std::time::Instant>,
}

/// Presses further apart than this are about different things.
const TOGETHER: std::time::Duration = std::time::Duration::from_secs(3);

impl Patience {
    /// Lua that can be stopped stops at the first press; native code returns when it likes, so the next presses end
    /// the process.
    fn press(&mut self, interrupt: &Interrupt) {
        if !interrupt.interrupt() {
            self.presses = 0;
            return;
        }
        let now = std::time::Instant::now();
        let together = self.last.is_some_and(|last| now.duration_since(last) < TOGETHER);
        self.presses = if together { self.presses + 1 } else { 1 };
        self.last = Some(now);
        match self.presses {
            1 => {}
            2 => eprintln!("\nstill in a native call; Ctrl-C once more ends moonglue"),
            _ => {
                // The process dies of this signal, as if we had never handled it; if that fails, it goes on.
                let _ = signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGINT);
            }
        }
    }
}
