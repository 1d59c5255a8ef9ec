--- needs: gcc
--| -4	4294967295	0
--| OverflowError: twice_long: argument 1: 4294967296 does not fit the 32 bits it has in the library
--| 2199023255552	1.5	100
--| OverflowError: longs_negate: argument 1: 1099511627776 does not fit the 32 bits it has in the library
--| 42	1	OverflowError: packed_twice: 1099511627776 does not fit the 32 bits it has in the library
--| 44	Packed{c=4, d=8.0, l=10}
-- What a type is too narrow for over there is refused, never cut.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES32" .. "/libother_side.so")
lib.twice_long.restype, lib.twice_long.argtypes = ct.c_long, { ct.c_long }
lib.next_ulong.restype, lib.next_ulong.argtypes = ct.c_ulong, { ct.c_ulong }
print(lib.twice_long(-2), lib.next_ulong(0xfffffffe), lib.next_ulong(0xffffffff))
print(select(2, pcall(lib.twice_long, 1 << 32)))
lib.twice_64.restype, lib.twice_64.argtypes = ct.c_int64, { ct.c_int64 }
lib.half_ld.restype, lib.half_ld.argtypes = ct.c_longdouble, { ct.c_longdouble }
lib.next_size.restype, lib.next_size.argtypes = ct.c_size_t, { ct.c_size_t }
print(lib.twice_64(1 << 40), lib.half_ld(3), lib.next_size(99))
local Longs = ct.Structure("Longs", {
  { "l", ct.c_long }, { "i", ct.c_int }, { "u", ct.c_ulong }, { "n", ct.c_size_t }, { "t", ct.c_time_t },
})
lib.longs_negate.restype, lib.longs_negate.argtypes = Longs, { Longs }
print(select(2, pcall(lib.longs_negate, Longs(1 << 40))))
-- An object that was passed before and no longer fits is no later call's fault, until it is passed again.
local Packed = ct.Structure("Packed", { { "c", ct.c_byte }, { "d", ct.c_double }, { "l", ct.c_long } }, { pack = 1 })
lib.packed_twice.restype, lib.packed_twice.argtypes = nil, { ct.POINTER(Packed) }
local packed = Packed(1, 2, 3)
lib.packed_twice(packed)
packed.l = 1 << 40
print(lib.twice_long(21), packed.l >> 40, select(2, pcall(lib.packed_twice, packed)))
packed.l = 5
lib.packed_twice(packed)
print(lib.twice_long(22), packed)
