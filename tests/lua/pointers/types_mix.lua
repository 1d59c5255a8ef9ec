--| TypeError	TypeError	TypeError
--| 1
--| AttributeError	TypeError
--| TypeError
-- A pointer holds what its type says.
local ct = require "ctypes"
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
local pp = ct.pointer(ct.pointer(ct.c_int(1)))
print(kind(function() pp[0] = ct.pointer(ct.c_double(1)) end), kind(function() pp[0] = 5 end),
  kind(function() pp.contents = ct.c_int(1) end))
print(pp[0][0])
local p = ct.pointer(ct.c_int(1))
print(kind(function() return p.content end), kind(function() return p[1.5] end))
print(kind(function() p[0] = "x" end))
