--- needs: gcc
--| true	1
--| BridgeError	true
--| 2	5
--| false	3
-- A process that has died stays dead where the script wants to decide.
local ct = require "ctypes"
local bridge = require "bridge"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES32" .. "/libscalars.so")
lib.add.argtypes = { ct.c_int, ct.c_int }
print(bridge.set_restart(lib, false), bridge.info(lib).generation)
bridge.kill(lib)
local ok, e = pcall(lib.add, 2, 3)
print(e.kind, e.message:find("bridge.restart", 1, true) ~= nil)
bridge.restart(lib)
print(bridge.info(lib).generation, lib.add(2, 3))
print(bridge.set_restart(lib, true), (function()
  bridge.kill(lib)
  lib.add(1, 1)
  return bridge.info(lib).generation
end)())
