--| c_int
--| c_int
--| c_double
--| c_double_Array_10
--| c_int_Array_2_Array_3
--| LP_c_int
--| LP_LP_c_int
--| Complex
--| i
--| 10
--| c_double
-- What a type calls itself, and what it knows about itself.
local ct = require "ctypes"
print(ct.c_int)
print(ct.c_int.__name)
print(ct.c_double.__name)
print((ct.c_double * 10).__name)
print(ct.c_int * 2 * 3)
print(ct.POINTER(ct.c_int))
print(ct.POINTER(ct.POINTER(ct.c_int)).__name)
print(ct.Structure("Complex", { { "x", ct.c_double } }))
print(ct.c_int._type_)
print((ct.c_double * 10)._length_)
print((ct.c_double * 10)._type_)
