--| 64	64
-- A mapped function that resizes the arrays of the running map.
local ct = require "ctypes"
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int)
local a, out = (ct.c_int * 64)(), (ct.c_int * 64)()
ct.resize(a, 100000)
ct.resize(out, 100000)
local n = 0
local cb = F(function(x)
  n = n + 1
  if n < 5 then
    pcall(ct.resize, a, 100000 + n * 50000)
    pcall(ct.resize, out, 100000 + n * 50000)
    collectgarbage()
    for i = 1, 20 do local _ = ("x"):rep(100000 + i) end
  end
  return n
end)
cb:map(a, out)
print(n, out[63])
