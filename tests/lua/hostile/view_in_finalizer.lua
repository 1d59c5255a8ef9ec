--| 1	4
--| true
-- A view that a finalizer brings back keeps its memory, whatever is resized meanwhile.
local ct = require "ctypes"
local root = (ct.c_int * 4)(1, 2, 3, 4)
ct.resize(root, 100000)
local kept
do
  local Window = ct.Structure("Window", { { "a", ct.c_int * 4 } })
  setmetatable({ Window:from_buffer(root) }, { __gc = function(t)
    kept = t[1]
    pcall(ct.resize, root, 200000)
  end })
end
collectgarbage()
collectgarbage()
pcall(ct.resize, root, 300000)
collectgarbage()
for i = 1, 50 do local _ = ("x"):rep(100000 + i) end
print(kept.a[0], kept.a[3])
kept.a[0] = 77
print(root[0] == 77 or root[0] == 1)
