--| TypeError	true
--| AttributeError	true
--| TypeError
--| TypeError
--| OverflowError
--| TypeError
--| ok
-- Initialisers that do not fit are errors, never silently dropped.
local ct = require "ctypes"
local Point = ct.Structure("Point", { { "x", ct.c_int }, { "y", ct.c_int } })
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
local ok, e = pcall(Point, 1, 2, 3)
print(e.kind, e.message:find("Point", 1, true) ~= nil)
ok, e = pcall(Point, { x = 1, z = 2 })
print(e.kind, e.message:find("z", 1, true) ~= nil)
print(kind(Point, { 1, 2, 3 }))
print(kind(Point, "1"))
print(kind(Point, 1 << 40))
print(kind(Point, { x = {} }))
print(Point(1, 2).y == 2 and "ok")
