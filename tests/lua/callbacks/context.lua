--- needs: gcc
--| 10	4
--| 3628800
-- A fold with a context pointer, as C libraries have it.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so")
local L, P = ct.c_long, ct.POINTER(ct.c_long)
local F = ct.CFUNCTYPE(L, L, L, ct.c_void_p)
lib.fold.argtypes, lib.fold.restype = { F, P, ct.c_int, ct.c_void_p }, L
local calls = ct.c_int(0)
local sum = lib.fold(function(total, item, context)
  local counter = ct.cast(context, ct.POINTER(ct.c_int))
  counter[0] = counter[0] + 1
  return total + item
end, (L * 4)(1, 2, 3, 4), 4, ct.byref(calls))
print(sum, calls.value)
print(lib.fold(function(total, item) return (total == 0 and 1 or total) * item end, { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, 10, nil))
