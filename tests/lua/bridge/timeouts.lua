--- needs: gcc
--| nil	1.0
--| BridgeError: crash_spin: crash_spin of libcrash.so took longer than 0.25 s; the bridge was killed	Timeout	crash_spin	libcrash.so
--| BridgeError: crash_sleep: crash_sleep of libcrash.so took longer than 0.25 s; the bridge was killed	Timeout	crash_sleep	libcrash.so
--| false	BridgeError: crash_sleep: crash_sleep of libcrash.so took longer than 0.25 s; the bridge was killed
--| 0.25
--| ValueError: set_timeout: expected seconds above 0, got 0
--| ValueError: set_timeout: expected seconds above 0, got -1
--| ValueError: set_timeout: expected seconds above 0, got NaN
--| TypeError: set_timeout: expected seconds, got string
--| false	ValueError: set_timeout: the running program is in this process, not in a bridge
--| false	TypeError: set_timeout: expected a library in a bridge, got number
--| false	BridgeError: crash_sleep: crash_sleep of libcrash.so took longer than 0.25 s; the bridge was killed
--| 2
-- A call that takes longer than it may is ended with its process, wherever it hangs.
local ct = require "ctypes"
local bridge = require "bridge"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES32" .. "/libcrash.so")
print(bridge.set_timeout(lib, 1), bridge.set_timeout(lib, 0.25))
for _, fn in ipairs { lib.crash_spin, lib.crash_sleep } do
  local begun = os.time()
  local _, e = pcall(fn, 60)
  print(e, e.remote.kind, e.remote.func, e.remote.module)
  assert(os.time() - begun <= 2)
  assert(lib.crash_add(20, 22) == 42)
end
-- A new process keeps the limit; without one a call takes the time it takes.
print(pcall(lib.crash_sleep, 60))
print(bridge.set_timeout(lib, nil))
lib.crash_sleep(0)
for _, bad in ipairs { 0, -1, 0 / 0, "soon" } do
  print(select(2, pcall(bridge.set_timeout, lib, bad)))
end
print(pcall(bridge.set_timeout, ct.CDLL(nil), 1))
print(pcall(bridge.set_timeout, 5, 1))
-- The limit counts for what the library's callbacks do, too.
local apply = ct.CDLL(os.getenv "MOONGLUE_FIXTURES32" .. "/libdistant.so").apply
bridge.set_timeout(lib, 0.25)
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int)
apply.argtypes = { F, ct.c_int }
print(pcall(apply, function()
  return lib.crash_sleep(60)
end, 1))
bridge.set_timeout(lib, nil)
print(apply(function(v)
  return v + 1
end, 1))
