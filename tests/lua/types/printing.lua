--| c_int(42)
--| c_char('x')
--| c_double(1.5)
--| c_bool(true)
--| LP_c_int(NULL)
--| c_ubyte(255)
--| Complex{x=5.0, y=7.0}
-- What print shows of scalars, NULL and structures.
local ct = require "ctypes"
print(ct.c_int(42))
print(ct.c_char("x"))
print(ct.c_double(1.5))
print(ct.c_bool(true))
print(ct.POINTER(ct.c_int)())
print(ct.c_ubyte(-1))
local Complex = ct.Structure("Complex", { { "x", ct.c_double }, { "y", ct.c_double } })
print(Complex(5, 7))
