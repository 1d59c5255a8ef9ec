--- needs: gcc
--| true
--| true
--| 5
-- A callback that frees, closes or resizes what the running call uses.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so")
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int)
lib.count_up.argtypes = { F, ct.c_int }
local cb
cb = F(function(i)
  if i == 0 then pcall(cb.free, cb) end
  return 1
end)
-- Freed while it runs: refused, put off, or an error; never a jump into freed code.
local ok = pcall(lib.count_up, cb, 1)
print(type(ok) == "boolean")
local lib2 = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libstructs.so")
ok = pcall(lib.count_up, function()
  ct.close(lib2)
  collectgarbage()
  return 1
end, 2)
print(ok)
print(lib.count_up(function() return 1 end, 5))
