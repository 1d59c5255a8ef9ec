--| 1	9
--| 3	4	1
--| 1	2
-- Structures are assigned by value, arrays of them item by item.
local ct = require "ctypes"
local P = ct.Structure("P", { { "x", ct.c_int }, { "y", ct.c_int } })
local a = P(1, 2)
local b = P:from_buffer_copy(a)
b.x = 9
print(a.x, b.x)
local list = (P * 2)(a, P(3, 4))
list[0] = list[1]
list[1].x = 1
print(list[0].x, list[0].y, list[1].x)
local Holder = ct.Structure("Holder", { { "p", P } })
local h = Holder(a)
a.x = 50
print(h.p.x, h.p.y)
