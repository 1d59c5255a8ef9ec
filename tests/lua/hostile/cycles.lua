--| true
--| true
--| true
-- Tables that contain themselves as initialisers, field lists and arguments.
local ct = require "ctypes"
local Node = ct.Structure("Node", { { "value", ct.c_int } })
local t = {}
t[1] = t
local function fails(f, ...)
  local ok, e = pcall(f, ...)
  return not ok and e.kind ~= nil
end
print(fails(ct.c_int * 2, t) and fails(Node, t))
local Deep = ct.c_int
for _ = 1, 50 do Deep = Deep * 1 end
print(fails(Deep, t))
print(fails(ct.Structure, "S", t))
