--| TypeError	TypeError	TypeError	TypeError
--| true
-- `void` is a result, not an object.
local ct = require "ctypes"
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(ct.void), kind(ct.sizeof, ct.void), kind(function() return ct.void * 3 end),
  kind(ct.Structure, "S", { { "x", ct.void } }))
print(ct.POINTER(ct.void) == ct.c_void_p)
