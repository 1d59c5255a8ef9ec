--| AttributeError	AttributeError
--| TypeError	TypeError
--| 5
-- Names a scalar does not have, and too many initialisers.
local ct = require "ctypes"
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
local n = ct.c_int(5)
print(kind(function() return n.valeu end), kind(function() n.valeu = 6 end))
print(kind(ct.c_int, 1, 2), kind(ct.c_char_p, "a", "b"))
print(n.value)
