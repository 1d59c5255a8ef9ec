--| 1 2 3 4
--| 67305985
--| 104
--| 42
--| LP_c_int(NULL)
--| true
--| 5
--| TypeError	TypeError	TypeError	TypeError
-- cast takes arrays, pointers, byref, integers, strings and nil to any pointer-like type.
local ct = require "ctypes"
local bytes = (ct.c_ubyte * 4)(1, 2, 3, 4)
local p = ct.cast(bytes, ct.POINTER(ct.c_ubyte))
print(("%d %d %d %d"):format(p[0], p[1], p[2], p[3]))
print(ct.cast(p, ct.POINTER(ct.c_int)).contents.value)
print(ct.cast("hello", ct.POINTER(ct.c_ubyte))[0])
local n = ct.c_int(42)
print(ct.cast(ct.byref(n), ct.POINTER(ct.c_int))[0])
print(ct.cast(nil, ct.POINTER(ct.c_int)))
print(ct.cast(ct.pointer(n), ct.c_void_p).value == ct.addressof(n))
n.value = 5
print(ct.cast(ct.addressof(n), ct.POINTER(ct.c_int))[0])
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(ct.cast, p, ct.c_int), kind(ct.cast, 1.5, ct.POINTER(ct.c_int)), kind(ct.cast, p, 5), kind(ct.cast, {}, ct.c_void_p))
