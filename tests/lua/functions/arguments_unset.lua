--- bridge: same it works with this process's sizes
--- needs: gcc
--| 5
--| 81985529216486895	-1
--| 9.0
--| 5	1	0
--| 8 3
--| 3.5
--| 1513
-- Without argtypes: integers as int or 64 bits, floats as double, strings as char *, nil as NULL.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
print(lib.add(2, 3))
lib.echo_long.restype = ct.c_long
print(lib.echo_long(0x123456789ABCDEF), lib.echo_long(ct.c_long(-1)))
lib.square.restype = ct.c_double
print(lib.square(3.0))
lib.count_bytes.restype = ct.c_size_t
print(lib.count_bytes("hello"), lib.is_null(nil), lib.is_null("x"))
local a, b = ct.c_int(3), ct.c_int(8)
lib.swap_ints(ct.byref(a), ct.pointer(b))
print(a.value .. " " .. b.value)
lib.addf.restype = ct.c_float
print(lib.addf(ct.c_float(1.5), ct.c_float(2)))
print(lib.describe("text", 10, 3.9, ct.create_string_buffer(1)))
