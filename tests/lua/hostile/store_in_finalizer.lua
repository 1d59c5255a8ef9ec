--| nothing was lost
-- Finalizers that store into the object that is being stored into.
local ct = require "ctypes"
local S = ct.Structure("S", { { "a", ct.c_char_p }, { "b", ct.POINTER(ct.c_int) }, { "c", ct.c_char_p } })
local action = function() end
local function rearm() setmetatable({}, { __gc = function()
  action()
  rearm()
end }) end
rearm()
rearm()
collectgarbage("incremental", 1, 100000, 30)
for round = 1, 300 do
  local s, outer, inner, hits = S(), "outer " .. round, "inner " .. round, 0
  action = function()
    hits = hits + 1
    if hits == 1 + round % 6 then s.c = inner end
  end
  s.a = outer
  action = function() end
  if hits >= 1 + round % 6 then
    collectgarbage()
    collectgarbage()
    local junk = {}
    for i = 1, 50 do junk[i] = ("z"):rep(12 + i) end
    assert(s.c == inner and s.a == outer, "round " .. round)
  end
end
action = function() end
print "nothing was lost"
