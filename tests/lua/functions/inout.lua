--- needs: gcc
--| 2 4 6
--| 0.5 1.5 2.5 3.5
--| 1 2 3
--| 2 4
-- ct.inout(T) and ct.out(T, n): tables that come back changed.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
lib.double_ints.argtypes, lib.double_ints.restype = { ct.inout(ct.c_int), ct.c_int }, nil
local t = { 1, 2, 3 }
lib.double_ints(t, 3)
print(table.concat(t, " "))
lib.fill_doubles.argtypes, lib.fill_doubles.restype = { ct.out(ct.c_double, 4), ct.c_int }, nil
local out = {}
lib.fill_doubles(out, 4)
print(table.concat(out, " "))
-- Without the mark the table is only read.
lib.double_ints.argtypes = { ct.POINTER(ct.c_int), ct.c_int }
local u = { 1, 2, 3 }
lib.double_ints(u, 3)
print(table.concat(u, " "))
-- C arrays need no mark: they are passed by address.
local a = (ct.c_int * 2)(1, 2)
lib.double_ints(a, 2)
print(table.concat(a:totable(), " "))
