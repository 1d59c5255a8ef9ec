--- needs: gcc
--| 6	6	6
--| 1	0
--| 20	3
--| ArgumentError	ArgumentError	ArgumentError	ArgumentError
--| nil	20
-- What POINTER(T) takes: arrays, pointers, byref, an instance, a table, nil.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local P = ct.POINTER(ct.c_int)
lib.sum_ints.argtypes, lib.sum_ints.restype = { P, ct.c_int }, ct.c_long
local a = (ct.c_int * 3)(1, 2, 3)
print(lib.sum_ints(a, 3), lib.sum_ints(ct.cast(a, P), 3), lib.sum_ints({ 1, 2, 3 }, 3))
lib.is_null.argtypes = { P }
print(lib.is_null(nil), lib.is_null(ct.c_int(1)))
lib.find_int.argtypes, lib.find_int.restype = { P, ct.c_int, ct.c_int }, P
local items = (ct.c_int * 3)(10, 20, 30)
local found = lib.find_int(items, 3, 20)
print(found[0], #items)
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(lib.sum_ints, (ct.c_double * 3)(), 3), kind(lib.sum_ints, 5, 3), kind(lib.sum_ints, "text", 3),
  kind(lib.sum_ints, ct.byref(ct.c_short(1)), 3))
print(lib.find_int(items, 3, 99), found.contents.value)
