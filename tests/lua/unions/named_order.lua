--| 3.0	1	3.0
--| 3.0	A{u=U{i=5, f=7.0064923216241e-45, s=5}, n=2}
--| A{u=U{i=5, f=7.0064923216241e-45, s=5}, n=2}
-- Named values of one table are written in the order of the fields, whatever order Lua walks the table in: where fields share
-- bytes, the last of them stays.
local ct = require "ctypes"
local U = ct.Union("U", { { "i", ct.c_int }, { "f", ct.c_float }, { "s", ct.c_short } })
for _ = 1, 20 do
  -- Tables of different ages walk differently.
  local t = {}
  for k = 1, math.random(9) do t["k" .. k] = true end
  for k in pairs(t) do t[k] = nil end
  t.f, t.i = 3, 7
  assert(U(t).f == 3)
end
print(U { f = 3, i = 7 }.f, U { s = 1, i = 7 }.s, U { 7, f = 3 }.f)
-- Members that surface are set after the field they are in.
local A = ct.Structure("A", { { "u", U }, { "n", ct.c_int } }, { anonymous = { "u" } })
print(A { f = 3, u = { i = 1 } }.f, A { n = 2, i = 5 })
print(A { n = 2, u = {}, i = 5 })
