--- needs: gcc
--| 506
--| 506.0
--| 204
-- When registers run out, a structure goes to the stack whole.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libbyvalue.so")
local l, d = ct.c_long, ct.c_double
local Pair = ct.Structure("Pair", { { "a", l }, { "b", l } })
local D2 = ct.Structure("D2", { { "a", d }, { "b", d } })
lib.many_pairs.argtypes, lib.many_pairs.restype = { Pair, Pair, Pair, Pair, l, Pair }, l
print(lib.many_pairs(Pair(1, 2), Pair(3, 4), Pair(5, 6), Pair(7, 8), 9, Pair(10, 11)))
lib.many_doubles.argtypes, lib.many_doubles.restype = { D2, D2, D2, D2, D2, d }, d
print(lib.many_doubles(D2(1, 2), D2(3, 4), D2(5, 6), D2(7, 8), D2(9, 10), 11))
lib.last_register.argtypes, lib.last_register.restype = { l, l, l, l, l, Pair, l }, l
print(lib.last_register(1, 2, 3, 4, 5, Pair(6, 7), 8))
