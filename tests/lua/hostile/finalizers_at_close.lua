--| end
-- Finalizers that use everything there is while the state is being closed.
local ct = require "ctypes"
local libc = ct.CDLL(nil)
local labs = libc.labs
labs.argtypes, labs.restype = { ct.c_long }, ct.c_long
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int)
local cb = F(function(x) return x + 1 end)
local S = ct.Structure("S", { { "x", ct.c_int }, { "p", ct.POINTER(ct.c_int) } })
local s = S(5, (ct.c_int * 1)(9))
KEPT = {}
for i = 1, 40 do
  KEPT[i] = setmetatable({}, { __gc = function()
    pcall(ct.c_int, 5)
    pcall(labs, -3)
    pcall(cb, 4)
    pcall(function() return s.p.contents.value end)
    pcall(function()
      local T = ct.Structure("Q" .. i, { { "a", ct.c_int }, { "f", F } })
      local q = T()
      q.f = cb
      q.f(1)
      q.f = function() return 4 end
      q.f(3)
    end)
    pcall(ct.close, libc)
    pcall(ct.CDLL, "libm.so.6")
    pcall(ct.layout, S)
    pcall(ct.resize, s, 100)
    pcall(ct.c_int, "x")
  end })
end
package.loaded.ctypes = nil
print "end"
