--| nil	nil
--| 5	5
--| nil
--| 3	4
--| TypeError	TypeError	TypeError
--| nil	true
-- Pointer fields: NULL is nil, and assignment takes a pointer, an array of the item, or nil.
local ct = require "ctypes"
local S = ct.Structure("S", { { "p", ct.POINTER(ct.c_int) }, { "v", ct.c_void_p } })
local s = S()
print(s.p, s.v)
local n = ct.c_int(5)
s.p = ct.pointer(n)
print(s.p[0], s.p.contents.value)
s.p = nil
print(s.p)
s.p = (ct.c_int * 2)(3, 4)
print(s.p[0], s.p[1])
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(function() s.p = 5 end), kind(function() s.p = ct.pointer(ct.c_double(1)) end),
  kind(function() s.p = (ct.c_byte * 2)() end))
s.p = ct.POINTER(ct.c_int)()
print(s.p, ct.is_null(s.p))
