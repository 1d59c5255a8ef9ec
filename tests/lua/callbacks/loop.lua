--- needs: gcc
--| 1249975000
--| 4999950000
-- Many calls through one callback, and many short-lived callbacks.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so")
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int)
lib.count_up.argtypes = { F, ct.c_int }
print(lib.count_up(function(i) return i end, 50000))
local sum = 0
local f = function(i)
  sum = sum + i
  return 0
end
lib.count_up(f, 100000)
print(sum)
