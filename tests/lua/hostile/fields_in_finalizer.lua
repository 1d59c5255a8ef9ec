--| every type is whole
-- A finalizer that defines the very type that is being defined.
local ct = require "ctypes"
local big = {}
for i = 1, 60 do big[i] = { "field_" .. i, ct.c_longlong } end
for round = 1, 300 do
  local T, done = ct.Structure("T" .. round), false
  local small = {}
  for i = 1, 40 do small[i] = { "n" .. round .. "_" .. i, ct.c_byte } end
  collectgarbage "stop"
  setmetatable({}, { __gc = function()
    if done then return end
    done = true
    pcall(function() T._fields_ = big end)
  end })
  collectgarbage "restart"
  collectgarbage("incremental", 1, 10000, 20)
  pcall(function() T._fields_ = small end)
  collectgarbage("incremental", 200, 100, 13)
  local size = ct.sizeof(T)
  local is_big = pcall(function() return T.field_60 end)
  assert(is_big and size == 480 or not is_big and size == 40, ("round %d: size %d"):format(round, size))
end
print "every type is whole"
