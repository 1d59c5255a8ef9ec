--| true
--| true	true
--| 5
-- The metatables of C objects cannot be reached and broken from scripts.
local ct = require "ctypes"
local n = ct.c_int(5)
local mt = getmetatable(n)
print(type(mt) ~= "table" or not pcall(function() mt.__index = nil end) or n.value == 5)
print(not pcall(setmetatable, n, {}), not pcall(function() getmetatable(n).__gc(n) end) or true)
print(n.value)
