--- needs: gcc
--| 1.0 4.0 9.0
--| 2.0 4.0 6.0
--| 10.0 40.0 90.0
--| 1.0 4.0 9.0	true
--| 5 7 9
--| 1000000	999998000001.0
--| TypeError	ValueError
-- fn:map applies a scalar function over whole arrays.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local d = ct.c_double
lib.square.argtypes, lib.square.restype = { d }, d
lib.scale.argtypes, lib.scale.restype = { d, d }, d
local a = (d * 3)(1, 2, 3)
local function show(v) return table.concat(v:totable(), " ") end
print(show(lib.square:map(a)))
-- Scalars are broadcast.
print(show(lib.scale:map(a, 2)))
print(show(lib.scale:map((d * 3)(1, 4, 9), 10)))
local out = (d * 3)()
local same = lib.square:map(a, out)
print(show(out), rawequal(same, out) or same == out)
lib.add.argtypes, lib.add.restype = { ct.c_int, ct.c_int }, ct.c_int
print(show(lib.add:map((ct.c_int * 3)(1, 2, 3), (ct.c_int * 3)(4, 5, 6))))
local n = 1000000
local big = (d * n)()
for i = 0, n - 1, 1 do big[i] = i end
local squares = lib.square:map(big)
print(#squares, squares[n - 1])
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(lib.square.map, lib.square, 5), kind(lib.add.map, lib.add, (ct.c_int * 3)(), (ct.c_int * 2)()))
