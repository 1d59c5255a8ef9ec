--- needs: gcc
--| 3	0	1
--| 0	3
-- Behind the last item of a table that is passed as a pointer lies one that is zero: lists of strings end as C wants them to. An
-- empty table is one zeroed structure where a pointer to a structure is wanted.
local ct = require "ctypes"
local scalars = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
scalars.list_length.argtypes = { ct.POINTER(ct.c_char_p), ct.c_int }
print(scalars.list_length({ "one", "two", "three" }, 9), scalars.list_length({}, 9), scalars.list_length({ "a", nil, "c" }, 9))
local structs = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libstructs.so")
local Point = ct.Structure("Point", { { "x", ct.c_int }, { "y", ct.c_int } })
structs.point_sum.argtypes = { ct.POINTER(Point) }
print(structs.point_sum {}, structs.point_sum { 1, 2 })
