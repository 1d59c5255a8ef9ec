--- needs: gcc
--| 1	2	3	4
--| 9	2
-- A structure result has memory of its own.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libstructs.so")
local Point = ct.Structure("Point", { { "x", ct.c_int }, { "y", ct.c_int } })
lib.point_make.argtypes, lib.point_make.restype = { ct.c_int, ct.c_int }, Point
local a, b = lib.point_make(1, 2), lib.point_make(3, 4)
print(a.x, a.y, b.x, b.y)
local p = Point(1, 2)
a.x = 9
collectgarbage()
print(a.x, p.y)
