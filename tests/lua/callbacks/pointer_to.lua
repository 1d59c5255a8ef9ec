--| 5	5
--| 6
--| true	true
--| 8
-- Pointers to function objects; the object's own bytes are not for writing.
local ct = require "ctypes"
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int)
local cb = F(function(x) return x + 1 end)
local p = ct.pointer(cb)
print(p[0](4), ct.cast(p, ct.POINTER(F))[0](4))
collectgarbage()
print(p.contents(5))
print(not pcall(ct.memset, cb, 0, 16) or not pcall(cb, 1) or cb(1) == 2, not pcall(ct.resize, cb, 4))
print(F(function(x) return x + 1 end)(7))
