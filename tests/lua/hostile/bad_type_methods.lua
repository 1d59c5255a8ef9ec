--| true
--| true
--| true
-- Metamethods of a structure type that recurse or fail.
local ct = require "ctypes"
local S = ct.Structure("S", { { "x", ct.c_int } })
S.__tostring = function(s) return tostring(s) end
print(not pcall(tostring, S(1)))
S.__eq = function() error "no" end
print(not pcall(function() return S(1) == S(2) end))
S.__tostring = function() return {} end
print(not pcall(tostring, S(1)))
