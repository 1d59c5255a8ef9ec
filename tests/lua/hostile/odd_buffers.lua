--| 9 refused
-- from_buffer with offsets that wrap around.
local ct = require "ctypes"
local b = ct.create_string_buffer(8)
local refused = 0
for _, offset in ipairs { -1, 5, 8, 9, math.maxinteger, math.mininteger } do
  local ok = pcall(function() return ct.c_int:from_buffer(b, offset) end)
  if not ok then refused = refused + 1 end
end
for _, offset in ipairs { 5, -1, math.maxinteger } do
  local ok = pcall(function() return ct.c_int:from_buffer_copy("12345678", offset) end)
  if not ok then refused = refused + 1 end
end
print(refused .. " refused")
