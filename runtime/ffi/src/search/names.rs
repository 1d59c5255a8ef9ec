//! The file names a library name may stand for.

use std::cmp::Ordering;

/// What the files of shared libraries end in here.
pub(super) const SUFFIX: &str = if cfg!(windows) {
    ".dll"
} else if cfg!(target_vendor = "apple") {
    ".dylib"
} else {
    ".so"
};

/// A file name looked for in every place before the next one is tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    /// This name.
    Exact(String),
    /// This name, a dot and a version number, the highest first: `libz.so` stands for `libz.so.1`.
    Versioned(String),
}

/// For the loader: the name itself, and for a bare `m` or `libm` what it is short for.
pub(super) fn to_open(name: &str) -> Vec<Pattern> {
    let mut patterns = vec![Pattern::Exact(name.to_owned())];
    if !has_suffix(name) {
        patterns.extend(shorthand(name));
    }
    patterns
}

/// For `find_library`: also `libm.so` stands for `libm.so.6`, since the answer names the one found.
pub(super) fn to_find(name: &str) -> Vec<Pattern> {
    if has_suffix(name) {
        vec![Pattern::Exact(name.to_owned()), Pattern::Versioned(name.to_owned())]
    } else {
        shorthand(name)
    }
}

fn shorthand(name: &str) -> Vec<Pattern> {
    let plain = format!("{name}{SUFFIX}");
    let prefixed = format!("lib{plain}");
    let bases = if cfg!(windows) {
        vec![plain]
    } else if name.starts_with("lib") {
        vec![plain, prefixed]
    } else {
        vec![prefixed, plain]
    };
    bases.into_iter().flat_map(|base| [Pattern::Exact(base.clone()), Pattern::Versioned(base)]).collect()
}

fn has_suffix(name: &str) -> bool {
    name.find(SUFFIX).is_some_and(|at| {
        let rest = &name[at + SUFFIX.len()..];
        rest.is_empty() || rest.starts_with('.')
    })
}

impl Pattern {
    /// The name to show when nothing was found.
    pub(super) fn shown(&self) -> String {
        match self {
            Pattern::Exact(name) => name.clone(),
            Pattern::Versioned(base) => format!("{base}.*"),
        }
    }

    pub(super) fn matches(&self, file: &str) -> bool {
        match self {
            Pattern::Exact(name) => name == file,
            Pattern::Versioned(base) => file
                .strip_prefix(base.as_str())
                .and_then(|rest| rest.strip_prefix('.'))
                .is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit())),
        }
    }
}

/// Orders names so that the highest version comes first; numbers compare as numbers.
pub(super) fn newest_first(a: &str, b: &str) -> Ordering {
    let parts = |name: &str| -> Vec<(u64, String)> {
        name.split('.').map(|part| (part.parse().unwrap_or(0), part.to_owned())).collect()
    };
    parts(b).cmp(&parts(a))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(all(unix, not(target_vendor = "apple")))]
    #[test]
    fn bare_names_stand_for_libraries() {
        let shown = |patterns: Vec<Pattern>| patterns.iter().map(Pattern::shown).collect::<Vec<_>>();
        assert_eq!(shown(to_find("m")), ["libm.so", "libm.so.*", "m.so", "m.so.*"]);
        assert_eq!(shown(to_find("libm")), ["libm.so", "libm.so.*", "liblibm.so", "liblibm.so.*"]);
        assert_eq!(shown(to_find("libm.so.6")), ["libm.so.6", "libm.so.6.*"]);
        assert_eq!(shown(to_open("libm.so.6")), ["libm.so.6"]);
        assert_eq!(shown(to_open("z"))[0], "z");
        assert_eq!(shown(to_open("a.sound"))[1], "liba.sound.so");
    }

    #[test]
    fn versions_compare_as_numbers() {
        let mut names = ["liba.so.9", "liba.so.10.1", "liba.so.10", "liba.so.10.0.3"];
        names.sort_by(|a, b| newest_first(a, b));
        assert_eq!(names, ["liba.so.10.1", "liba.so.10.0.3", "liba.so.10", "liba.so.9"]);
        assert!(Pattern::Versioned("liba.so".into()).matches("liba.so.1"));
        for other in ["liba.so", "liba.so.old", "libab.so.1", "liba.so1"] {
            assert!(!Pattern::Versioned("liba.so".into()).matches(other), "{other}");
        }
    }
}
