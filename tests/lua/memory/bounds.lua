--| ValueError	ValueError	ValueError
--| NullPointerError	NullPointerError
--| 0
-- What memmove and memset can know about sizes they check.
local ct = require "ctypes"
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
local b = ct.create_string_buffer(4)
print(kind(ct.memmove, b, "hello", -1), kind(ct.memset, b, 0, -1), kind(ct.string_at, b, -5))
print(kind(ct.memmove, nil, "x", 1), kind(ct.memset, nil, 0, 1))
print(#b.value)
