--| nil	nil
--| nil	nil	nil
--| 5
-- A NULL read out of memory is nil, wherever it was.
local ct = require "ctypes"
local P = ct.POINTER(ct.c_int)
local pp = ct.pointer(P())
print(pp[0], pp.contents)
local a = (P * 3)()
print(a[0], a[1], a[2])
pp[0] = ct.pointer(ct.c_int(5))
print(pp[0][0])
