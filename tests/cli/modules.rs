//! C modules for stock Lua load into the binary.

use std::process::Command;

use crate::transcript::{Stage, assert_contains};

/// Declares by hand what it uses, as no header of Lua's need be installed. Everything that follows is part of Lua's
/// API for modules, so that a symbol the linker dropped makes loading fail.
const MODULE: &str = r#"
#include <stddef.h>
typedef struct lua_State lua_State;
typedef int (*lua_CFunction)(lua_State *);
extern void lua_createtable(lua_State *, int, int);
extern void lua_pushcclosure(lua_State *, lua_CFunction, int);
extern void lua_setfield(lua_State *, int, const char *);
extern void lua_pushinteger(lua_State *, long long);
extern long long luaL_checkinteger(lua_State *, int);
extern int luaL_error(lua_State *, const char *, ...);

static int twice(lua_State *L) {
  long long n = luaL_checkinteger(L, 1);
  if (n < 0) return luaL_error(L, "negative: %d", (int)n);
  lua_pushinteger(L, 2 * n);
  return 1;
}

int luaopen_tiny(lua_State *L) {
  lua_createtable(L, 0, 1);
  lua_pushcclosure(L, twice, 0);
  lua_setfield(L, -2, "twice");
  return 1;
}

/* Never called: only has to be found. */
#define NEED(name) extern void name(void);
#define ALL \
  NEED(lua_absindex) NEED(lua_arith) NEED(lua_atpanic) NEED(lua_callk) NEED(lua_checkstack) NEED(lua_close) \
  NEED(lua_closeslot) NEED(lua_closethread) NEED(lua_compare) NEED(lua_concat) NEED(lua_copy) NEED(lua_dump) \
  NEED(lua_error) NEED(lua_gc) NEED(lua_getallocf) NEED(lua_getfield) NEED(lua_getglobal) NEED(lua_gethook) \
  NEED(lua_gethookcount) NEED(lua_gethookmask) NEED(lua_geti) NEED(lua_getinfo) NEED(lua_getiuservalue) \
  NEED(lua_getlocal) NEED(lua_getmetatable) NEED(lua_getstack) NEED(lua_gettable) NEED(lua_gettop) \
  NEED(lua_getupvalue) NEED(lua_iscfunction) NEED(lua_isinteger) NEED(lua_isnumber) NEED(lua_isstring) \
  NEED(lua_isuserdata) NEED(lua_isyieldable) NEED(lua_len) NEED(lua_load) NEED(lua_newstate) NEED(lua_newthread) \
  NEED(lua_newuserdatauv) NEED(lua_next) NEED(lua_pcallk) NEED(lua_pushboolean) NEED(lua_pushfstring) \
  NEED(lua_pushlightuserdata) NEED(lua_pushlstring) NEED(lua_pushnil) NEED(lua_pushnumber) NEED(lua_pushstring) \
  NEED(lua_pushthread) NEED(lua_pushvalue) NEED(lua_pushvfstring) NEED(lua_rawequal) NEED(lua_rawget) \
  NEED(lua_rawgeti) NEED(lua_rawgetp) NEED(lua_rawlen) NEED(lua_rawset) NEED(lua_rawseti) NEED(lua_rawsetp) \
  NEED(lua_resetthread) NEED(lua_resume) NEED(lua_rotate) NEED(lua_setallocf) NEED(lua_setcstacklimit) \
  NEED(lua_setglobal) NEED(lua_sethook) NEED(lua_seti) NEED(lua_setiuservalue) NEED(lua_setlocal) \
  NEED(lua_setmetatable) NEED(lua_settable) NEED(lua_settop) NEED(lua_setupvalue) NEED(lua_setwarnf) \
  NEED(lua_status) NEED(lua_stringtonumber) NEED(lua_toboolean) NEED(lua_tocfunction) NEED(lua_toclose) \
  NEED(lua_tointegerx) NEED(lua_tolstring) NEED(lua_tonumberx) NEED(lua_topointer) NEED(lua_tothread) \
  NEED(lua_touserdata) NEED(lua_type) NEED(lua_typename) NEED(lua_upvalueid) NEED(lua_upvaluejoin) \
  NEED(lua_version) NEED(lua_warning) NEED(lua_xmove) NEED(lua_yieldk) NEED(luaL_addgsub) NEED(luaL_addlstring) \
  NEED(luaL_addstring) NEED(luaL_addvalue) NEED(luaL_argerror) NEED(luaL_buffinit) NEED(luaL_buffinitsize) \
  NEED(luaL_callmeta) NEED(luaL_checkany) NEED(luaL_checklstring) NEED(luaL_checknumber) NEED(luaL_checkoption) \
  NEED(luaL_checkstack) NEED(luaL_checktype) NEED(luaL_checkudata) NEED(luaL_checkversion_) NEED(luaL_execresult) \
  NEED(luaL_fileresult) NEED(luaL_getmetafield) NEED(luaL_getsubtable) NEED(luaL_gsub) NEED(luaL_len) \
  NEED(luaL_loadbufferx) NEED(luaL_loadfilex) NEED(luaL_loadstring) NEED(luaL_newmetatable) NEED(luaL_newstate) \
  NEED(luaL_openlibs) NEED(luaL_optinteger) NEED(luaL_optlstring) NEED(luaL_optnumber) NEED(luaL_prepbuffsize) \
  NEED(luaL_pushresult) NEED(luaL_pushresultsize) NEED(luaL_ref) NEED(luaL_requiref) NEED(luaL_setfuncs) \
  NEED(luaL_setmetatable) NEED(luaL_testudata) NEED(luaL_tolstring) NEED(luaL_traceback) NEED(luaL_typeerror) \
  NEED(luaL_unref) NEED(luaL_where) NEED(luaopen_base) NEED(luaopen_coroutine) NEED(luaopen_debug) NEED(luaopen_io) \
  NEED(luaopen_math) NEED(luaopen_os) NEED(luaopen_package) NEED(luaopen_string) NEED(luaopen_table) \
  NEED(luaopen_utf8)
ALL
#undef NEED
#define NEED(name) name,
void (*const needed[])(void) = { ALL };
"#;

fn stage_with_module() -> Stage {
    let stage = Stage::new();
    let source = stage.file("tiny.c", MODULE);
    let library = stage.path().join("tiny.so");
    let output = Command::new("gcc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .arg(&library)
        .arg(&source)
        .output()
        .expect("gcc builds the module (scripts/test installs it)");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    stage
}

#[test]
fn a_c_module_finds_the_whole_api() {
    let stage = stage_with_module();
    stage.file("script.lua", "local tiny = require 'tiny'\nprint(tiny.twice(21), pcall(tiny.twice, -1))");
    assert_eq!(stage.run(&["script.lua"]).output(), "42\tfalse\tnegative: -1\n");
}

#[test]
fn its_errors_are_ordinary_ones() {
    let stage = stage_with_module();
    stage.file("script.lua", "local tiny = require 'tiny'\nlocal function f() return tiny.twice('x') end\nf()");
    let outcome = stage.run(&["script.lua"]);
    assert_contains(outcome.failure(), &["bad argument #1 to", "number expected, got string"]);
}
