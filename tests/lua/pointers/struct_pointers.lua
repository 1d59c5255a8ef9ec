--| 1	2
--| 5	5
--| 3	4
--| 30
-- A pointer to a structure: contents and items are views of the target.
local ct = require "ctypes"
local P = ct.Structure("P", { { "x", ct.c_int }, { "y", ct.c_int } })
local a = (P * 2)({ 1, 2 }, { 3, 4 })
local p = ct.cast(a, ct.POINTER(P))
print(p.contents.x, p[0].y)
p.contents.x = 5
print(a[0].x, p[0].x)
print(p[1].x, (p + 1).contents.y)
p[1] = P(30, 40)
print(a[1].x)
