--| 5	5
--| 9
--| 7	9
-- Pointers to pointers.
local ct = require "ctypes"
local n, m = ct.c_int(5), ct.c_int(7)
local p = ct.pointer(n)
local pp = ct.pointer(p)
print(pp[0][0], pp.contents.contents.value)
pp[0][0] = 9
print(n.value)
pp[0] = ct.pointer(m)
collectgarbage()
print(p[0], n.value)
