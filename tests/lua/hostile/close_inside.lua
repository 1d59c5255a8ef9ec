--- needs: gcc
--| true
--| 1
-- Closing the very library whose function is on the stack.
local ct = require "ctypes"
local path = os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so"
local lib = ct.CDLL(path)
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int)
lib.count_up.argtypes = { F, ct.c_int }
local count_up = lib.count_up
local ok, e = pcall(count_up, function()
  local closed, why = pcall(ct.close, lib)
  collectgarbage()
  return 1
end, 3)
print(type(ok) == "boolean")
print(ct.CDLL(path).relay_int and 1)
