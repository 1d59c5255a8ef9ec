--| 8	8
--| 0	0	0
--| 1077936128	3.0
--| 42
--| true
--| TypeError	AttributeError
-- All members of a union start at offset 0.
local ct = require "ctypes"
local U = ct.Union("U", { { "i", ct.c_int }, { "f", ct.c_float }, { "l", ct.c_long } })
print(ct.sizeof(U), ct.alignment(U))
print(U.i.offset, U.f.offset, U.l.offset)
local u = U()
u.f = 3
print(u.i, u.f)
print(U(42).l)
-- Initialisers are written in order, later over earlier.
print(U { 0, f = 3 }.i == 1077936128)
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(U, 1, 2, 3, 4), kind(U, { d = 1 }))
