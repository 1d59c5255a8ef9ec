--- needs: gcc
--| 10	4	nil
--| ArgumentError	true
--| 7	3	2.5
-- A function that was called often, and is then declared anew: nothing of the old declaration is left.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so")
local int, double = ct.POINTER(ct.c_int), ct.POINTER(ct.c_double)
local Unary, Ints, Doubles = ct.CFUNCTYPE(ct.c_int, ct.c_int), ct.CFUNCTYPE(ct.c_int, int, int), ct.CFUNCTYPE(ct.c_int, double, double)
local twice, compare = lib.call_twice, lib.compare_ints
local add_two, four = Unary(function(v) return v + 2 end), ct.c_int(4)
local less = Ints(function(a, b) return a[0] - b[0] + 4 end)

-- Fills what was given back, so that a look at it would be seen.
local function fill()
  collectgarbage()
  local kept = {}
  for k = 1, 200 do kept[k] = ct.CFUNCTYPE(ct.c_int, ct.c_int, ct.c_int) end
  return kept
end

local memcmp = ct.symbol(ct.CDLL(nil), "memcmp")
-- Without a type of the result there is no code of its own.
memcmp.restype, twice.restype, compare.restype = ct.c_int, ct.c_int, ct.c_int
local one, same = (ct.c_int * 2)(1, 2), (ct.c_int * 2)(1, 2)
for _ = 1, 5 do
  memcmp.argtypes = { int, ct.POINTER(ct.c_int), ct.c_size_t }
  for _ = 1, 300 do assert(memcmp(one, same, 8) == 0) end
  memcmp.argtypes = { ct.c_void_p, ct.c_void_p, ct.c_int }
  fill()
  assert(memcmp(one, same, 8) == 0)
end

for _ = 1, 5 do
  twice.argtypes = { Unary, ct.c_int }
  for _ = 1, 300 do assert(twice(add_two, 6) == 10) end
  compare.argtypes = { Ints, int, int }
  -- The object itself and an array stand for pointers as well.
  for _ = 1, 300 do assert(compare(less, four, (ct.c_int * 1)(4)) == 4) end
  twice.argtypes = { ct.c_void_p, ct.c_long }
  compare.argtypes = { ct.c_void_p, ct.c_void_p, ct.c_void_p }
  fill()
  assert(twice(add_two, 6) == 10 and compare(less, ct.byref(four), (ct.c_int * 1)(4)) == 4)
end
print(twice(add_two, 6), compare(less, ct.byref(four), ct.byref(four)), nil)

compare.argtypes = { Doubles, double, double }
local ok, problem = pcall(compare, less, ct.byref(four), ct.byref(four))
print(problem.kind, not ok)

-- Declared anew by its own callback, in the middle of a call.
local other = lib.relay_double
local Relay = ct.CFUNCTYPE(ct.c_double, ct.c_double)
other.argtypes, other.restype = { Relay, ct.c_double }, ct.c_double
local change = false
local relay = Relay(function(v)
  if change then
    other.argtypes, other.restype = { ct.c_void_p, ct.c_double }, ct.c_double
    fill()
  end
  return v
end)
for _ = 1, 300 do assert(other(relay, 2.5) == 2.5) end
change = true
local result = other(relay, 2.5)
assert(other(relay, result) == 2.5)
-- A callback that was freed is no longer taken, however often it was.
add_two:free()
twice.argtypes = { Unary, ct.c_int }
assert(not pcall(twice, add_two, 6))
print(twice(function(v) return v + 1 end, 5), twice(Unary(function(v) return v end), 3), result)
