--| 1000000	1.5	1000000.5
--| 1000000	1.5	1000000.5
--| 2.0	2.0
--| 500001.0
-- A million doubles from a table and back.
local ct = require "ctypes"
local n = 1000000
local t = table.move({}, 1, 0, 1)
for i = 1, n do t[i] = i + 0.5 end
local a = (ct.c_double * n)(t)
print(#a, a[0], a[n - 1])
local back = a:totable()
print(#back, back[1], back[n])
a:fill(2)
print(a[0], a[n - 1])
a:set(t)
print(a[500000] - 0.5)
