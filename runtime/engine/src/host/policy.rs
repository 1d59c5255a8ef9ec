//! What a script granted native calls may do with them.

use std::path::{Path, PathBuf};

/// Which shared libraries a script may open.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Libraries {
    /// None.
    None,
    /// These files; paths are compared after symbolic links are followed, so a link to an allowed file is allowed
    /// and an allowed name that was replaced by a link elsewhere is not.
    Only(Vec<PathBuf>),
    /// Any, the running program included.
    Any,
}

/// What a script granted native calls may do with them.
///
/// A policy narrows a grant, it is not a wall: an allowed C function can do whatever C can. It is checked when a
/// library is opened, when an address becomes memory, and when a callback is made; what it denies is a
/// `PermissionError` in Lua that names what would allow it.
///
/// ```
/// use moonglue::{Libraries, Policy};
///
/// let mut policy = Policy::only(["/usr/lib/x86_64-linux-gnu/libm.so.6"]);
/// policy.callbacks = true;
/// assert!(policy.check_library("/usr/lib/libcrypt.so.1".as_ref()).is_err());
/// assert_eq!(Policy::none().libraries, Libraries::None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// The libraries that may be opened.
    pub libraries: Libraries,
    /// Whether integers may become memory: `from_address`, `cast` from integers, `string_at`, `memmove`, unchecked
    /// pointer arithmetic, function objects made from addresses.
    pub raw_pointers: bool,
    /// Whether Lua functions may be handed to C.
    pub callbacks: bool,
}

impl Policy {
    /// Types and layouts only: no library, no raw pointer, no callback.
    pub const fn none() -> Policy {
        Policy { libraries: Libraries::None, raw_pointers: false, callbacks: false }
    }

    /// Everything C can do.
    pub const fn unrestricted() -> Policy {
        Policy { libraries: Libraries::Any, raw_pointers: true, callbacks: true }
    }

    /// Whether it denies nothing at all.
    pub fn is_unrestricted(&self) -> bool {
        self.libraries == Libraries::Any && self.raw_pointers && self.callbacks
    }

    /// These libraries and nothing else: neither raw pointers nor callbacks, which the fields then switch on.
    pub fn only<P: Into<PathBuf>>(paths: impl IntoIterator<Item = P>) -> Policy {
        let paths = paths.into_iter().map(Into::into).collect();
        Policy { libraries: Libraries::Only(paths), raw_pointers: false, callbacks: false }
    }

    /// Whether the library file `resolved`, found after searching, may be opened.
    ///
    /// # Errors
    ///
    /// The text of the `PermissionError`: what was denied, and what would allow it.
    pub fn check_library(&self, resolved: &Path) -> Result<(), String> {
        let shown = resolved.display();
        match &self.libraries {
            Libraries::Any => Ok(()),
            Libraries::None => Err(format!(
                "opening {shown} is denied: the policy allows no library (Policy::only([{resolved:?}]) would allow it)"
            )),
            Libraries::Only(allowed) => {
                // What cannot be resolved cannot be compared either; the loader's search must have named a real file.
                let file = resolved.canonicalize().map_err(|error| format!("opening {shown} is denied: {error}"))?;
                let is_allowed =
                    allowed.iter().any(|path| path.canonicalize().is_ok_and(|allowed_file| allowed_file == file));
                if is_allowed {
                    Ok(())
                } else {
                    Err(format!(
                        "opening {shown} is denied: Policy::only does not name it (adding {file:?} would allow it)"
                    ))
                }
            }
        }
    }

    /// Whether the running program's own symbols (`CDLL(nil)`) may be reached.
    ///
    /// # Errors
    ///
    /// The text of the `PermissionError`.
    pub fn check_program(&self) -> Result<(), String> {
        match self.libraries {
            Libraries::Any => Ok(()),
            _ => Err("opening the running program is denied: only Libraries::Any allows it".to_owned()),
        }
    }

    /// Whether `action` (words for the message, `from_address` for one) may turn a number into memory.
    ///
    /// # Errors
    ///
    /// The text of the `PermissionError`.
    pub fn check_raw_pointer(&self, action: &str) -> Result<(), String> {
        if self.raw_pointers {
            Ok(())
        } else {
            Err(format!("{action} is denied: the policy allows no raw pointers (Policy::raw_pointers would allow it)"))
        }
    }

    /// Whether a Lua function may become a C function pointer.
    ///
    /// # Errors
    ///
    /// The text of the `PermissionError`.
    pub fn check_callback(&self) -> Result<(), String> {
        if self.callbacks {
            Ok(())
        } else {
            Err("making a callback is denied: the policy allows none (Policy::callbacks would allow it)".to_owned())
        }
    }
}

/// The text of the `PermissionError` where no native calls were granted at all.
pub(crate) const NOT_GRANTED: &str =
    "PermissionError: native calls are not granted to this runtime (Builder::allow_ffi grants them)";

/// The same for what no policy but the unrestricted one can allow.
pub(crate) const NOT_UNRESTRICTED: &str = "PermissionError: modules run in processes of their own, which no policy binds: only \
     Policy::unrestricted() allows that";
