//! A program that has an `mlua::Lua` already gives it the module `ctypes`.

use moonglue::{Error, Policy, mlua};

fn main() -> Result<(), Error> {
    let lua = mlua::Lua::new();
    // SAFETY: this host runs only the script below, which uses types and calls nothing.
    unsafe { moonglue::install(&lua, Policy::none()) }?;
    lua.load(
        "local ct = require 'ctypes'
         local Header = ct.Structure('Header', { { 'tag', ct.c_char * 4 }, { 'size', ct.c_uint32 } })
         print(ct.sizeof(Header), Header.size.offset)",
    )
    .exec()?;
    Ok(())
}
