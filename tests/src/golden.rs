//! Runs one golden script in the real binary and compares what it did with what its header says.
//!
//! `GOLDEN=overwrite` rewrites the expectations. `GOLDEN_RUNNER` holds a program with arguments to run
//! the binary under, valgrind for one.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::binary::{bridge32, moonglue};
use crate::fixtures::{fixtures, fixtures32};
use crate::process;
use crate::script::{self, Bridges, Exit, Header};

const LIMIT: Duration = Duration::from_secs(60);
/// Valgrind slows everything down twenty to fifty times.
const LIMIT_UNDER_RUNNER: Duration = Duration::from_secs(900);

/// Where the libraries that a script opens run, or how their functions are reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Where the script says.
    AsWritten,
    /// The same, with every call and access through Lua's C API.
    ThroughApi,
    /// The same, with code of its own for every function that can have it, from the first call on.
    Generated,
    /// In a bridge of the same width.
    Isolated,
    /// In a 32-bit bridge, which loads 32-bit builds of the fixtures.
    ThirtyTwo,
}

/// Makes every `CDLL` of a script open its library in the bridge that `GOLDEN_PLACE` names.
const EVERYTHING_IN_A_BRIDGE: &str = include_str!("everything_in_a_bridge.lua");

impl Place {
    fn fixtures(self) -> &'static Path {
        match self {
            Place::AsWritten | Place::ThroughApi | Place::Generated | Place::Isolated => fixtures(),
            Place::ThirtyTwo => fixtures32(),
        }
    }

    fn prepare(self, command: &mut Command) {
        let bridge = match self {
            Place::AsWritten => return,
            Place::ThroughApi => {
                command.env("MOONGLUE_CALL_PATH", "api");
                return;
            }
            Place::Generated => {
                command.env("MOONGLUE_CALL_PATH", "generated");
                return;
            }
            Place::Isolated => "always",
            Place::ThirtyTwo => {
                command.env("MOONGLUE_BRIDGE32", bridge32());
                "i386-linux"
            }
        };
        command.env("GOLDEN_PLACE", bridge).env("LUA_INIT", EVERYTHING_IN_A_BRIDGE);
    }
}

/// Runs the script at `path`, which lies below `root`, with its libraries in `place`. The same is expected everywhere.
///
/// It runs in `root` under its relative name, so that positions in messages are the same everywhere.
///
/// # Errors
///
/// Says what differs from the header.
pub fn check(root: &Path, path: &Path, place: Place) -> Result<(), String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let header = Header::parse(&text)?;
    let left_out = match place {
        Place::AsWritten | Place::ThroughApi | Place::Generated => false,
        Place::Isolated => header.bridges == Bridges::None,
        Place::ThirtyTwo => header.bridges != Bridges::All,
    };
    if matches!(place, Place::Isolated | Place::ThirtyTwo) && !text.contains("CDLL") {
        // It calls no library: nothing would be different.
        return Ok(());
    }
    if left_out {
        println!("{} is left out, as its header says", path.display());
        return Ok(());
    }
    for program in &header.needs {
        if !is_installed(program) {
            return Err(format!("needs {program}, which is not installed (scripts/test installs what tests need)"));
        }
    }

    let runner = env::var("GOLDEN_RUNNER").unwrap_or_default();
    if header.runs_alone && !runner.is_empty() {
        println!("{} is left out: it measures what {runner} changes", path.display());
        return Ok(());
    }
    if matches!(place, Place::Isolated | Place::ThirtyTwo) && !runner.is_empty() {
        println!("{} is left out: {runner} does not follow what it calls into a bridge", path.display());
        return Ok(());
    }
    let mut words = runner.split_whitespace();
    let (mut command, limit) = match words.next() {
        Some(program) => {
            let mut command = Command::new(program);
            command.args(words).arg(moonglue());
            (command, LIMIT_UNDER_RUNNER)
        }
        None => (Command::new(moonglue()), LIMIT),
    };
    command
        .arg(path.strip_prefix(root).unwrap_or(path))
        .args(&header.args)
        .current_dir(root)
        .env("MOONGLUE_FIXTURES", place.fixtures())
        .env("NO_COLOR", "1")
        .env("RUST_BACKTRACE", "0")
        .env("LC_ALL", "C.UTF-8")
        .env_remove("LUA_INIT")
        .env_remove("LUA_PATH")
        .envs(header.env.iter().map(|(name, value)| (name, value)));
    place.prepare(&mut command);
    if ["MOONGLUE_FIXTURES32", "i386-linux", "bridge.Client"].iter().any(|word| text.contains(word)) {
        command.env("MOONGLUE_FIXTURES32", fixtures32()).env("MOONGLUE_BRIDGE32", bridge32());
    }
    let finished = process::run(&mut command, limit)?;
    let stdout = lines(&finished.stdout, place.fixtures());
    let stderr = lines(&finished.stderr, place.fixtures());

    let ended_well = match header.exit {
        Exit::Code(code) => finished.status.code() == Some(code),
        Exit::Failure => !finished.status.success(),
    };
    if place == Place::AsWritten && env::var("GOLDEN").is_ok_and(|mode| mode == "overwrite") && ended_well {
        let rewritten = script::rewritten(&text, &header, &stdout, &stderr);
        return fs::write(path, rewritten).map_err(|error| error.to_string());
    }

    let mut complaints = Vec::new();
    if !ended_well {
        complaints.push(format!("ended with {}, expected {:?}", finished.status, header.exit));
    }
    if stdout != header.stdout {
        complaints.push(format!("stdout (- expected, + printed):\n{}", difference(&header.stdout, &stdout)));
    }
    complaints.extend(stderr_complaint(&header, &stderr));
    if complaints.is_empty() {
        return Ok(());
    }
    if !stderr.is_empty() && !header.stderr.is_empty() {
        complaints.push(format!("all of stderr:\n{}", stderr.join("\n")));
    }
    Err(complaints.join("\n"))
}

fn stderr_complaint(header: &Header, stderr: &[String]) -> Option<String> {
    if header.stderr_any {
        return None;
    }
    if header.stderr_exact || header.stderr.is_empty() {
        let differs = stderr != header.stderr;
        return differs.then(|| format!("stderr (- expected, + printed):\n{}", difference(&header.stderr, stderr)));
    }
    let mut rest = stderr.iter();
    header
        .stderr
        .iter()
        .find(|part| !rest.any(|line| line.contains(part.as_str())))
        .map(|missing| format!("stderr lacks, or has out of order: {missing}"))
}

/// Lines without the fixtures' folder in them, which differs from machine to machine.
fn lines(text: &str, fixtures: &Path) -> Vec<String> {
    let folder = fixtures.to_string_lossy().into_owned();
    text.lines().map(|line| line.replace(&folder, "$FIXTURES")).collect()
}

/// The lines between the common start and the common end, each side marked.
fn difference(expected: &[String], printed: &[String]) -> String {
    let start = expected.iter().zip(printed).take_while(|(left, right)| left == right).count();
    let end = (expected[start..].iter().rev())
        .zip(printed[start..].iter().rev())
        .take_while(|(left, right)| left == right)
        .count();
    let mut text = Vec::new();
    text.extend(expected[start.saturating_sub(2)..start].iter().map(|line| format!("  {line}")));
    text.extend(expected[start..expected.len() - end].iter().map(|line| format!("- {line}")));
    text.extend(printed[start..printed.len() - end].iter().map(|line| format!("+ {line}")));
    text.join("\n")
}

fn is_installed(program: &str) -> bool {
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}
