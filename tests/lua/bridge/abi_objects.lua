--- needs: gcc
--| 4	4	8	12	16
--| -10	c_int(-7)
--| 16	Trap{c=2, d=5.0, i=6}
--| Trap{c=4, d=10.0, i=12}	1
--| 9.0
--| OverflowError: c_int.value: 4294967296 does not fit c_int (32 bits)
--| TypeError
-- Objects that are laid out for the library's side: passed by value, by reference, and in arrays.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES32" .. "/libother_side.so")
local abi = ct.abi(lib)
print(ct.sizeof(abi.c_long), ct.sizeof(abi.c_size_t), ct.sizeof(abi.c_longlong), ct.sizeof(abi.c_longdouble), ct.sizeof(ct.c_longdouble))

lib.twice_long.restype, lib.twice_long.argtypes = ct.c_long, { ct.c_long }
local n = abi.c_long(-5)
print(lib.twice_long(n), (function()
  n.value = -7
  return n
end)())

local Trap = abi.Structure("Trap", { { "c", abi.c_byte }, { "d", ct.c_double }, { "i", abi.c_int } })
lib.trap_double.restype, lib.trap_double.argtypes = nil, { ct.POINTER(Trap) }
lib.trap_is.argtypes = { Trap, ct.c_int, ct.c_double, ct.c_int }
local trap = Trap(1, 2.5, 3)
lib.trap_double(ct.byref(trap))
print(ct.sizeof(trap), trap)
lib.trap_double(trap)
print(trap, lib.trap_is(trap, 4, 10, 12))

local doubles = (abi.c_double * 3)(2, 3, 4)
lib.sum_doubles.restype, lib.sum_doubles.argtypes = ct.c_double, { ct.POINTER(ct.c_double), ct.c_int }
print(lib.sum_doubles(doubles, 3))
print(select(2, pcall(function()
  n.value = 1 << 32
end)))
-- What is laid out for another target is no argument of a function here.
local labs = ct.CDLL("libc.so.6").labs
labs.argtypes = { ct.c_long }
print((select(2, pcall(labs, n))).kind == "ArgumentError" and "TypeError" or "taken")
