--| nil	nil	nil	16	-1
--| TypeError	TypeError	TypeError
--| true	true	false
--| 77
-- c_void_p holds an address; 0 is NULL and reads as nil.
local ct = require "ctypes"
print(ct.c_void_p().value, ct.c_void_p(nil).value, ct.c_void_p(0).value, ct.c_void_p(16).value, ct.c_void_p(-1).value)
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(ct.c_void_p, 1.5), kind(ct.c_void_p, "text"), kind(ct.c_void_p, true))
print(ct.is_null(ct.c_void_p()), ct.is_null(ct.c_void_p(0)), ct.is_null(ct.c_void_p(16)))
local n = ct.c_int(77)
local p = ct.c_void_p(ct.addressof(n))
print(ct.cast(p, ct.POINTER(ct.c_int))[0])
