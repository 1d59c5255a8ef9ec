--| TypeError	TypeError	TypeError	TypeError
--| TypeError	TypeError	TypeError	TypeError
--| TypeError	TypeError
--| OverflowError	OverflowError	OverflowError
--| 9
-- What no integer type takes, in construction and in assignment.
local ct = require "ctypes"
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(ct.c_int, "5"), kind(ct.c_int, true), kind(ct.c_int, nil), kind(ct.c_int, {}))
local i = ct.c_int(9)
local function set(v) i.value = v end
print(kind(set, "5"), kind(set, false), kind(set, nil), kind(set, 5.5))
-- A C object is not a number either; `.value` is the way.
print(kind(ct.c_int, ct.c_int(5)), kind(ct.c_int, 2.5))
-- An integral float beyond 64 bits has no bits to keep, not even for a cast.
print(kind(ct.c_int, 1e300), kind(ct.c_uint64, 2.0 ^ 64), kind(set, 1e30))
print(i.value)
