--| 4	4
--| abcd	abcd
-- Text without a NUL ends where the array it lies in ends.
local ct = require "ctypes"
local S = ct.Structure("S", { { "p", ct.c_char_p }, { "w", ct.c_wchar_p } })
local s = S()
s.p = (ct.c_char * 4)("a", "b", "c", "d")
s.w = (ct.c_wchar * 4)("a", "b", "c", "d")
print(#s.p, #s.w)
print(s.p, s.w)
