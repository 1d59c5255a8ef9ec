--- needs: gcc
--| AttributeError	AttributeError
--| AttributeError
--| 5
-- A library's names cannot be assigned: a misspelt setting would be lost.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(function() lib.add = 5 end), kind(function() lib._name = "x" end))
print(kind(function() lib.add.resttype = ct.c_int end))
print(lib.add(2, 3))
