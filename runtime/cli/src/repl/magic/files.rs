//! Magics about the world outside: `%load`, `%save`, `%cd`, `%pwd`, `%env`.

use super::flags::next_word;
use super::{Magic, MagicError};
use crate::repl::input::{Input, classify};
use crate::repl::session::Session;

pub(super) const MAGICS: &[Magic] = &[
    Magic {
        name: "load",
        usage: "%load FILE",
        summary: "put a file's text into the next input",
        details: "Where lines are not edited, the text is run at once.",
        takes_code: false,
        run: load,
    },
    Magic {
        name: "save",
        usage: "%save FILE [FIRST-LAST]",
        summary: "write the Lua inputs of this session to a file",
        details: "Numbers are those of %history. An existing file is not overwritten.",
        takes_code: false,
        run: save,
    },
    Magic {
        name: "cd",
        usage: "%cd FOLDER",
        summary: "change the working directory",
        details: "",
        takes_code: false,
        run: cd,
    },
    Magic {
        name: "pwd",
        usage: "%pwd",
        summary: "print the working directory",
        details: "",
        takes_code: false,
        run: |session, _| {
            session.print(&std::env::current_dir()?.display().to_string());
            Ok(())
        },
    },
    Magic {
        name: "env",
        usage: "%env [NAME]",
        summary: "print one environment variable or all of them",
        details: "",
        takes_code: false,
        run: env,
    },
];

fn load(session: &mut Session, argument: &str) -> Result<(), MagicError> {
    let path = argument.trim();
    if path.is_empty() {
        return Err(MagicError::Usage);
    }
    let text = std::fs::read_to_string(path).map_err(|error| MagicError::Message(format!("{path}: {error}")))?;
    session.next_input = Some(text.trim_end().to_owned());
    Ok(())
}

fn save(session: &mut Session, argument: &str) -> Result<(), MagicError> {
    let (path, range) = next_word(argument);
    if path.is_empty() {
        return Err(MagicError::Usage);
    }
    let (first, last) = if range.is_empty() { (1, usize::MAX) } else { parse_range(range).ok_or(MagicError::Usage)? };
    let code: Vec<&str> = session
        .inputs
        .iter()
        .enumerate()
        .filter(|(index, _)| (first..=last).contains(&(index + 1)))
        .filter(|(_, input)| matches!(classify(input), Input::Code(_)))
        .map(|(_, input)| input.trim_end())
        .collect();
    if code.is_empty() {
        return Err(MagicError::Message("no Lua inputs to save".to_owned()));
    }
    let mut options = std::fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .open(path)
        .map_err(|error| MagicError::Message(format!("{path}: {error}")))?;
    std::io::Write::write_all(&mut file, (code.join("\n") + "\n").as_bytes())?;
    session.print(&format!("saved {} inputs to {path}", code.len()));
    Ok(())
}

/// `5`, `2-7` or `3-`.
fn parse_range(text: &str) -> Option<(usize, usize)> {
    match text.split_once('-') {
        None => text.parse().ok().map(|only| (only, only)),
        Some((first, "")) => Some((first.parse().ok()?, usize::MAX)),
        Some((first, last)) => Some((first.parse().ok()?, last.parse().ok()?)),
    }
}

fn cd(session: &mut Session, argument: &str) -> Result<(), MagicError> {
    let folder = argument.trim();
    if folder.is_empty() {
        return Err(MagicError::Usage);
    }
    std::env::set_current_dir(folder).map_err(|error| MagicError::Message(format!("{folder}: {error}")))?;
    session.print(&std::env::current_dir()?.display().to_string());
    Ok(())
}

fn env(session: &mut Session, argument: &str) -> Result<(), MagicError> {
    let name = argument.trim();
    if name.contains('=') {
        // Another thread of a library may be reading the environment at this moment.
        return Err(MagicError::Message("variables can be read here, not set".to_owned()));
    }
    if !name.is_empty() {
        let value = std::env::var_os(name).ok_or_else(|| MagicError::Message(format!("{name} is not set")))?;
        session.print(&value.to_string_lossy());
        return Ok(());
    }
    let mut lines: Vec<String> = std::env::vars_os()
        .map(|(name, value)| format!("{}={}", name.to_string_lossy(), value.to_string_lossy()))
        .collect();
    lines.sort_unstable();
    session.print(&lines.join("\n"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        assert_eq!(parse_range("5"), Some((5, 5)));
        assert_eq!(parse_range("2-7"), Some((2, 7)));
        assert_eq!(parse_range("3-"), Some((3, usize::MAX)));
        assert_eq!(parse_range("-3"), None);
        assert_eq!(parse_range("x"), None);
    }
}
