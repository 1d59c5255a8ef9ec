//! Help at the prompt: the prompt itself, its magics, Lua's functions, and the user's values.

mod answer;
mod lua;

pub(crate) use answer::answer;
pub(crate) use lua::lua_function;
