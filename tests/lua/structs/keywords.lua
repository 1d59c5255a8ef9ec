--| 1	2	3
--| 4	5	6	7
-- Field names may be Lua keywords or names that other objects use for themselves.
local ct = require "ctypes"
local K = ct.Structure("K", { { "end", ct.c_int }, { "function", ct.c_int }, { "nil", ct.c_int } })
local k = K { ["end"] = 1, ["function"] = 2, ["nil"] = 3 }
print(k["end"], k["function"], k["nil"])
local V = ct.Structure("V", { { "value", ct.c_int }, { "contents", ct.c_int }, { "raw", ct.c_int }, { "size", ct.c_int } })
local v = V(4, 5, 6, 7)
print(v.value, v.contents, v.raw, v.size)
