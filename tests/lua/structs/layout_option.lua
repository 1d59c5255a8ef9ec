--| 4	8
--| ValueError	TypeError
--| 3	3
-- Whose rules: GCC packs bit fields of different types together, Microsoft does not.
local ct = require "ctypes"
local fields = { { "a", ct.c_ubyte, 3 }, { "b", ct.c_uint, 5 } }
print(ct.sizeof(ct.Structure("G", fields, { layout = "sysv" })), ct.sizeof(ct.Structure("M", fields, { layout = "ms" })))
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(ct.Structure, "X", fields, { layout = "borland" }), kind(ct.Structure, "X", fields, 5))
local U = ct.LittleEndianUnion("U", { { "n", ct.c_uint16 }, { "b", ct.c_ubyte * 2 } })
local u = U(3)
print(u.b[0], u.n)
