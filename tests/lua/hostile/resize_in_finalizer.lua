--| true	0
-- A finalizer that resizes an object while a view of it is made: refused, and what copies of the view keep stays alive.
local ct = require "ctypes"
local Inner = ct.Structure("Inner", { { "p", ct.c_char_p }, { "q", ct.c_char_p } })
local Outer = ct.Structure("Outer", { { "n", ct.c_int }, { "inner", Inner } })
local action = function() end
local function rearm() setmetatable({}, { __gc = function() action() rearm() end }) end
rearm() rearm()
collectgarbage("incremental", 1, 100000, 30)
local bad, hits = 0, 0
for round = 1, 100 do
  local o = Outer()
  local k = 0
  local size = 2000 + round * 16
  action = function() k = k + 1 if k == 1 + round % 6 then if pcall(ct.resize, o, size) then hits = hits + 1 end end end
  local view = round % 2 == 0 and o.inner or ct.pointer(o).contents.inner
  action = function() end
  local text = "text " .. round
  view.p = text
  local holder = (Inner * 1)()
  holder[0] = view
  view, o = nil, nil
  collectgarbage() collectgarbage()
  local junk = {} for i = 1, 30 do junk[i] = ("z"):rep(i) .. round end
  if holder[0].p ~= text then bad = bad + 1 end
end
print(hits == 0, bad)
