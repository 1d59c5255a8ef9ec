--- needs: gcc
--| 1 2 3
--| in a coroutine: 8
--| false	true
--| dead
--| 15
-- Coroutines inside callbacks, callbacks inside coroutines, and no yield across C.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so")
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int)
lib.relay_int.argtypes, lib.call_twice.argtypes, lib.count_up.argtypes = { F, ct.c_int }, { F, ct.c_int }, { F, ct.c_int }
lib.relay_int(function()
  local t = {}
  for v in coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end) do t[#t + 1] = v end
  print(table.concat(t, " "))
  return 0
end, 1)
local co = coroutine.create(function(n)
  local r = lib.call_twice(function(v) return v * 2 end, n)
  local more = coroutine.yield(r)
  return lib.call_twice(function(v) return v + more end, 5)
end)
print("in a coroutine: " .. select(2, coroutine.resume(co, 2)))
local bad = coroutine.create(function() return lib.relay_int(function() coroutine.yield(1) end, 1) end)
local ok, e = coroutine.resume(bad)
print(ok, tostring(e):find "yield" ~= nil)
print(coroutine.status(bad))
print(select(2, coroutine.resume(co, 5)))
