--- needs: gcc
--| TypeError	TypeError	TypeError
--| ArgumentError	ArgumentError	ArgumentError
--| -7
-- What makes no callback, and what a function parameter refuses.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so")
local F, G = ct.CFUNCTYPE(ct.c_int, ct.c_int), ct.CFUNCTYPE(ct.c_double, ct.c_double)
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(F, "text"), kind(F, {}), kind(F, 1.5))
lib.relay_int.argtypes = { F, ct.c_int }
print(kind(lib.relay_int, G(function(x) return x end), 1), kind(lib.relay_int, 5, 1), kind(lib.relay_int, "f", 1))
print(lib.relay_int(function(v) return -v end, 7))
