--- bridge: same it works with this process's sizes
--- needs: gcc
--| 6.0
--| 1.5	3.5
--| 300.0	-3.0
--| 5000000000.0
--| 8.0
--| 1000.0	2000.0
--| 2.5
--| x=5 y=1.50 z=text
-- Variadic arguments get C's default promotions.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local sum = lib.sum_va
sum.argtypes, sum.restype = { ct.c_char_p }, ct.c_double
print(sum("iii", 1, 2, 3))
-- A c_float goes as double, small integers as int.
print(sum("d", ct.c_float(1.5)), sum("dd", 1.5, ct.c_double(2)))
print(sum("ii", ct.c_ubyte(255), ct.c_short(45)), sum("iii", ct.c_byte(-1), ct.c_short(-2), ct.c_bool(false)))
print(sum("l", 5000000000))
print(sum("ss", "hello", ct.c_char_p "abc"))
print(sum("p", nil), sum("p", ct.byref(ct.c_int(1))))
print(sum("D", ct.c_longdouble(2.5)))
local libc = ct.CDLL(nil)
local out = ct.create_string_buffer(64)
libc.snprintf.argtypes = { ct.c_char_p, ct.c_size_t, ct.c_char_p }
libc.snprintf(out, #out, "x=%d y=%.2f z=%s", 5, 1.5, "text")
print(out.value)
