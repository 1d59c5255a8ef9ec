--| TypeError
--| TypeError
--| 5
--| TypeError
-- A definition that failed leaves the type as undefined as before; the next one counts.
local ct = require "ctypes"
local T = ct.Structure("T")
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(function() T._fields_ = { { "a", ct.c_int }, { "b", 5 } } end))
print(kind(T))
T._fields_ = { { "a", ct.c_int } }
print(T(5).a)
-- A structure cannot hold itself.
local Self = ct.Structure("Self")
print(kind(function() Self._fields_ = { { "me", Self } } end))
