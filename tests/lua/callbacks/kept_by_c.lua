--- needs: gcc
--| 10
--| 21
--| 100
--| 1000
-- What C may still hold stays alive: function objects made here and there, plain functions.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so")
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int)
lib.keep.argtypes, lib.keep.restype = { F }, nil
local function churn()
  for i = 1, 200 do F(function() return i end) end
  collectgarbage()
  collectgarbage()
end
lib.keep(F(function(v) return v * 2 end))
churn()
print(lib.call_kept(5))
lib.keep(function(v) return v + 1 end)
churn()
print(lib.call_kept(20))
-- Also when it went through a structure field or an array element.
local S = ct.Structure("S", { { "f", F } })
local s = S(function(v) return v * 10 end)
churn()
lib.keep(s.f)
s = nil
churn()
print(lib.call_kept(10))
local a = (F * 1)()
a[0] = function(v) return v * 100 end
churn()
lib.keep(a[0])
a = nil
churn()
print(lib.call_kept(10))
