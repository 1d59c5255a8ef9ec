--- needs: gcc
--| 0
--| 1.0 4.0
--| TypeError	ValueError	TypeError	ArgumentError
--| TypeError	TypeError
-- What fn:map takes and refuses.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local d = ct.c_double
lib.square.argtypes, lib.square.restype = { d }, d
local map = lib.square.map
print(#map(lib.square, (d * 0)()))
-- Items are converted as arguments are.
print(table.concat(map(lib.square, (ct.c_int * 2)(1, 2)):totable(), " "))
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
local two = (d * 2)()
print(kind(map, lib.square, "x"), kind(map, lib.square, two, (d * 3)()), kind(map, lib.square, two, (ct.c_int * 2)()),
  kind(map, lib.square))
-- Only scalar functions with declared types.
print(kind(lib.add.map, lib.add, (ct.c_int * 2)()), kind(map, lib.sum_ints, (ct.c_int * 2)()))
