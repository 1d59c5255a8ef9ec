--| 100000
--| 1000
--| 300
-- Many types, many objects, many callbacks at once.
local ct = require "ctypes"
local t = {}
for i = 1, 100000 do t[i] = ct.c_int(i) end
print(#t)
local types = {}
for i = 1, 1000 do types[i] = ct.Structure("T" .. i, { { "f" .. i, ct.c_int * i } }) end
for i = 1, 1000 do assert(ct.sizeof(types[i]) == 4 * i) end
print(#types)
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int)
local callbacks = {}
for i = 1, 300 do callbacks[i] = F(function(v) return v + i end) end
for i = 1, 300 do assert(callbacks[i](1) == 1 + i) end
print(#callbacks)
