--| 1	2
--| 5
--| 1	2
--| TypeError
--| 3	4
-- One table as the only argument is always the list of initialisers.
local ct = require "ctypes"
local P = ct.Structure("P", { { "x", ct.c_int }, { "y", ct.c_int } })
local two = (P * 1)({ { 1, 2 } })
print(two[0].x, two[0].y)
print((ct.c_int * 1)({ 5 })[0])
local Q = ct.Structure("Q", { { "a", ct.c_int * 2 } })
local q = Q { { 1, 2 } }
print(q.a[0], q.a[1])
-- {1, 2} has two items, so P * 1 has no room for them; P * 2 takes no integers for structures.
print(select(2, pcall(P * 2, { 1, 2 })).kind)
local pair = (P * 2)({ { 3, 4 } })
print(pair[0].x, pair[0].y)
