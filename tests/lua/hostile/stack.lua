--- needs: gcc
--| true
--| true
--| 3
-- Calls at the limits of Lua's own stack.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local t = {}
for i = 1, 250000 do t[i] = i end
print(not pcall(function() return lib.add(table.unpack(t)) end))
local function deep(n)
  if n == 0 then return lib.add(1, 2) end
  return (deep(n - 1))
end
print(deep(10000) == 3)
print(coroutine.wrap(function() return deep(1000) end)())
