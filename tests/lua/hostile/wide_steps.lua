--| 1
--| 3
--| 1
-- Steps whose product with the item's size overflows.
local ct = require "ctypes"
local a = (ct.c_long * 3)(1, 2, 3)
print(table.concat(a:slice(0, 3, math.maxinteger), " "))
print(table.concat(a:slice(2, -1, math.mininteger), " "))
local p = ct.cast(a, ct.POINTER(ct.c_long))
print(table.concat(p:slice(0, 1, math.maxinteger), " "))
