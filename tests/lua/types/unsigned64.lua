--| -1	18446744073709551615
--| 18446744073709551615
--| 18446744073709551615	18446744073709551615
--| 9223372036854775808
--| true	true
--| 42
-- 64 unsigned bits in a Lua integer: the pattern is kept, printing is unsigned.
local ct = require "ctypes"
local u = ct.c_uint64(-1)
print(u.value, (tostring(u):match "%d%d%d+"))
print((tostring(ct.u64(-1))))
print(tostring(u):match "%((%d+)%)", tostring(ct.c_size_t(-1)):match "%((%d+)%)")
print(tostring(ct.u64(math.mininteger)))
print(ct.c_uint64(2.0 ^ 63).value == math.mininteger, math.ult(5, u.value))
u.value = 42
print(u.value)
