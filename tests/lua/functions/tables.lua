--- needs: gcc
--| 6
--| 3
--| 3 4	unchanged: 1 2
--| ArgumentError	true
--| 10	2
-- Lua tables become arrays and structures for the time of a call.
local ct = require "ctypes"
local scalars = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local structs = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libstructs.so")
scalars.sum_ints.argtypes, scalars.sum_ints.restype = { ct.c_int * 3, ct.c_int }, ct.c_long
print(scalars.sum_ints({ 1, 2, 3 }, 3))
local Point = ct.Structure("Point", { { "x", ct.c_int }, { "y", ct.c_int } })
structs.point_sum.argtypes = { ct.POINTER(Point) }
print(structs.point_sum { x = 1, y = 2 })
-- A plain POINTER parameter gets a temporary: the table stays as it was.
scalars.double_ints.argtypes, scalars.double_ints.restype = { ct.POINTER(ct.c_int), ct.c_int }, nil
local t = { 1, 2 }
scalars.double_ints(t, 2)
local Complex = ct.Structure("Complex", { { "x", ct.c_double }, { "y", ct.c_double } })
structs.complex_add.argtypes, structs.complex_add.restype = { Complex, Complex }, Complex
local c = structs.complex_add({ 1, 1 }, { x = 2, y = 3 })
print(("%d %d"):format(c.x, c.y), "unchanged: " .. table.concat(t, " "))
local ok, e = pcall(scalars.double_ints, { 1, "2" }, 2)
print(e.kind, tostring(e):find("double_ints: argument 1", 1, true) ~= nil)
structs.points_sum.argtypes, structs.points_sum.restype = { ct.POINTER(Point), ct.c_int }, ct.c_long
print(structs.points_sum({ { 1, 0 } }, 1), #t)
