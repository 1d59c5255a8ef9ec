//! The source texts of the chunks that were run, for showing the line at fault.

use std::collections::HashMap;
use std::path::Path;

/// Texts of chunks that are no files, by chunk label.
#[derive(Default)]
pub(crate) struct Sources {
    texts: HashMap<String, String>,
}

/// Files beyond this size are not read again to show a line of them.
const LARGEST_FILE: u64 = 16 << 20;

impl Sources {
    /// Notes the text of a chunk that is no file: `stdin`, `(command line)`.
    pub(crate) fn note(&mut self, label: &str, text: &[u8]) {
        self.texts.insert(label.to_owned(), String::from_utf8_lossy(text).into_owned());
    }

    /// Line `number` (from 1) of the chunk, without its line break.
    pub(crate) fn line(&self, label: &str, number: u32) -> Option<String> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        if let Some(text) = self.texts.get(label) {
            return text.lines().nth(index).map(str::to_owned);
        }
        let path = Path::new(label);
        let facts = std::fs::metadata(path).ok()?;
        if !facts.is_file() || facts.len() > LARGEST_FILE {
            return None;
        }
        let text = std::fs::read(path).ok()?;
        let line = text.split(|&byte| byte == b'\n').nth(index)?;
        Some(String::from_utf8_lossy(line).trim_end_matches('\r').trim_start_matches('\u{feff}').to_owned())
    }
}
