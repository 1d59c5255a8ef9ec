--| 0	1
--| 8	8
--| 16	4
--| 0	4	0	3
--| 0	4	3	5
--| 0	4	8	24
--| AttributeError	AttributeError
--| AttributeError
-- What a type tells of its fields.
local ct = require "ctypes"
local S = ct.Structure("S", { { "a", ct.c_char }, { "b", ct.c_double }, { "c", ct.c_int } })
print(S.a.offset, S.a.size)
print(S.b.offset, S.b.size)
print(S.c.offset, S.c.size)
local B = ct.Structure("B", { { "a", ct.c_uint, 3 }, { "b", ct.c_uint, 5 }, { "c", ct.c_uint, 24 } })
for _, name in ipairs { "a", "b", "c" } do
  local f = B[name]
  print(f.offset, f.size, f.bit_offset, f.bit_size)
end
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(function() S.a.offset = 4 end), kind(function() S.b.size = 4 end))
print(kind(function() return S.d end))
