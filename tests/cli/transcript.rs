//! One run of the command in a folder of its own.

use std::ffi::OsStr;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use moonglue_tests::binary::moonglue;
use tempfile::TempDir;

/// Far beyond what any of these needs: only a run that hangs meets it.
const LIMIT: Duration = Duration::from_secs(60);

/// A folder with files, and the command ready to run in it.
pub(crate) struct Stage {
    folder: TempDir,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Stage {
    pub(crate) fn new() -> Stage {
        Stage { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// A stage with one file `script.lua`.
    pub(crate) fn with_script(text: &str) -> Stage {
        let stage = Stage::new();
        stage.file("script.lua", text);
        stage
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).expect("a file can be written");
        path
    }

    /// The command with `args`, in an environment that says nothing to Lua.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(moonglue());
        command.args(args).current_dir(self.folder.path()).env("LC_ALL", "C.UTF-8");
        for name in ["LUA_INIT", "LUA_INIT_5_4", "LUA_PATH", "LUA_PATH_5_4", "LUA_CPATH", "LUA_CPATH_5_4"] {
            command.env_remove(name);
        }
        command
    }

    /// Runs the command with `args` and nothing on its standard input.
    pub(crate) fn run(&self, args: &[&str]) -> Outcome {
        finish(&mut self.command(args), "")
    }

    /// Runs the command with `args` and `input`.
    pub(crate) fn run_with_input(&self, args: &[&str], input: &str) -> Outcome {
        finish(&mut self.command(args), input)
    }
}

/// Runs `-e code`.
pub(crate) fn execute(code: &str) -> Outcome {
    Stage::new().run(&["-e", code])
}

/// Runs a command to its end.
pub(crate) fn finish(command: &mut Command, input: &str) -> Outcome {
    Running::start(command, input).finish()
}

/// A run in progress.
pub(crate) struct Running {
    pub(crate) child: Child,
    stdout: JoinHandle<Vec<u8>>,
    stderr: JoinHandle<Vec<u8>>,
}

impl Running {
    pub(crate) fn start(command: &mut Command, input: &str) -> Running {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command starts");
        let mut stdin = child.stdin.take().expect("stdin is a pipe");
        // A run that does not read its input closes the pipe, which is no failure of it.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        let stdout = collect(child.stdout.take().expect("stdout is a pipe"));
        let stderr = collect(child.stderr.take().expect("stderr is a pipe"));
        Running { child, stdout, stderr }
    }

    pub(crate) fn finish(mut self) -> Outcome {
        let until = Instant::now() + LIMIT;
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
                break status;
            }
            if Instant::now() > until {
                self.child.kill().expect("a child can be killed");
                panic!("the command hangs; stderr: {}", text(self.stderr));
            }
            thread::sleep(Duration::from_millis(3));
        };
        Outcome { status, stdout: text(self.stdout), stderr: text(self.stderr) }
    }
}

fn collect(mut pipe: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What arrived before an error is still worth showing.
        let _ = pipe.read_to_end(&mut bytes);
        bytes
    })
}

fn text(collected: JoinHandle<Vec<u8>>) -> String {
    String::from_utf8_lossy(&collected.join().expect("collecting does not panic")).into_owned()
}

impl Outcome {
    /// Asserts success and silence on stderr; gives stdout.
    #[track_caller]
    pub(crate) fn output(&self) -> &str {
        assert!(self.status.success() && self.stderr.is_empty(), "{self:?}");
        &self.stdout
    }

    /// Asserts exit status 1 and gives stderr.
    #[track_caller]
    pub(crate) fn failure(&self) -> &str {
        assert_eq!(self.status.code(), Some(1), "{self:?}");
        &self.stderr
    }

    #[track_caller]
    pub(crate) fn assert_code(&self, code: i32) {
        assert_eq!(self.status.code(), Some(code), "{self:?}");
    }
}

/// Asserts that `text` contains each of `parts`.
#[track_caller]
pub(crate) fn assert_contains(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no {part:?} in:\n{text}");
    }
}
