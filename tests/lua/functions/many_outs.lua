--| 400
--| 400	400
--| 400
-- Hundreds of out parameters are hundreds of results, on any stack.
local ct = require "ctypes"
local pointers, flags = {}, {}
for i = 1, 400 do pointers[i], flags[i] = ct.POINTER(ct.c_int), { 2 } end
local F = ct.CFUNCTYPE(ct.c_int, table.unpack(pointers))
local f = F({ "getpid", ct.CDLL(nil) }, flags)
print((select("#", f())))
local function deep(n)
  if n == 0 then return select("#", f()) end
  return (deep(n - 1))
end
print(deep(50), coroutine.wrap(function() return (select("#", f())) end)())
print((select("#", coroutine.wrap(f)())))
