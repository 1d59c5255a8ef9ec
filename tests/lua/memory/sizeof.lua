--| 4	4	12	8
--| 4	8	1
--| true
--| TypeError	TypeError	TypeError	TypeError
-- sizeof, alignment and addressof of types and objects.
local ct = require "ctypes"
print(ct.sizeof(ct.c_int), ct.sizeof(ct.c_int(1)), ct.sizeof(ct.c_int * 3), ct.sizeof(ct.pointer(ct.c_int(1))))
print(ct.alignment(ct.c_int), ct.alignment(ct.c_double(1)), ct.alignment(ct.c_char * 9))
local a = (ct.c_int * 3)()
print(ct.addressof(a) == ct.cast(a, ct.c_void_p).value)
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(ct.sizeof, 5), kind(ct.alignment, "x"), kind(ct.addressof, ct.c_int), kind(ct.addressof, 5))
