//! A golden script: what its header asks for and expects.
//!
//! The header is the run of comment lines at the top:
//!
//! ```lua
//! --- needs: gcc            programs that must be installed
//! --- args: one two         arguments, split at blanks
//! --- env: NAME=value       a variable; may be repeated
//! --- exit: 1               the exit code, or `failure` for any but 0, signals included
//! --- stderr: exact         the `--!` lines are all of stderr
//! --- stderr: any           whatever it is: it depends on timing
//! --- runner: none          measures what a `GOLDEN_RUNNER` changes, so it is left out under one
//! --- bridge: none why      is about this process alone: it is not run through a bridge
//! --- bridge: same why      only through a bridge of the same width: it relies on this process's sizes
//! --| a line of stdout      all of stdout
//! --! part of stderr        in this order; with none of them stderr must be empty
//! ```

use std::fmt::Write as _;

/// How the process must end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exit {
    /// With this code.
    Code(i32),
    /// With any code but 0, or by a signal.
    Failure,
}

/// What a script's header says.
#[derive(Debug)]
pub struct Header {
    /// Programs that must be installed.
    pub needs: Vec<String>,
    /// Arguments after the script's name.
    pub args: Vec<String>,
    /// Variables set for the process.
    pub env: Vec<(String, String)>,
    /// How it must end.
    pub exit: Exit,
    /// All of stdout, line by line.
    pub stdout: Vec<String>,
    /// Parts of stderr, or all its lines.
    pub stderr: Vec<String>,
    /// Whether `stderr` is all of it.
    pub stderr_exact: bool,
    /// Whether anything may be there.
    pub stderr_any: bool,
    /// Whether it must run without a runner.
    pub runs_alone: bool,
    /// Through which bridges it runs.
    pub bridges: Bridges,
}

/// Through which bridges a script runs beside running as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bridges {
    /// Every one.
    All,
    /// Those whose sizes are this process's.
    Same,
    /// None.
    None,
}

impl Header {
    /// Reads the header at the top of `text`.
    ///
    /// # Errors
    ///
    /// Names a directive that is unknown or ill-formed.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut header = Self {
            needs: Vec::new(),
            args: Vec::new(),
            env: Vec::new(),
            exit: Exit::Code(0),
            stdout: Vec::new(),
            stderr: Vec::new(),
            stderr_exact: false,
            stderr_any: false,
            runs_alone: false,
            bridges: Bridges::All,
        };
        for line in header_lines(text) {
            if let Some(expected) = line.strip_prefix("--|") {
                header.stdout.push(unmarked(expected));
            } else if let Some(expected) = line.strip_prefix("--!") {
                header.stderr.push(unmarked(expected));
            } else if let Some(directive) = line.strip_prefix("--- ") {
                header.directive(directive)?;
            }
        }
        Ok(header)
    }

    fn directive(&mut self, directive: &str) -> Result<(), String> {
        let (key, value) = directive.split_once(':').ok_or_else(|| format!("no `:` in `--- {directive}`"))?;
        let value = value.trim();
        let words = || value.split_whitespace().map(str::to_owned);
        match key {
            "needs" => self.needs.extend(words()),
            "args" => self.args.extend(words()),
            "env" => {
                let (name, value) = value.split_once('=').ok_or_else(|| format!("no `=` in `--- {directive}`"))?;
                self.env.push((name.to_owned(), value.to_owned()));
            }
            "exit" if value == "failure" => self.exit = Exit::Failure,
            "exit" => {
                let code = value.parse().map_err(|_| format!("no exit code in `--- {directive}`"))?;
                self.exit = Exit::Code(code);
            }
            "stderr" if value == "exact" => self.stderr_exact = true,
            "stderr" if value == "any" => self.stderr_any = true,
            "runner" if value == "none" => self.runs_alone = true,
            // A reason has to be given.
            "bridge" if value.starts_with("none ") => self.bridges = Bridges::None,
            "bridge" if value.starts_with("same ") => self.bridges = Bridges::Same,
            _ => return Err(format!("unknown directive `--- {directive}`")),
        }
        Ok(())
    }
}

/// `text` with its expectations replaced by what the program printed.
pub fn rewritten(text: &str, header: &Header, stdout: &[String], stderr: &[String]) -> String {
    let mut kept = Vec::new();
    let mut after_directives = 0;
    for line in header_lines(text) {
        let dropped = line.starts_with("--|") || (header.stderr_exact && line.starts_with("--!"));
        if !dropped {
            kept.push(line);
            if line.starts_with("--- ") || line.starts_with("--!") {
                after_directives = kept.len();
            }
        }
    }
    let body = text.lines().skip(header_lines(text).count());
    let mut result = String::new();
    let mut push = |mark: &str, line: &str| {
        let gap = if line.is_empty() || mark.is_empty() { "" } else { " " };
        writeln!(result, "{mark}{gap}{line}").expect("writing to a string cannot fail");
    };
    kept[..after_directives].iter().for_each(|line| push("", line));
    if header.stderr_exact {
        stderr.iter().for_each(|line| push("--!", line));
    }
    stdout.iter().for_each(|line| push("--|", line));
    kept[after_directives..].iter().for_each(|line| push("", line));
    body.for_each(|line| push("", line));
    result
}

fn header_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().take_while(|line| line.starts_with("--") && !line.starts_with("--["))
}

fn unmarked(expected: &str) -> String {
    expected.strip_prefix(' ').unwrap_or(expected).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "--- args: a b\n--- exit: 3\n--! oops\n--| one\n--|\n-- why\nprint(1)\n";

    #[test]
    fn reads_what_the_header_says() {
        let header = Header::parse(SCRIPT).unwrap();
        assert_eq!(header.args, ["a", "b"]);
        assert_eq!(header.exit, Exit::Code(3));
        assert_eq!(header.stdout, ["one", ""]);
        assert_eq!(header.stderr, ["oops"]);
        assert!(!header.stderr_exact);
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        assert!(Header::parse("--- neds: gcc\n").is_err());
        assert!(Header::parse("--- exit: soon\n").is_err());
    }

    #[test]
    fn rewrites_only_the_expectations() {
        let header = Header::parse(SCRIPT).unwrap();
        let text = rewritten(SCRIPT, &header, &["two".to_owned()], &["kept out".to_owned()]);
        assert_eq!(text, "--- args: a b\n--- exit: 3\n--! oops\n--| two\n-- why\nprint(1)\n");
    }
}
