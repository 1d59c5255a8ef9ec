//! Help at the prompt: the prompt itself, its magics, Lua's functions, and the user's values.

mod answer;
mod ctypes;
mod known;
mod lua;

pub(crate) use answer::answer;
pub(crate) use known::described;
