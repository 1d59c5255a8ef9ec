--| 4	104	101
--| jello
--| TypeError	106
--| IndexError
--| ValueError
--| 0
-- memoryview_at: bytes of raw memory as integers, writable unless asked otherwise.
local ct = require "ctypes"
local b = ct.create_string_buffer("hello")
local v = ct.memoryview_at(ct.addressof(b), 4)
print(#v, v[0], v[1])
v[0] = 106
print(b.value)
local r = ct.memoryview_at(b, 5, true)
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(function() r[0] = 1 end), r[0])
print(kind(function() return v[4] end))
print(kind(ct.memoryview_at, b, -1))
print(#ct.memoryview_at(b, 0))
