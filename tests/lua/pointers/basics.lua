--| 5	5
--| 6	6
--| 7	7
--| 6	9
--| true	false
--| LP_c_int
--| TypeError	TypeError	TypeError
-- pointer(), contents and p[0].
local ct = require "ctypes"
local n = ct.c_int(5)
local p = ct.pointer(n)
print(p[0], p.contents.value)
n.value = 6
print(p[0], p.contents.value)
p[0] = 7
print(n.value, p.contents.value)
n.value = 6
-- Assigning contents makes it point elsewhere.
local m = ct.c_int(8)
p.contents = m
p[0] = 9
print(n.value, m.value)
local P = ct.POINTER(ct.c_int)
print(P == ct.POINTER(ct.c_int), P == ct.POINTER(ct.c_uint))
print(tostring(P))
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(ct.pointer, 5), kind(function() p.contents = 5 end), kind(function() p.contents = ct.c_double(1) end))
