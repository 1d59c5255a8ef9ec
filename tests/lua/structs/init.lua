--| 0	0
--| 1	2
--| 1	2
--| 1	2
--| 1	2
--| 0	5
--| 0	5
--| 3	0
-- The forms of initialisation: none, positional, table, named, mixed.
local ct = require "ctypes"
local Point = ct.Structure("Point", { { "x", ct.c_int }, { "y", ct.c_int } })
local function show(p) print(p.x, p.y) end
show(Point())
show(Point(1, 2))
show(Point { 1, 2 })
show(Point { x = 1, y = 2 })
show(Point { 1, y = 2 })
-- nil leaves a field zero.
show(Point(nil, 5))
show(Point { y = 5 })
show(Point(3))
