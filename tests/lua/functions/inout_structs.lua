--- needs: gcc
--| 11	22	0
--| 13	24	nil
--| 15	26	nil
--| 10	20
--| Point{x=17, y=20}	Point{x=8, y=9}
--| Point{x=11, y=21}
--| ArgumentError: point_move: argument 1: no field 'z'
-- ct.inout(T) of a structure takes what POINTER(T) takes: one structure as a table, which gets its fields back, or a list of them.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libstructs.so")
local Point = ct.Structure("Point", { { "x", ct.c_int }, { "y", ct.c_int } })
lib.point_move.restype = nil
lib.point_move.argtypes = { ct.inout(Point), ct.c_int, ct.c_int }
local function moved(t)
  lib.point_move(t, 10, 20)
  return t
end
local named, positional, mixed, none = moved { x = 1, y = 2 }, moved { 3, 4 }, moved { 5, y = 6 }, moved {}
print(named.x, named.y, #named)
print(positional[1], positional[2], positional.x)
print(mixed[1], mixed.y, mixed.x)
print(none.x, none.y)
print(table.unpack(moved { { x = 7 }, Point(8, 9) }))
-- An object is passed by its address.
print(moved(Point(1, 1)))
print((select(2, pcall(moved, { z = 1 }))))
