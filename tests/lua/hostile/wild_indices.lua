--| 12 refused
--| 1 2 3
-- Indices that wrap around when multiplied by the item's size.
local ct = require "ctypes"
local a = (ct.c_long * 3)(1, 2, 3)
local refused = 0
for _, i in ipairs { -1, 3, 1 << 61, (1 << 61) + 1, math.maxinteger, math.mininteger } do
  if not pcall(function() return a[i] end) then refused = refused + 1 end
  if not pcall(function() a[i] = 9 end) then refused = refused + 1 end
end
print(refused .. " refused")
print(table.concat(a:totable(), " "))
