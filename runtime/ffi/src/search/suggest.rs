//! Libraries that may have been meant by a name that was not found.

use std::collections::BTreeMap;
use std::path::Path;

use crate::near::near;
use crate::search::cache::{CACHE_FILE, read_cache};
use crate::search::names::{SUFFIX, newest_first};

/// Names the system knows whose core (`z` of `libz.so.1`) is that of `name`, or near it.
pub(crate) fn suggest(name: &str) -> Vec<String> {
    suggest_among(name, read_cache(Path::new(CACHE_FILE)).into_iter().map(|entry| entry.name))
}

fn suggest_among(name: &str, known: impl Iterator<Item = String>) -> Vec<String> {
    // The newest of each, so that one library in many versions is one suggestion.
    let mut by_core: BTreeMap<String, String> = BTreeMap::new();
    for name in known.filter(|known| known != name) {
        let newest = by_core.entry(core(&name).to_owned()).or_insert_with(|| name.clone());
        if newest_first(&name, newest).is_lt() {
            *newest = name;
        }
    }
    let core = core(name);
    match by_core.get(core) {
        Some(other_version) => vec![other_version.clone()],
        None => near(core, by_core.keys().map(String::as_str)).into_iter().map(|core| by_core[core].clone()).collect(),
    }
}

fn core(name: &str) -> &str {
    let name = name.strip_prefix("lib").unwrap_or(name);
    name.find(SUFFIX).map_or(name, |end| &name[..end])
}

#[cfg(all(test, unix, not(target_vendor = "apple")))]
mod tests {
    use super::suggest_among;

    #[test]
    fn other_versions_come_before_near_names() {
        let known =
            ["libz.so.1", "libz3.so.4", "libsqlite3.so.0", "libsqlite3.so.0.8.6", "libssl.so.3", "libssl.so.1.1"];
        let suggest = |name| suggest_among(name, known.into_iter().map(str::to_owned));
        assert_eq!(suggest("libz.so"), ["libz.so.1"]);
        assert_eq!(suggest("libsqlite.so"), ["libsqlite3.so.0.8.6"]);
        assert_eq!(suggest("libssl.so.2"), ["libssl.so.3"]);
        assert!(suggest("something").is_empty());
    }
}
