--- needs: gcc
--| 2
--| 15
--| 18
--| 24
-- Callbacks outlive the coroutine they were made in.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so")
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int)
lib.relay_int.argtypes, lib.keep.argtypes, lib.keep.restype = { F, ct.c_int }, { F }, nil
local cb
coroutine.wrap(function() cb = F(function(v) return v + 1 end) end)()
collectgarbage()
collectgarbage()
print(lib.relay_int(cb, 1))
coroutine.wrap(function() lib.keep(function(v) return v * 3 end) end)()
collectgarbage()
collectgarbage()
print(lib.call_kept(5))
print(coroutine.wrap(function() return lib.call_kept(6) end)())
-- A coroutine inside a callback that calls C between its yields.
print(lib.relay_int(function(v)
  local co = coroutine.wrap(function()
    for i = 1, 3 do coroutine.yield(lib.relay_int(function(w) return w * i end, v)) end
  end)
  return co() + co() + co()
end, 4))
