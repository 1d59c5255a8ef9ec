--| true
--| true
--| 5
-- The metatables of C objects are out of reach: a script cannot break them.
local ct = require "ctypes"
local n = ct.c_int(5)
print(type(getmetatable(n)) ~= "table" or not pcall(function() getmetatable(n).__index = nil end))
print(not pcall(setmetatable, n, {}))
print(n.value)
