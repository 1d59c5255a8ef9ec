--- needs: gcc
--| fine
-- The library's own threads call Lua: while Lua waits in a call, and whenever it asks whether anybody waits.
local ct = require "ctypes"
local bridge = require "bridge"
for bits, options in pairs { [32] = {}, [64] = { isolate = true } } do
  local folder = os.getenv(bits == 32 and "MOONGLUE_FIXTURES32" or "MOONGLUE_FIXTURES")
  local lib = ct.CDLL(folder .. "/libdistant.so", options)
  local Unary = ct.CFUNCTYPE(ct.c_int, ct.c_int)
  lib.on_threads.argtypes, lib.start_later.argtypes, lib.start_later.restype = { Unary, ct.c_int, ct.c_int }, { Unary, ct.c_int }, nil
  lib.apply.argtypes = { Unary, ct.c_int }
  local calls = 0
  local function count(v)
    calls = calls + 1
    return v
  end
  assert(lib.on_threads(count, 8, 50) == 8 * 50 * 399 // 2 and calls == 400)
  -- What they call may call again.
  assert(lib.on_threads(function(v)
    return lib.apply(count, v)
  end, 4, 5) == 190)
  local ok, e = pcall(lib.on_threads, function(v)
    error("on thread " .. v % 1)
  end, 4, 3)
  assert(not ok and tostring(e):find "on thread 0", e)
  -- Later, with no call under way.
  local sum, polled = 0, 0
  lib.start_later(function(v)
    sum = sum + v
    return v
  end, 20)
  while sum < 210 do
    polled = polled + bridge.poll(lib)
  end
  assert(lib.join_later() == 210 and polled <= 20)
  -- Or in a call of something else.
  calls = 0
  lib.start_later(count, 20)
  while calls < 20 do
    lib.apply(nil, 1)
  end
  assert(lib.join_later() == 210 and bridge.poll(lib) == 0)
  -- A process that ends with threads that wait is gone all the same.
  lib.start_later(function()
    return 1
  end, 20)
  bridge.kill(lib)
  assert(not pcall(bridge.poll, lib) and lib.apply(nil, 1) == -1)
end
print "fine"
