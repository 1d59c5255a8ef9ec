--- needs: gcc
--| 8	3
--| 11	20	31
--| TypeError	TypeError
--| 6
-- byref passes an object's address, with an offset in bytes when asked.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local a, b = ct.c_int(3), ct.c_int(8)
lib.swap_ints(ct.byref(a), ct.byref(b))
print(a.value, b.value)
local items = (ct.c_int * 3)(10, 20, 30)
lib.increment.restype = nil
lib.increment(ct.byref(items))
lib.increment(ct.byref(items, 8))
print(items[0], items[1], items[2])
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(ct.byref, 5), kind(ct.byref, a, "4"))
lib.increment.argtypes = { ct.POINTER(ct.c_int) }
local n = ct.c_int(5)
lib.increment(ct.byref(n))
print(n.value)
