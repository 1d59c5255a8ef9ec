--| 8 refused
--| 0
-- Slices whose bounds overflow.
local ct = require "ctypes"
local a = (ct.c_int * 3)(1, 2, 3)
local huge, tiny = math.maxinteger, math.mininteger
local refused = 0
for _, s in ipairs { { 0, huge }, { tiny, 3 }, { tiny, huge }, { 0, 3, tiny and 0 }, { huge, 0, -1 }, { 2, tiny, -1 }, { -5, -1 },
  { 3, -1, tiny } } do
  local ok, e = pcall(a.slice, a, table.unpack(s))
  if not ok then refused = refused + 1 else print(table.unpack(s)) end
end
print(refused .. " refused")
print(#a:slice(1, 1))
