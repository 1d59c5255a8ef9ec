//! Files and modules whose names begin as typed.

use moonglue::mlua::{Lua, Table, Value};
use std::path::Path;

/// Paths that begin with `partial`; folders end with a slash. Hidden files only when asked for by their dot.
pub(super) fn paths(partial: &str) -> Vec<String> {
    let (folder, name) = match partial.rfind('/') {
        Some(slash) => partial.split_at(slash + 1),
        None => ("", partial),
    };
    let mut found: Vec<String> = entries(if folder.is_empty() { "." } else { folder })
        .into_iter()
        .filter(|(entry, _)| entry.starts_with(name) && (name.starts_with('.') || !entry.starts_with('.')))
        .map(|(entry, is_folder)| format!("{folder}{entry}{}", if is_folder { "/" } else { "" }))
        .collect();
    found.sort_unstable();
    found
}

/// Names and kinds of what is in `folder`; nothing when it cannot be read.
fn entries(folder: &str) -> Vec<(String, bool)> {
    let Ok(listing) = std::fs::read_dir(folder) else { return Vec::new() };
    listing.flatten().filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.path().is_dir()))).collect()
}

/// Modules that begin with `partial`: loaded ones, preloaded ones, and files where `require` would look.
pub(super) fn modules(lua: &Lua, partial: &str) -> Vec<String> {
    let mut found = Vec::new();
    let Ok(Some(package)) = lua.globals().raw_get::<Option<Table>>("package") else { return found };
    for known in ["loaded", "preload"] {
        let Ok(Some(table)) = package.raw_get::<Option<Table>>(known) else { continue };
        // The traversal is raw and its closure never fails, so there is no error to report.
        let _ = table.for_each(|name: Value, _: Value| {
            if let Value::String(name) = name {
                found.push(name.to_string_lossy());
            }
            Ok(())
        });
    }
    for path in ["path", "cpath"] {
        let Ok(Some(templates)) = package.raw_get::<Option<String>>(path) else { continue };
        for template in templates.split(';') {
            found.extend(modules_in(template, partial));
        }
    }
    found.retain(|name| name.starts_with(partial) && name != "_G");
    found.sort_unstable();
    found.dedup();
    found
}

/// Modules that `template`, such as `./?.lua` or `/usr/share/lua/5.4/?/init.lua`, would find.
fn modules_in(template: &str, partial: &str) -> Vec<String> {
    let Some((base, ending)) = template.split_once('?') else { return Vec::new() };
    let (parent, _) = partial.rsplit_once('.').unwrap_or(("", partial));
    let folder = format!("{base}{}", parent.replace('.', "/"));
    let qualified = |name: &str| if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") };
    entries(if folder.is_empty() { "." } else { &folder })
        .into_iter()
        .filter_map(|(entry, is_folder)| match (is_folder, ending.strip_prefix('/')) {
            (true, Some(inside)) => Path::new(&folder).join(&entry).join(inside).is_file().then(|| qualified(&entry)),
            (false, None) => entry.strip_suffix(ending).filter(|name| !name.is_empty()).map(qualified),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_folders_and_modules() {
        let folder = std::env::temp_dir().join(format!("moonglue-complete-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("tools").join("deep")).expect("a folder");
        for file in ["alpha.lua", "also.txt", ".hidden", "tools/init.lua", "tools/inner.lua"] {
            std::fs::write(folder.join(file), "").expect("a file");
        }
        let base = folder.display().to_string();
        assert_eq!(paths(&format!("{base}/al")), [format!("{base}/alpha.lua"), format!("{base}/also.txt")]);
        assert_eq!(paths(&format!("{base}/t")), [format!("{base}/tools/")]);
        assert_eq!(paths(&format!("{base}/.h")), [format!("{base}/.hidden")]);
        assert_eq!(modules_in(&format!("{base}/?.lua"), "al"), ["alpha"]);
        assert_eq!(modules_in(&format!("{base}/?/init.lua"), "to"), ["tools"]);
        assert_eq!(modules_in(&format!("{base}/?.lua"), "tools.in").len(), 2);
        assert!(modules_in(&format!("{base}/?.lua"), "tools.in").contains(&"tools.inner".to_owned()));
        std::fs::remove_dir_all(folder).expect("our own folder");
    }
}
