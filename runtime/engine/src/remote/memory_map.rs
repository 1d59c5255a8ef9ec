//! What is mapped in the bridge's process.

use std::io;

/// One mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MapEntry {
    /// Its first address.
    pub(crate) start: u64,
    /// The address behind its last.
    pub(crate) end: u64,
    /// `r`, `w`, `x` and `p` or `s`, a `-` for each that is missing.
    pub(crate) permissions: String,
    /// The file, or what the system calls it; empty for memory without a name.
    pub(crate) path: String,
}

/// All mappings of a process, by address.
pub(super) fn memory_map(pid: u32) -> io::Result<Vec<MapEntry>> {
    let text = std::fs::read(format!("/proc/{pid}/maps"))?;
    let text = String::from_utf8_lossy(&text);
    Ok(text.lines().filter_map(entry).collect())
}

/// `start-end permissions offset device inode path`.
fn entry(line: &str) -> Option<MapEntry> {
    let mut words = line.splitn(6, ' ');
    let (start, end) = words.next()?.split_once('-')?;
    let permissions = words.next()?.to_owned();
    let path = words.nth(3).unwrap_or_default().trim_start().to_owned();
    let number = |text| u64::from_str_radix(text, 16).ok();
    Some(MapEntry { start: number(start)?, end: number(end)?, permissions, path })
}
