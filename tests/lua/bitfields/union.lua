--- needs: gcc
--| 78187493530	26	2
--| 8	true
-- A union of bit fields: all of them start at bit 0.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libstructs.so")
local U = ct.Union("Bits7", { { "a", ct.c_uint, 5 }, { "b", ct.c_ubyte, 3 }, { "c", ct.c_int64, 40 } })
local u = U()
lib.fill_Bits7.restype = nil
lib.fill_Bits7(ct.byref(u))
print(u.c, u.a, u.b)
lib.size_Bits7.restype = ct.c_size_t
print(ct.sizeof(U), lib.size_Bits7() == ct.sizeof(U))
