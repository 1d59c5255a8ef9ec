--| 0.0	3.0	0.5
--| 0.10000000149012	0.1
--| inf	-inf
--| float	float	float
--| 1.5	16
--| TypeError	TypeError	TypeError	TypeError
--| true
--| 0.25
-- Floating point: any number in, a Lua float out.
local ct = require "ctypes"
print(ct.c_double().value, ct.c_double(3).value, ct.c_float(0.5).value)
print(ct.c_float(0.1).value, ct.c_double(0.1).value)
-- Too large for a float becomes infinite, as a C cast does.
print(ct.c_float(1e300).value, ct.c_float(-1e300).value)
print(math.type(ct.c_double(3).value), math.type(ct.c_float(3).value), math.type(ct.c_longdouble(3).value))
print(ct.c_longdouble(1.5).value, ct.sizeof(ct.c_longdouble))
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(ct.c_double, "1.5"), kind(ct.c_float, true), kind(ct.c_double, nil), kind(ct.c_longdouble, {}))
local nan = ct.c_double(0 / 0).value
print(nan ~= nan)
local d = ct.c_double(1)
d.value = 0.25
print(d.value)
