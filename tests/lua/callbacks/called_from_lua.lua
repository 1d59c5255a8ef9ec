--| 10
--| -1	5
--| ArgumentError
--| false	true
-- A callback object can be called like any function, through C's own entry.
local ct = require "ctypes"
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int, ct.c_int)
local cb = F(function(a, b) return a - b end)
print(cb(15, 5))
print(cb(4, 5), F(function(a, b) return a + b end)(2, 3))
print(select(2, pcall(cb, "1", 2)).kind)
local failing = F(function() error "inside" end)
local ok, e = pcall(failing, 1, 2)
print(ok, tostring(e):find("inside", 1, true) ~= nil)
