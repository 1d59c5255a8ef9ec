//! glibc's cache of library names, `/etc/ld.so.cache`, as `ldconfig` writes it.

use std::path::{Path, PathBuf};

/// Where glibc keeps it.
pub(super) const CACHE_FILE: &str = "/etc/ld.so.cache";

const OLD_MAGIC: &[u8] = b"ld.so-1.7.0";
const NEW_MAGIC: &[u8] = b"glibc-ld.so.cache1.1";
const OLD_HEADER: usize = 16;
const OLD_ENTRY: usize = 12;
const NEW_HEADER: usize = 48;
const NEW_ENTRY: usize = 24;

/// One line of `ldconfig -p`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CacheEntry {
    /// The name programs ask for, usually the soname.
    pub(super) name: String,
    /// The file.
    pub(super) path: PathBuf,
}

/// The entries of the cache at `path`, in its order (newest versions first); none when it cannot be read.
pub(super) fn read_cache(path: &Path) -> Vec<CacheEntry> {
    std::fs::read(path).ok().and_then(|bytes| parse(&bytes)).unwrap_or_default()
}

/// Reads a cache in the new format, alone or behind one in the old format. `None` when it is neither.
pub(super) fn parse(bytes: &[u8]) -> Option<Vec<CacheEntry>> {
    let new = new_part(bytes)?;
    // Byte 28 tells the byte order since glibc 2.33; before, it is 0 and the order is the machine's.
    let big_endian = match new.get(28)? {
        2 => false,
        3 => true,
        _ => cfg!(target_endian = "big"),
    };
    let number = |at: usize| number(new, at, big_endian);
    let count = number(20)? as usize;
    if new.len() < NEW_HEADER.checked_add(count.checked_mul(NEW_ENTRY)?)? {
        return None;
    }
    let mut entries = Vec::with_capacity(count);
    for index in 0..count {
        let at = NEW_HEADER + index * NEW_ENTRY;
        // A variant for newer processors stands beside a plain one under the same name: the plain one always runs.
        let plain = new.get(at + 16..at + 24)?.iter().all(|&byte| byte == 0);
        // One bad entry says nothing about the others.
        if let (true, Some(name), Some(path)) = (plain, text(new, number(at + 4)?), text(new, number(at + 8)?)) {
            entries.push(CacheEntry { name: name.to_owned(), path: PathBuf::from(path) });
        }
    }
    Some(entries)
}

fn new_part(bytes: &[u8]) -> Option<&[u8]> {
    if bytes.starts_with(NEW_MAGIC) {
        return Some(bytes);
    }
    if !bytes.starts_with(OLD_MAGIC) {
        return None;
    }
    let count = number(bytes, 12, cfg!(target_endian = "big"))? as usize;
    let end = OLD_HEADER.checked_add(count.checked_mul(OLD_ENTRY)?)?;
    // Aligned for a 64-bit number, whose alignment is 4 on some 32-bit machines.
    [8, 4]
        .into_iter()
        .filter_map(|align| bytes.get(end.checked_next_multiple_of(align)?..))
        .find(|part| part.starts_with(NEW_MAGIC))
}

fn number(bytes: &[u8], at: usize, big_endian: bool) -> Option<u32> {
    let bytes: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    Some(if big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
}

fn text(bytes: &[u8], at: u32) -> Option<&str> {
    let rest = bytes.get(at as usize..)?;
    let end = rest.iter().position(|&byte| byte == 0)?;
    std::str::from_utf8(&rest[..end]).ok().filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        let mut bytes = NEW_MAGIC.to_vec();
        let entries: [(&str, &str, u64); 3] = [
            ("libz.so.1", "/lib/x/libz.so.1", 1 << 62),
            ("libz.so.1", "/lib/libz.so.1", 0),
            ("libm.so.6", "/lib/libm.so.6", 0),
        ];
        bytes.extend((entries.len() as u32).to_le_bytes());
        bytes.extend([0; 4]);
        bytes.push(2);
        bytes.resize(NEW_HEADER, 0);
        let mut strings = Vec::new();
        let start = NEW_HEADER + entries.len() * NEW_ENTRY;
        for (name, path, capability) in entries {
            bytes.extend(3u32.to_le_bytes());
            for text in [name, path] {
                bytes.extend(((start + strings.len()) as u32).to_le_bytes());
                strings.extend(text.as_bytes());
                strings.push(0);
            }
            bytes.extend([0; 4]);
            bytes.extend(capability.to_le_bytes());
        }
        bytes.extend(strings);
        bytes
    }

    #[test]
    fn plain_entries_are_read() {
        let entries = parse(&sample()).unwrap();
        let pairs: Vec<_> = entries.iter().map(|entry| (entry.name.as_str(), entry.path.to_str().unwrap())).collect();
        assert_eq!(pairs, [("libz.so.1", "/lib/libz.so.1"), ("libm.so.6", "/lib/libm.so.6")]);
    }

    /// The program that writes the cache lists it as we do.
    #[cfg(target_os = "linux")]
    #[test]
    fn the_systems_own_listing_agrees() {
        let Ok(output) = std::process::Command::new("/sbin/ldconfig").arg("-p").output() else {
            println!("not tested: no /sbin/ldconfig here");
            return;
        };
        let text = String::from_utf8_lossy(&output.stdout);
        let theirs: Vec<(&str, &str)> = text
            .lines()
            .filter(|line| !line.contains("hwcap: "))
            .filter_map(|line| {
                let (name, path) = line.strip_prefix('\t')?.split_once(" => ")?;
                Some((name.split_once(' ')?.0, path))
            })
            .collect();
        let ours = read_cache(Path::new(CACHE_FILE));
        let ours: Vec<_> = ours.iter().map(|entry| (entry.name.as_str(), entry.path.to_str().unwrap())).collect();
        assert_eq!(ours, theirs);
    }

    #[test]
    fn the_new_format_behind_the_old_one_is_found() {
        let mut bytes = OLD_MAGIC.to_vec();
        bytes.push(0);
        bytes.extend(1u32.to_ne_bytes());
        bytes.extend([7; OLD_ENTRY]);
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        bytes.extend(sample());
        assert_eq!(parse(&bytes), parse(&sample()));
    }

    #[test]
    fn cut_and_damaged_caches_are_survived() {
        let whole = sample();
        for end in 0..whole.len() {
            assert_ne!(parse(&whole[..end]).map_or(0, |entries| entries.len()), 3);
        }
        for at in 0..whole.len() * 8 {
            let mut bytes = whole.clone();
            bytes[at / 8] ^= 1 << (at % 8);
            parse(&bytes);
        }
    }
}
