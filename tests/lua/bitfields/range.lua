--| 7	-1
--| 5	2
--| -4	3
--| OverflowError	OverflowError	OverflowError
--| TypeError	TypeError
--| true	false
--| 6	-1
-- A bit field takes the signed and the unsigned range of its width, and nothing beyond.
local ct = require "ctypes"
local B = ct.Structure("B", { { "u", ct.c_uint, 3 }, { "s", ct.c_int, 3 }, { "f", ct.c_bool, 1 } })
local b = B(-1, 7)
print(b.u, b.s)
b.u, b.s = 5, 2
print(b.u, b.s)
b.s = -4
local low = b.s
b.s = 3
print(low, b.s)
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(function() b.u = 8 end), kind(function() b.s = -5 end), kind(B, 9))
print(kind(function() b.u = "1" end), kind(function() b.u = 1.5 end))
b.f = true
local was = b.f
b.f = 0
print(was, b.f)
-- Neighbours are never touched.
b.u, b.s = 6, -1
b.f = true
print(b.u, b.s)
