--| POINTER(T): one type
--| T * 3: one type
--| CFUNCTYPE(nil, T): one type
-- A finalizer that makes the very type that is being made.
local ct = require "ctypes"

-- Whether `make(T)` gives one type object, whoever asks first, for each of many fresh types `T`.
local function is_unique(make)
  for round = 1, 200 do
    local T = ct.Structure("T" .. round, { { "a", ct.c_int } })
    local theirs
    collectgarbage "stop"
    for _ = 1, 3 do
      setmetatable({}, { __gc = function() theirs = theirs or make(T) end })
    end
    collectgarbage "restart"
    collectgarbage("incremental", 1, 10000, 20)
    local mine = make(T)
    collectgarbage("incremental", 200, 100, 13)
    if not rawequal(mine, make(T)) or theirs and not rawequal(mine, theirs) then
      return false
    end
  end
  return true
end

local function report(what, make)
  print(what .. ": " .. (is_unique(make) and "one type" or "two types"))
end

report("POINTER(T)", ct.POINTER)
report("T * 3", function(T) return T * 3 end)
report("CFUNCTYPE(nil, T)", function(T) return ct.CFUNCTYPE(nil, T) end)
