--| true	true	false
--| false	true
--| false	false
-- Pointers are equal when they point at the same place; other objects are themselves only.
local ct = require "ctypes"
local n = ct.c_int(5)
print(ct.pointer(n) == ct.pointer(n), ct.POINTER(ct.c_int)() == ct.POINTER(ct.c_int)(), ct.pointer(n) == ct.pointer(ct.c_int(5)))
print(ct.c_int(5) == ct.c_int(5), n == n)
local S = ct.Structure("S", { { "x", ct.c_int } })
print(S(1) == S(1), ct.pointer(n) == nil)
