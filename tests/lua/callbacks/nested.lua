--- needs: gcc
--| 120
--| 55
--| inner
--| outer caught: inner
-- Callbacks that call C that calls callbacks.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so")
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int)
lib.relay_int.argtypes = { F, ct.c_int }
local function factorial(n)
  if n <= 1 then return 1 end
  return n * lib.relay_int(factorial, n - 1)
end
print(lib.relay_int(factorial, 5))
local function fib(n) return n < 2 and n or lib.relay_int(fib, n - 1) + lib.relay_int(fib, n - 2) end
print(lib.relay_int(fib, 10))
-- An inner error can be caught inside and another one raised outside.
local ok, e = pcall(lib.relay_int, function(n)
  local ok, inner = pcall(lib.relay_int, function() error("inner", 0) end, 1)
  print(inner)
  error("outer caught: " .. tostring(inner), 0)
end, 1)
print(e)
