//! A `moonglue` in a pseudo-terminal.

use std::process::Command;
use std::time::Duration;

use expectrl::process::unix::{PtyStream, UnixProcess, WaitStatus};
use expectrl::{Eof, Expect as _, Session};
use moonglue_tests::binary::moonglue;
use tempfile::TempDir;

/// Hangs end after this; nothing is expected to take a noticeable part of it.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the editor sends when it waits for a line: bracketed paste is switched on.
const READY: &str = "\x1b[?2004h";

/// A session, and a home of its own.
pub(crate) struct Terminal {
    session: Session<UnixProcess, PtyStream>,
    home: TempDir,
}

impl Terminal {
    /// A fresh session without colours, at its first prompt.
    pub(crate) fn start() -> Terminal {
        let mut terminal = Terminal::launch(home(), |_| {});
        terminal.ready();
        terminal
    }

    /// A session in `home`, with its environment changed by `change`; the prompt is not waited for.
    pub(crate) fn launch(home: TempDir, change: impl FnOnce(&mut Command)) -> Terminal {
        let mut command = Command::new(moonglue());
        command
            .env_clear()
            .envs(["PATH", "LD_LIBRARY_PATH"].iter().filter_map(|name| Some((*name, std::env::var_os(name)?))))
            .env("TERM", "xterm")
            .env("NO_COLOR", "1")
            .env("HOME", home.path())
            .current_dir(home.path());
        change(&mut command);
        let mut session = Session::spawn(command).expect("a pseudo-terminal");
        session.set_expect_timeout(Some(PATIENCE));
        session.get_process_mut().set_window_size(100, 40).expect("a terminal has a size");
        Terminal { session, home }
    }

    /// Ends the session with Ctrl-D and gives its home to a next one.
    pub(crate) fn leave(mut self) -> TempDir {
        self.keys("\x04");
        self.gone();
        self.home
    }

    /// Presses keys.
    pub(crate) fn keys(&mut self, keys: &str) {
        self.session.send(keys).expect("the session takes keys");
    }

    /// Waits until `text` has appeared, and gives what came before it.
    pub(crate) fn see(&mut self, text: &str) -> String {
        match self.session.expect(text) {
            Ok(found) => String::from_utf8_lossy(found.before()).into_owned(),
            Err(error) => {
                let mut seen = vec![0; 16384];
                let count = self.session.try_read(&mut seen).unwrap_or(0);
                panic!("{text:?} did not appear: {error}; left unread: {:?}", String::from_utf8_lossy(&seen[..count]));
            }
        }
    }

    /// Waits for the next prompt.
    pub(crate) fn ready(&mut self) {
        self.see(READY);
    }

    /// Enters a line and gives what it printed, up to the next prompt.
    pub(crate) fn enter(&mut self, line: &str) -> String {
        self.keys(line);
        self.keys("\r");
        // The editor switches bracketed paste off when it hands the line over.
        self.see("\x1b[?2004l\r\n");
        let seen = self.see(READY);
        // Before each prompt a mark and a line of blanks bring the cursor to the beginning of a line.
        let (printed, blanks) = seen.rsplit_once('%').expect("the mark");
        assert!(blanks.trim_start_matches("\x1b[0m").trim_matches(' ') == "\r", "{seen:?}");
        printed.strip_suffix("\x1b[7m").unwrap_or(printed).to_owned()
    }

    /// Waits for the end of the session, which must be a success.
    pub(crate) fn gone(&mut self) {
        self.session.expect(Eof).expect("the session ends");
        let status = self.session.get_process().wait().expect("a child has a status");
        assert!(matches!(status, WaitStatus::Exited(_, 0)), "{status:?}");
    }
}

/// An empty home.
pub(crate) fn home() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}
