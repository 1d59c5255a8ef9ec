//! What is being called, for messages.

/// A function and its library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    /// The function's name.
    pub(crate) function: String,
    /// The library's name or path.
    pub(crate) module: String,
}

impl std::fmt::Display for Label {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {}", self.function, file_name(&self.module))
    }
}

/// What follows the last slash.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
