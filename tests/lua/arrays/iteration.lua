--| 0=1.5 1=2.5 2=3.5
--| 0=1.5 1=2.5 2=3.5
--| 3
--| 0
-- pairs and iter() yield indices from 0.
local ct = require "ctypes"
local a = (ct.c_double * 3)(1.5, 2.5, 3.5)
local seen = {}
for i, v in pairs(a) do seen[#seen + 1] = i .. "=" .. v end
print(table.concat(seen, " "))
seen = {}
for i, v in a:iter() do seen[#seen + 1] = i .. "=" .. v end
print(table.concat(seen, " "))
print(#a)
local n = 0
for _ in pairs((ct.c_int * 0)()) do n = n + 1 end
print(n)
