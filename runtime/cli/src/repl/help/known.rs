//! Functions with a description: Lua's and those of ctypes.

use super::{ctypes, lua};
use moonglue::mlua::{Function, Lua, Table, Value};

/// One described function.
pub(crate) struct Described {
    /// Its name from the globals, such as `string.rep`.
    pub(crate) name: &'static str,
    /// Its parameters, optional ones in brackets.
    pub(crate) parameters: &'static str,
    /// What it does, in one line.
    pub(crate) summary: &'static str,
}

/// What is known about the function with this very identity, under whichever name it was reached.
pub(crate) fn described(lua: &Lua, function: &Function) -> Option<&'static Described> {
    all().find(|known| lookup(lua, known.name).as_ref() == Some(function))
}

/// What is known about the name `topic`.
pub(super) fn named(topic: &str) -> Option<&'static Described> {
    all().find(|known| known.name == topic)
}

fn all() -> impl Iterator<Item = &'static Described> {
    lua::FUNCTIONS.iter().chain(ctypes::FUNCTIONS)
}

fn lookup(lua: &Lua, name: &str) -> Option<Function> {
    let mut table: Table = lua.globals();
    let (library, name) = name.split_once('.').unwrap_or(("", name));
    if !library.is_empty() {
        table = table.raw_get::<Option<Table>>(library).ok()??;
    }
    match table.raw_get::<Value>(name) {
        Ok(Value::Function(function)) => Some(function),
        _ => None,
    }
}

pub(super) const fn function(name: &'static str, parameters: &'static str, summary: &'static str) -> Described {
    Described { name, parameters, summary }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_of_lua_and_ctypes_is_described_and_exists() {
        let runtime = crate::repl::testing::runtime();
        let lua = runtime.lua();
        for known in all() {
            assert!(lookup(lua, known.name).is_some(), "{} does not exist", known.name);
        }
        let missing: Vec<String> = lua
            .load(
                "local names = {}
                 for name, value in pairs(_G) do
                   if type(value) == 'function' then names[#names + 1] = name
                   elseif type(value) == 'table' and name ~= '_G' and name ~= 'arg' then
                     for inner, field in pairs(value) do
                       if type(field) == 'function' then names[#names + 1] = name .. '.' .. inner end
                     end
                   end
                 end
                 return names",
            )
            .eval::<Vec<String>>()
            .expect("a list of names")
            .into_iter()
            .filter(|name| named(name).is_none() && name != "debug.setcstacklimit")
            .collect();
        assert_eq!(missing, [""; 0]);
    }
}
