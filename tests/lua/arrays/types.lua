--| ValueError	TypeError	TypeError	OverflowError
--| 0	0
--| TypeError
--| OverflowError
-- Lengths that make no array type.
local ct = require "ctypes"
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
local function of(n) return function() return ct.c_int * n end end
print(kind(of(-1)), kind(of(2.5)), kind(of "3"), kind(of(math.maxinteger)))
local empty = (ct.c_int * 0)()
print(#empty, ct.sizeof(empty))
print(kind(function() return ct.c_int * ct.c_int end))
print(kind(function() return ct.c_int * (1 << 31) * (1 << 31) end))
