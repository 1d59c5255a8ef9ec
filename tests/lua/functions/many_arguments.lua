--- needs: gcc
--| 385
--| 1322.0
--| 12.5
--| 523776.0
-- More arguments than there are registers, and very many.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local l, d = ct.c_long, ct.c_double
lib.sum_ten.argtypes, lib.sum_ten.restype = { l, l, l, l, l, l, l, l, l, l }, l
print(lib.sum_ten(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))
local mixed = lib.sum_mixed
mixed.argtypes = { ct.c_int, d, ct.c_short, ct.c_float, l, d, ct.c_byte, d, ct.c_int, d, ct.c_int, d, ct.c_int, d, ct.c_int, d,
  ct.c_int, d, ct.c_int, d }
mixed.restype = d
print(mixed(1, .5, 2, .5, 3, 1.5, 4, 2.5, 5, 3.5, 6, 4.5, 7, 5.5, 8, 6.5, 9, 7.5, 10, 8.5))
lib.sum_longdoubles.argtypes, lib.sum_longdoubles.restype = { ct.c_int, ct.c_longdouble, d, ct.c_longdouble }, d
print(lib.sum_longdoubles(1, 2.5, 4, 5))
-- 1024 arguments: the format and 1023 integers.
lib.sum_va.argtypes, lib.sum_va.restype = { ct.c_char_p }, d
local numbers = {}
for i = 1, 1023 do numbers[i] = i end
print(lib.sum_va(("i"):rep(1023), table.unpack(numbers)))
