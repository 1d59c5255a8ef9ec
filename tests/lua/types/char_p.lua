--| nil	nil	hello	a
--| two	one
--| nil
--| TypeError	TypeError
--| hey
--| hello
-- c_char_p owns a mutable copy of its string; assigning `.value` points it elsewhere.
local ct = require "ctypes"
print(ct.c_char_p().value, ct.c_char_p(nil).value, ct.c_char_p("hello").value, ct.c_char_p("a\0b").value)
local p = ct.c_char_p("one")
local alias = ct.cast(p, ct.c_char_p)
p.value = "two"
print(p.value, alias.value)
p.value = nil
print(p.value)
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(ct.c_char_p, 1.5), kind(ct.c_char_p, true))
-- The copy may be written to: Lua's own string never changes.
local text = "hello"
local owner = ct.c_char_p(text)
local bytes = ct.cast(owner, ct.POINTER(ct.c_char))
bytes[1], bytes[2], bytes[3] = "e", "y", "\0"
print(owner.value)
print(text)
