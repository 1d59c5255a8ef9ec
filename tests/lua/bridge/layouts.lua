--- needs: gcc
--| 4
--| 16	20	28
--| Trap{c=1, d=2.5, i=3}	Trap{c=2, d=5.0, i=6}
--| Longs{l=-5, i=-6, u=8, n=9, t=10}
--| Wide{i=2, q=1099511627777, x=2.5, w='b'}
--| Packed{c=2, d=3.0, l=-8}
--| 1.25	1099511627775	Bits{a=5, b=9, c=12345678}
-- Host objects pass to a 32-bit library: their bytes are laid out anew on the way, field by field.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES32" .. "/libother_side.so")
local abi = ct.abi(lib)
assert(abi.name == "i386-linux")
print(lib.size_of_pointer())

local Trap = ct.Structure("Trap", { { "c", ct.c_byte }, { "d", ct.c_double }, { "i", ct.c_int } })
local Longs = ct.Structure("Longs", {
  { "l", ct.c_long }, { "i", ct.c_int }, { "u", ct.c_ulong }, { "n", ct.c_size_t }, { "t", ct.c_time_t },
})
local Wide = ct.Structure("Wide", {
  { "i", ct.c_int }, { "q", ct.c_int64 }, { "x", ct.c_longdouble }, { "w", ct.c_wchar },
})
print(abi.sizeof(Trap), abi.sizeof(Longs), abi.sizeof(Wide))
assert(ct.sizeof(Trap) == 24 and lib.size_of_trap() == 16)
assert(lib.size_of_longs() == abi.sizeof(Longs) and lib.size_of_wide() == abi.sizeof(Wide))

lib.trap_is.argtypes = { Trap, ct.c_int, ct.c_double, ct.c_int }
lib.trap_make.restype, lib.trap_make.argtypes = Trap, { ct.c_int, ct.c_double, ct.c_int }
lib.trap_double.restype, lib.trap_double.argtypes = nil, { ct.POINTER(Trap) }
local trap = lib.trap_make(1, 2.5, 3)
assert(lib.trap_is(trap, 1, 2.5, 3) == 1)
local before = tostring(trap)
lib.trap_double(ct.byref(trap))
print(before, trap)

lib.longs_negate.restype, lib.longs_negate.argtypes = Longs, { Longs }
print(lib.longs_negate(Longs(5, 6, 7, 8, 9)))
lib.wide_next.restype, lib.wide_next.argtypes = Wide, { Wide }
print(lib.wide_next(Wide(1, 1 << 40, 1.5, "a")))

local Packed = ct.Structure("Packed", { { "c", ct.c_byte }, { "d", ct.c_double }, { "l", ct.c_long } }, { pack = 1 })
assert(lib.size_of_packed() == abi.sizeof(Packed))
lib.packed_twice.restype = nil
local packed = Packed(1, 1.5, -4)
lib.packed_twice(ct.byref(packed))
print(packed)

local Number = ct.Union("Number", { { "d", ct.c_double }, { "q", ct.c_int64 } })
lib.number_of.restype, lib.number_of.argtypes = ct.c_double, { Number }
local Bits = ct.Structure("Bits", { { "a", ct.c_uint, 3 }, { "b", ct.c_ubyte, 5 }, { "c", ct.c_uint64, 40 } })
lib.bits_c.restype, lib.bits_c.argtypes = ct.c_uint64, { Bits }
lib.bits_make.restype, lib.bits_make.argtypes = Bits, { ct.c_uint, ct.c_uint, ct.c_uint64 }
print(lib.number_of(Number { d = 1.25 }), lib.bits_c(Bits { c = (1 << 40) - 1 }), lib.bits_make(5, 9, 12345678))
