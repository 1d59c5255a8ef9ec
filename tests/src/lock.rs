//! A lock between test processes.

use std::fs::{self, File};
use std::path::Path;

/// Held until dropped; other processes that take the same path wait.
pub struct Lock {
    // The operating system releases the lock when the file is closed.
    _file: File,
}

impl Lock {
    /// Waits for the lock at `path`, a file made when missing.
    ///
    /// # Panics
    ///
    /// When the file cannot be made or locked.
    pub fn take(path: &Path) -> Self {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).expect("the folder of a lock can be made");
        }
        let file = File::create(path).unwrap_or_else(|error| panic!("cannot make {}: {error}", path.display()));
        file.lock().unwrap_or_else(|error| panic!("cannot lock {}: {error}", path.display()));
        Self { _file: file }
    }
}
