--- needs: gcc
--| 44	1	-2
--| 200
-- Small results are taken from their own bits only.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
lib.low_byte.restype = ct.c_ubyte
lib.low_short.restype = ct.c_short
print(lib.low_byte(300), lib.low_byte(257), lib.low_short(65534))
lib.low_byte.restype = ct.c_uint8
print(lib.low_byte(200))
