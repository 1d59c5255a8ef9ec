--| 1	2	3	12
--| 1	2	3
--| 0	8
--| 3
--| 12	8
--| TypeError
-- `base` puts another structure's fields first, whole, its tail padding included.
local ct = require "ctypes"
local Point = ct.Structure("Point", { { "x", ct.c_int }, { "y", ct.c_int } })
function Point:sum() return self.x + self.y end
local Point3 = ct.Structure("Point3", { { "z", ct.c_int } }, { base = Point })
local p = Point3(1, 2, 3)
print(p.x, p.y, p.z, ct.sizeof(p))
local q = Point3 { x = 1, y = 2, z = 3 }
print(q.x, q.y, q.z)
print(Point3.x.offset, Point3.z.offset)
print(q:sum())
-- C++ compilers may reuse the padding; C's rule is that a member is laid out whole.
local Padded = ct.Structure("Padded", { { "n", ct.c_int }, { "c", ct.c_char } })
local More = ct.Structure("More", { { "d", ct.c_char } }, { base = Padded })
print(ct.sizeof(More), More.d.offset)
print(select(2, pcall(ct.Structure, "Bad", { { "d", ct.c_char } }, { base = ct.c_int })).kind)
