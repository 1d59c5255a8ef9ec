--| 1.5	-2.5
--| 4.0	1.0	-2.0	3.0	5.0	5.0
--| 1.5	-2.5
--| 0.10000000149012	0.0
--| 3.0	0.0
--| 1.0	2.0
--| true	false
--| TypeError	TypeError
-- Complex numbers: values with `.re` and `.im`, and three C types that hold them.
local ct = require "ctypes"
local z = ct.complex(1.5, -2.5)
print(z.re, z.im)
local a, b = ct.complex(1, 2), ct.complex(3, -1)
local sum, difference, product = a + b, a - b, a * b
print(sum.re, sum.im, difference.re, difference.im, product.re, product.im)
local c = ct.c_double_complex(z).value
print(c.re, c.im)
local f = ct.c_float_complex(ct.complex(0.1, 0)).value
print(f.re, f.im)
local plain = ct.c_double_complex(3).value
print(plain.re, plain.im)
local l = ct.c_longdouble_complex()
l.value = a
print(l.value.re, l.value.im)
print(ct.complex(1, 2) == a, a == b)
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(ct.c_double_complex, "1"), kind(ct.c_double_complex, true))
