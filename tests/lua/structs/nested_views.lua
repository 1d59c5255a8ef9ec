--| 10	10
--| 7	8
--| 1	2
--| 9	0
--| 5 0 0
--| TypeError	TypeError	TypeError
-- A nested aggregate reads as a view of the outer object's memory; assigning replaces it whole.
local ct = require "ctypes"
local Point = ct.Structure("Point", { { "x", ct.c_int }, { "y", ct.c_int } })
local Other = ct.Structure("Other", { { "x", ct.c_int }, { "y", ct.c_int } })
local Box = ct.Structure("Box", { { "low", Point }, { "tags", ct.c_int * 3 } })
local b = Box { { 1, 2 }, { 3, 4, 5 } }
local view = b.low
view.x = 10
print(b.low.x, view.x)
-- Assignment copies: the source is not tied to the target.
local p = Point(7, 8)
b.low = p
p.x = 99
print(b.low.x, b.low.y)
b.low = { 1, 2 }
print(view.x, view.y)
b.low = { x = 9 }
print(b.low.x, b.low.y)
b.tags = { 5 }
print(("%d %d %d"):format(b.tags[0], b.tags[1], b.tags[2]))
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(function() b.low = Other(1, 2) end), kind(function() b.low = nil end), kind(function() b.low = 5 end))
