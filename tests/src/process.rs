//! A child process with a time limit.

use std::io::Read;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// What a finished process left behind.
#[derive(Debug)]
pub struct Finished {
    /// How it ended.
    pub status: ExitStatus,
    /// All it wrote to stdout.
    pub stdout: String,
    /// All it wrote to stderr.
    pub stderr: String,
}

/// Runs `command` to its end, or kills it after `limit`.
///
/// # Errors
///
/// When it cannot be started or was killed, with what it had written so far.
pub fn run(command: &mut Command, limit: Duration) -> Result<Finished, String> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot start {}: {error}", command.get_program().display()))?;
    // Both pipes are drained while it runs: a full one would stop it.
    let stdout = collect(child.stdout.take());
    let stderr = collect(child.stderr.take());
    let deadline = Instant::now() + limit;
    let (status, in_time) = loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            break (status, true);
        }
        if Instant::now() >= deadline {
            child.kill().map_err(|error| error.to_string())?;
            break (child.wait().map_err(|error| error.to_string())?, false);
        }
        thread::sleep(Duration::from_millis(2));
    };
    let text = |reader: thread::JoinHandle<Vec<u8>>| {
        String::from_utf8_lossy(&reader.join().expect("the reader does not panic")).into_owned()
    };
    let finished = Finished { status, stdout: text(stdout), stderr: text(stderr) };
    if in_time {
        Ok(finished)
    } else {
        Err(format!("killed after {} s\nstdout:\n{}\nstderr:\n{}", limit.as_secs(), finished.stdout, finished.stderr))
    }
}

fn collect<R: Read + Send + 'static>(pipe: Option<R>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What arrived before an error is still worth showing.
            let _ = pipe.read_to_end(&mut bytes);
        }
        bytes
    })
}
