--- needs: gcc
--| 100
--| false	true
--| 5
-- Recursion through C ends in an error, not in a crash.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so")
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int)
lib.relay_int.argtypes = { F, ct.c_int }
local function down(n)
  if n == 0 then return 0 end
  return 1 + lib.relay_int(down, n - 1)
end
print(lib.relay_int(down, 100))
local function forever(n) return lib.relay_int(forever, n) end
local ok, e = pcall(lib.relay_int, forever, 1)
print(ok, #tostring(e) > 0)
print(lib.relay_int(function(n) return n end, 5))
