--| 1	2	3	4	5 6 7
--| 1	0	0	4	0 6 0
--| 1	2	0	0	9 0 0
--| Ada	10	20
-- Nested tables fill nested structures and arrays; what is missing is zero.
local ct = require "ctypes"
local Point = ct.Structure("Point", { { "x", ct.c_int }, { "y", ct.c_int } })
local Box = ct.Structure("Box", { { "low", Point }, { "high", Point }, { "tags", ct.c_int * 3 } })
local function show(b)
  print(b.low.x, b.low.y, b.high.x, b.high.y, ("%d %d %d"):format(b.tags[0], b.tags[1], b.tags[2]))
end
show(Box { { 1, 2 }, { 3, 4 }, { 5, 6, 7 } })
show(Box { low = { 1 }, high = { y = 4 }, tags = { 0, 6 } })
show(Box(Point(1, 2), nil, (ct.c_int * 3)(9)))
local Named = ct.Structure("Named", { { "name", ct.c_char * 8 }, { "corners", Point * 2 } })
local n = Named { "Ada", { { 10 }, { y = 20 } } }
print(n.name.value, n.corners[0].x, n.corners[1].y)
