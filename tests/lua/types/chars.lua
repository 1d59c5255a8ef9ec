--| "\0"	"x"	"A"	"\255"
--| "\0"
--| TypeError	TypeError	TypeError	TypeError	TypeError
--| "q"
--| "é"	"€"	"😀"
--| TypeError	TypeError	TypeError
--| ValueError
--| "ü"
-- One byte, one wide character.
local ct = require "ctypes"
local function q(s) return (("%q"):format(s):gsub("\\0$", "\\0")) end
print(q(ct.c_char().value), q(ct.c_char("x").value), q(ct.c_char(65).value), '"\\' .. ct.c_char(255).value:byte() .. '"')
print(q(ct.c_char("\0").value))
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(ct.c_char, ""), kind(ct.c_char, "ab"), kind(ct.c_char, 256), kind(ct.c_char, -1), kind(ct.c_char, nil))
local c = ct.c_char("a")
c.value = "q"
print(q(c.value))
print(q(ct.c_wchar("é").value), q(ct.c_wchar("€").value), q(ct.c_wchar("😀").value))
print(kind(ct.c_wchar, ""), kind(ct.c_wchar, "ab"), kind(ct.c_wchar, 65))
print(kind(ct.c_wchar, "\xff"))
local w = ct.c_wchar("a")
w.value = "ü"
print(q(w.value))
