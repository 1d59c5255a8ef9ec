--| 9	9
--| 257
--| 1	2
--| ValueError	ValueError	TypeError	TypeError
--| ValueError
-- from_address, from_buffer and from_buffer_copy.
local ct = require "ctypes"
local n = ct.c_int(5)
local view = ct.c_int:from_address(ct.addressof(n))
view.value = 9
print(n.value, view.value)
local bytes = (ct.c_ubyte * 8)(1, 1, 0, 0, 2)
print(ct.c_int:from_buffer(bytes).value)
local shared, copied = ct.c_ubyte:from_buffer(bytes, 4), ct.c_ubyte:from_buffer_copy(bytes, 1)
shared.value = 1
bytes[1], bytes[4] = 7, 2
io.write(copied.value, "\t")
print(shared.value)
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(function() return ct.c_long:from_buffer(bytes, 1) end), kind(function() return ct.c_int:from_buffer_copy("abc") end),
  kind(function() return ct.c_int:from_buffer(5) end), kind(function() return ct.c_int:from_address("x") end))
print(kind(function() return ct.c_int:from_buffer(bytes, -1) end))
