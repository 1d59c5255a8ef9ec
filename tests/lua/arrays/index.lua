--| 10	30	3
--| 20	25
--| IndexError	IndexError	IndexError
--| IndexError	TypeError	TypeError	TypeError
--| AttributeError
--| OverflowError	25
-- Indices run from 0 to the length; nothing else is ever touched.
local ct = require "ctypes"
local a = (ct.c_int * 3)(10, 20, 30)
print(a[0], a[2], #a)
io.write(a[1.0], "\t")
a[1] = 25
print(a[1])
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
local function get(i) return function() return a[i] end end
local function set(i, v) return function() a[i] = v end end
print(kind(get(3)), kind(set(3, 1)), kind(get(math.maxinteger)))
print(kind(get(-1)), kind(get(0.5)), kind(get {}), kind(set(true, 1)))
print(kind(get "lenght"))
print(kind(set(1, 1 << 33)), a[1])
