//! Structures and unions: defining them, their fields, and access from Lua.

pub(crate) mod access;
pub(crate) mod define;
pub(crate) mod descriptor;
mod field;
pub(crate) mod metamethods;
mod options;

use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

use moonglue_abi::{Record, RecordKind};
use moonglue_ffi::near;

pub(crate) use field::{Field, Fields};
pub(crate) use options::Options;

use super::ctype::TypeRef;
use super::error::{Kind as ErrorKind, Res, fail};

/// A structure's or union's own facts.
pub(crate) struct RecordInfo {
    pub(crate) name: Box<str>,
    pub(crate) kind: RecordKind,
    pub(crate) base: Option<TypeRef>,
    /// The types whose base this is.
    pub(crate) derived: RefCell<Vec<TypeRef>>,
    pub(crate) options: RefCell<Options>,
    pub(crate) fields: OnceCell<Fields>,
    pub(crate) abi_record: OnceCell<Arc<Record>>,
}

impl RecordInfo {
    /// The fields; none while they are not set.
    pub(crate) fn fields(&self) -> &Fields {
        static NONE: std::sync::LazyLock<EmptyFields> = std::sync::LazyLock::new(EmptyFields::default);
        self.fields.get().unwrap_or(&NONE.0)
    }

    /// The error for a name that is no field, with near names.
    #[cold]
    pub(crate) fn no_field<T>(&self, name: &str) -> Res<T> {
        let near = near(name, self.fields().all.iter().map(|f| &*f.name));
        let hint = suggestion(&near);
        fail(ErrorKind::AttributeError, format_args!("no field '{name}'{hint}"))
    }
}

/// `, did you mean 'a' or 'b'?`, or nothing.
pub(crate) fn suggestion(near: &[&str]) -> String {
    match near {
        [] => String::new(),
        [one] => format!(", did you mean '{one}'?"),
        [first @ .., last] => {
            let first: Vec<_> = first.iter().map(|n| format!("'{n}'")).collect();
            format!(", did you mean {} or '{last}'?", first.join(", "))
        }
    }
}

/// The fields of an incomplete record: none. Holds no type, so it may be shared between threads.
#[derive(Default)]
struct EmptyFields(Fields);

// SAFETY: the only value is the empty one: no `Field`, hence no reference to a type of some Lua state, is inside.
unsafe impl Send for EmptyFields {}
// SAFETY: as above; it is never written.
unsafe impl Sync for EmptyFields {}
