--| sin(1)       = 0.8414709848
--| pow(2, 0.5)  = 1.4142135624
--| hypot(3, 4)  = 5.0000000000
--| frexp(10)    = 0.625 * 2^4
--| modf(3.75)   = 3.0 + 0.75
--| 0.000 0.500 0.866 1.000 0.866 0.500
--| ArgumentError: sin: argument 1: expected c_double, got string
-- Calls the system's mathematical library: numbers in and out, out parameters, a whole array at once, and a mistake.
local ct = require "ctypes"

local libm = ct.CDLL(ct.find_library "m")

-- C carries no types in its libraries: say what each function takes and returns.
for _, name in ipairs { "sin", "pow", "hypot" } do
  libm[name].restype = ct.c_double
end
libm.sin.argtypes = { ct.c_double }
libm.pow.argtypes = { ct.c_double, ct.c_double }
libm.hypot.argtypes = { ct.c_double, ct.c_double }

print(("sin(1)       = %.10f"):format(libm.sin(1)))
print(("pow(2, 0.5)  = %.10f"):format(libm.pow(2, 0.5)))
print(("hypot(3, 4)  = %.10f"):format(libm.hypot(3, 4)))

-- double frexp(double x, int *exponent): the second result comes back through a pointer.
libm.frexp.restype = ct.c_double
libm.frexp.argtypes = { ct.c_double, ct.POINTER(ct.c_int) }
local exponent = ct.c_int()
local mantissa = libm.frexp(10, ct.byref(exponent))
print(("frexp(10)    = %g * 2^%d"):format(mantissa, exponent.value))

-- double modf(double x, double *whole)
libm.modf.restype = ct.c_double
libm.modf.argtypes = { ct.c_double, ct.POINTER(ct.c_double) }
local whole = ct.c_double()
local fraction = libm.modf(3.75, ct.byref(whole))
print(("modf(3.75)   = %s + %s"):format(whole.value, fraction))

-- sin of a whole array, the loop running outside Lua
local angles = (ct.c_double * 6)()
for i = 0, 5 do angles[i] = i * math.pi / 6 end
local sines = libm.sin:map(angles):totable()
for i, sine in ipairs(sines) do sines[i] = ("%.3f"):format(sine) end
print(table.concat(sines, " "))

local _, err = pcall(libm.sin, "one")
print(("%s: %s"):format(err.kind, err.message))
