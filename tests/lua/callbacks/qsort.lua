--- bridge: same it works with this process's sizes
--| 1 5 7 33 99
--| 99 33 7 5 1
--| apple banana cherry
-- The C library's own sort with a comparator in Lua.
local ct = require "ctypes"
local libc = ct.CDLL(nil)
local P = ct.POINTER(ct.c_int)
local Compare = ct.CFUNCTYPE(ct.c_int, P, P)
libc.qsort.argtypes, libc.qsort.restype = { P, ct.c_size_t, ct.c_size_t, Compare }, nil
local a = (ct.c_int * 5)(5, 1, 7, 33, 99)
libc.qsort(a, #a, ct.sizeof(ct.c_int), Compare(function(x, y) return x[0] - y[0] end))
print(table.concat(a:totable(), " "))
-- A plain function may be passed where a function type is expected.
libc.qsort(a, #a, ct.sizeof(ct.c_int), function(x, y) return y.contents.value - x.contents.value end)
print(table.concat(a:totable(), " "))
local S = ct.POINTER(ct.c_char_p)
local sort = ct.symbol(libc, "qsort")
sort.argtypes, sort.restype = { S, ct.c_size_t, ct.c_size_t, ct.CFUNCTYPE(ct.c_int, S, S) }, nil
local words = (ct.c_char_p * 3)("cherry", "apple", "banana")
sort(words, 3, ct.sizeof(ct.c_char_p), function(x, y) return x[0] < y[0] and -1 or x[0] > y[0] and 1 or 0 end)
print(table.concat(words:totable(), " "))
