//! Runs one golden script in the real binary and compares what it did with what its header says.
//!
//! `GOLDEN=overwrite` rewrites the expectations. `GOLDEN_RUNNER` holds a program with arguments to run
//! the binary under, valgrind for one.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::binary::moonglue;
use crate::fixtures::fixtures;
use crate::process;
use crate::script::{self, Exit, Header};

const LIMIT: Duration = Duration::from_secs(60);
/// Valgrind slows everything down twenty to fifty times.
const LIMIT_UNDER_RUNNER: Duration = Duration::from_secs(900);

/// Runs the script at `path`, which lies below `root`.
///
/// It runs in `root` under its relative name, so that positions in messages are the same everywhere.
///
/// # Errors
///
/// Says what differs from the header.
pub fn check(root: &Path, path: &Path) -> Result<(), String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let header = Header::parse(&text)?;
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
        .env("MOONGLUE_FIXTURES", fixtures())
        .env("NO_COLOR", "1")
        .env("RUST_BACKTRACE", "0")
        .env("LC_ALL", "C.UTF-8")
        .env_remove("LUA_INIT")
        .env_remove("LUA_PATH")
        .envs(header.env.iter().map(|(name, value)| (name, value)));
    let finished = process::run(&mut command, limit)?;
    let stdout = lines(&finished.stdout);
    let stderr = lines(&finished.stderr);

    let ended_well = match header.exit {
        Exit::Code(code) => finished.status.code() == Some(code),
        Exit::Failure => !finished.status.success(),
    };
    if env::var("GOLDEN").is_ok_and(|mode| mode == "overwrite") && ended_well {
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
fn lines(text: &str) -> Vec<String> {
    let folder = fixtures().to_string_lossy().into_owned();
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
