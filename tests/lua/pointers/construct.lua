--| 5
--| 8 9
--| LP_c_int(NULL)
--| TypeError	TypeError	TypeError	TypeError
--| TypeError	TypeError
--| true
-- POINTER(T)(obj) takes an instance of T, or an array of T, and nothing else.
local ct = require "ctypes"
local P = ct.POINTER(ct.c_int)
print(P(ct.c_int(5))[0])
local p = P((ct.c_int * 2)(8, 9))
print(p[0] .. " " .. p[1])
print(P(nil))
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(P, 5), kind(P, ct.c_double(1)), kind(P, "text"), kind(P, ct.c_uint(1)))
print(kind(ct.POINTER, nil), kind(ct.POINTER, 5))
print(ct.POINTER(ct.void) == ct.c_void_p)
