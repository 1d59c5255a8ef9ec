--| TypeError
--| 1	2
-- A field given by position and by name at once.
local ct = require "ctypes"
local Point = ct.Structure("Point", { { "x", ct.c_int }, { "y", ct.c_int } })
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(Point, { 1, x = 5 }))
local p = Point { 1, y = 2 }
print(p.x, p.y)
