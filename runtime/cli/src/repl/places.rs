//! Files of the session: history and startup file.

use etcetera::{BaseStrategy, choose_base_strategy};
use std::ffi::OsString;
use std::path::PathBuf;

/// A file that a variable may move, or switch off by being empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Switched off, or there is no home directory.
    Off,
    /// The usual place: it need not exist.
    Usual(PathBuf),
    /// Named by the user: worth a complaint when it does not work.
    Named(PathBuf),
}

/// Where history is kept: `MOONGLUE_HISTORY`, unless the environment is to be ignored, else the state directory.
pub(crate) fn history(ignore_environment: bool) -> Place {
    let variable = if ignore_environment { None } else { std::env::var_os("MOONGLUE_HISTORY") };
    place(variable, || {
        let directories = choose_base_strategy().ok()?;
        // Not every system has a state directory of its own.
        Some(directories.state_dir().unwrap_or_else(|| directories.data_dir()).join("moonglue").join("history"))
    })
}

/// The startup file: `MOONGLUE_INIT`, else `init.lua` in the configuration directory.
pub(crate) fn startup() -> Place {
    place(std::env::var_os("MOONGLUE_INIT"), || {
        Some(choose_base_strategy().ok()?.config_dir().join("moonglue").join("init.lua"))
    })
}

fn place(variable: Option<OsString>, usual: impl FnOnce() -> Option<PathBuf>) -> Place {
    match variable {
        Some(name) if name.is_empty() => Place::Off,
        Some(name) => Place::Named(name.into()),
        None => usual().map_or(Place::Off, Place::Usual),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_move_and_switch_off() {
        let usual = || Some(PathBuf::from("usual"));
        assert_eq!(place(None, usual), Place::Usual("usual".into()));
        assert_eq!(place(None, || None), Place::Off);
        assert_eq!(place(Some("x".into()), usual), Place::Named("x".into()));
        assert_eq!(place(Some("".into()), usual), Place::Off);
    }
}
