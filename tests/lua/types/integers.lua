--| 0	5	-5	7
--| 44	-56	-1	7
--| 255	-56	-1
--| OverflowError	44
--| OverflowError	-56
--| OverflowError	-1
--| integer	integer
-- Integers in and out: construction is a C cast, everything else refuses what does not fit.
local ct = require "ctypes"
print(ct.c_int().value, ct.c_int(5).value, ct.c_int(-5).value, ct.c_int(7.0).value)
print(ct.c_ubyte(300).value, ct.c_byte(200).value, ct.c_int(0xFFFFFFFF).value, ct.c_int((1 << 40) + 7).value)

local u8, i8, i32 = ct.c_ubyte(44), ct.c_byte(), ct.c_int()
-- The unsigned and the signed range of the width are both welcome: bits are kept.
u8.value = -1
i8.value = 200
i32.value = 0xFFFFFFFF
print(u8.value, i8.value, i32.value)

local function refused(object, value)
  local ok, e = pcall(function() object.value = value end)
  assert(not ok, "nothing was raised")
  print(e.kind, object.value)
end
u8.value = 44
refused(u8, 256)
refused(i8, -129)
refused(i32, 1 << 32)
print(math.type(ct.c_int(3.0).value), math.type(u8.value))
