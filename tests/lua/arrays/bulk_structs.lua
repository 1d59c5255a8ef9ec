--| 1 2 3 4
--| 7 8 7 8
--| 2	true
--| 1 1
-- Bulk operations on arrays of structures.
local ct = require "ctypes"
local P = ct.Structure("P", { { "x", ct.c_int }, { "y", ct.c_int } })
local a = (P * 2)()
a:set { { 1, 2 }, { 3, 4 } }
local function line(v) print(("%d %d %d %d"):format(v[0].x, v[0].y, v[1].x, v[1].y)) end
line(a)
a:fill(P(7, 8))
line(a)
local t = a:totable()
print(#t, t[1].x == 7)
-- A copy has memory of its own.
local b = a:copy()
b[0].x, b[1].x = 1, 1
a[0].x = 5
print(("%d %d"):format(b[0].x, b[1].x))
