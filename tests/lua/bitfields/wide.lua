--| -1	1	-1
--| 8	16
--| 9223372036854775807
-- Fields up to the full width of 64 bits.
local ct = require "ctypes"
local W = ct.Structure("W", { { "a", ct.c_uint64, 64 }, { "b", ct.c_int64, 63 }, { "c", ct.c_int64, 1 } })
local w = W(-1, 1, -1)
print(w.a, w.b, w.c)
print(W.b.offset, ct.sizeof(W))
w.a = math.maxinteger
print(w.a)
