//! Persistent history: one entry per complete input, written at once.

use super::places::Place;
use rustyline::history::History;
use rustyline::{Editor, Helper};
use std::path::{Path, PathBuf};

/// Entries kept in the file.
pub(crate) const ENTRIES: usize = 10_000;

/// The file behind the editor's history.
pub(crate) struct HistoryFile {
    path: Option<PathBuf>,
}

impl HistoryFile {
    /// Opens the history at `place` and loads it into `editor`. What goes wrong is returned as a text for the user;
    /// the session then goes on with a history of its own.
    pub(crate) fn open<H: Helper, I: History>(place: Place, editor: &mut Editor<H, I>) -> (Self, Option<String>) {
        let path = match place {
            Place::Off => return (Self { path: None }, None),
            Place::Usual(path) | Place::Named(path) => path,
        };
        if let Err(error) = prepare(&path) {
            let complaint = format!("history is not kept: {}: {error}", path.display());
            return (Self { path: None }, Some(complaint));
        }
        let complaint = match editor.load_history(&path) {
            Ok(()) => None,
            Err(error) => Some(format!("cannot read the history {}: {error}", path.display())),
        };
        (Self { path: Some(path) }, complaint)
    }

    /// Adds an input and writes it out, so that a crash in C loses nothing. A failure to write ends the keeping.
    pub(crate) fn add<H: Helper, I: History>(&mut self, editor: &mut Editor<H, I>, input: &str) -> Option<String> {
        let added = editor.add_history_entry(input).unwrap_or(false);
        let path = self.path.as_ref().filter(|_| added)?;
        let error = editor.append_history(path).err()?;
        let complaint = format!("history is no longer kept: {}: {error}", path.display());
        self.path = None;
        Some(complaint)
    }
}

/// Makes the folder, and the file: rustyline reports a missing one as an error.
fn prepare(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    if path.exists() {
        return Ok(());
    }
    // What was typed may hold secrets: the file is the user's alone.
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustyline::DefaultEditor;

    fn entries(editor: &DefaultEditor) -> Vec<String> {
        editor.history().iter().cloned().collect()
    }

    #[test]
    fn inputs_of_several_lines_survive_a_session() {
        let folder = std::env::temp_dir().join(format!("moonglue-history-{}", std::process::id()));
        let path = folder.join("deep").join("history");
        let mut editor = DefaultEditor::new().expect("an editor");
        let (mut file, complaint) = HistoryFile::open(Place::Usual(path.clone()), &mut editor);
        assert_eq!(complaint, None);
        for input in ["for i = 1, 2 do\n  print('\\n')\nend", "x", "x"] {
            assert_eq!(file.add(&mut editor, input), None);
        }
        let mut later = DefaultEditor::new().expect("an editor");
        let (_, complaint) = HistoryFile::open(Place::Usual(path), &mut later);
        assert_eq!(complaint, None);
        assert_eq!(entries(&later), ["for i = 1, 2 do\n  print('\\n')\nend", "x"]);
        std::fs::remove_dir_all(folder).expect("our own folder");
    }

    #[test]
    fn a_place_that_cannot_be_written_is_a_complaint() {
        let mut editor = DefaultEditor::new().expect("an editor");
        let (mut file, complaint) = HistoryFile::open(Place::Named("/dev/null/history".into()), &mut editor);
        assert!(complaint.expect("a complaint").contains("/dev/null/history"));
        assert_eq!(file.add(&mut editor, "x"), None);
        assert_eq!(entries(&editor), ["x"]);
    }
}
