--- needs: gcc
--| 2.5	-1.5
--| 2.5	-1.5
--| 2.5	-1.5
-- Complex numbers in callbacks.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so")
for _, name in ipairs { "float_complex", "double_complex", "longdouble_complex" } do
  local T = ct["c_" .. name]
  local F = ct.CFUNCTYPE(T, T)
  local relay = lib["relay_" .. name]
  relay.argtypes, relay.restype = { F, T }, T
  local z = relay(function(v) return v + 1 end, ct.complex(1.5, -1.5))
  print(z.re, z.im)
end
